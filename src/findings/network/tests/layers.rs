//! The way to the layers: what the check of the content found, and for whom.

use super::*;

/// A granted pull whose content was looked at, the layers' host with these lines.
fn granted_with(lines: Vec<Value>) -> Vec<Value> {
    let mut all = challenged();
    all.push(answer(
        "access-token",
        200,
        &json!({}),
        r#"{"access_token":"opaque"}"#,
    ));
    let digest = json!({"docker-content-digest": ["sha256:1"]});
    all.push(answer("manifest", 200, &digest, ""));
    let mut redirect = answer(
        "blob",
        307,
        &json!({"location": ["https://reg.japaneast.data.azurecr.io/x?sig=(redacted)"]}),
        "",
    );
    redirect["content"] = json!(true);
    all.push(redirect);
    all.extend(lines);
    all
}

fn at_layers_host(what: &str, mut data: Value) -> Value {
    data["host"] = json!("reg.japaneast.data.azurecr.io");
    data["elapsed_ms"] = json!(1.0);
    let mut line = fact("blob", what, data);
    line["content"] = json!(true);
    line
}

#[test]
fn layers() {
    let let_through = "dns-nxdomain registry-unreachable tls-interception not-a-registry";
    check(&granted_with(vec![]), "nothing");
    let refused = || at_layers_host("connect", json!({"port": 443, "fault": fault("refused")}));
    check(
        &granted_with(vec![refused()]),
        &format!("data-endpoint-blocked proven |  | {let_through}"),
    );
    let stored = |status| {
        let mut line = answer("blob", status, &json!({}), "");
        line["url"] = json!("https://reg.japaneast.data.azurecr.io/x?sig=(redacted)");
        line["content"] = json!(true);
        vec![line]
    };
    check(
        &granted_with(stored(403)),
        &format!("data-endpoint-blocked likely |  | {let_through}"),
    );
    check(
        &granted_with(stored(404)),
        &format!("dangling-tag proven |  | {let_through}"),
    );
    check(&granted_with(stored(200)), "nothing");
    // The registry's own record is in the private zone, the data endpoint's is not.
    let mut private = granted_with(vec![
        at_layers_host(
            "dns",
            json!({"addresses": ["20.9.9.9"], "source": "resolver"}),
        ),
        refused(),
    ]);
    private[0] = dns(&["10.1.2.3"], Value::Null);
    check(
        &private,
        &format!("private-dns likely | data-endpoint-blocked | {let_through}"),
    );
}

#[test]
fn the_content_says_nothing_of_those_who_were_refused() {
    let mut lines = granted_with(vec![at_layers_host(
        "connect",
        json!({"port": 443, "fault": fault("refused")}),
    )]);
    for line in &mut lines {
        if line["step"] == "access-token" {
            line["status"] = json!(401);
        }
    }
    let recording = recording(&lines);
    let diagnosis = diagnose(&recording);
    assert!(
        diagnosis
            .findings
            .iter()
            .all(|one| one.rule != "data-endpoint-blocked")
    );
    assert_eq!(
        diagnosis.cells[0].outcome.stopped_at,
        Some(crate::evidence::Step::AccessToken)
    );
}
