//! What the identity endpoint says, or does not, and which rule that is.

use crate::findings::registry::tests::world::World;
use serde_json::json;

fn kubelet() -> World {
    World::new().row("kubelet", "managed-identity", json!({}))
}

fn answered(status: u16, body: &str) -> World {
    let url = "http://169.254.169.254/metadata/identity/oauth2/token?resource=r&client_id=c-1";
    kubelet().answer(
        "identity-token",
        json!({"principal": "kubelet", "status": status, "body": body, "url": url}),
    )
}

#[test]
fn answers() {
    let described =
        |text: &str| json!({"error": "invalid_request", "error_description": text}).to_string();
    let missing = answered(400, &described("Identity not found"));
    missing.check("kubelet", "identity-not-found!", &[]);
    assert!(missing.summary("kubelet").contains("client id c-1"));
    answered(
        400,
        &described("Multiple user assigned identities exist, please specify"),
    )
    .check("kubelet", "multiple-identities!", &[]);
    answered(400, &described("AADSTS500011: not found")).check("kubelet", "wrong-audience!", &[]);
    answered(401, &described("AADSTS7000222: expired")).check("kubelet", "secret-expired!", &[]);
    answered(401, &described("AADSTS7000215: wrong")).check("kubelet", "bad-password!", &[]);
    answered(410, "").check("kubelet", "imds-throttled", &[]);
}

#[test]
fn no_answer() {
    let silent = |kind: &str| {
        let fault = json!({"kind": kind, "message": "said"});
        let connect =
            json!({"host": "169.254.169.254", "port": 80, "fault": fault, "elapsed_ms": 0.0});
        kubelet().fact("connect", connect, "kubelet")
    };
    for (kind, words) in [
        ("refused", "refuses the connection"),
        ("timeout", "did not answer in time"),
        ("unreachable", "no way to"),
        ("proxy", "a proxy stands before"),
    ] {
        silent(kind).check("kubelet", "imds-unreachable!", &[]);
        assert!(silent(kind).summary("kubelet").contains(words));
    }
    let cut = json!({"principal": "kubelet", "status": null, "failure": {"kind": "closed", "message": "said"}});
    kubelet()
        .answer("identity-token", cut)
        .check("kubelet", "imds-unreachable", &[]);
}

/// IMDS fails in JSON; a page is a proxy's, whatever its status.
#[test]
fn a_page_in_place_of_an_answer() {
    let page = |status: u16, kind: &str| {
        kubelet().answer(
            "identity-token",
            json!({"principal": "kubelet", "status": status, "body": "<title>No</title>",
                   "headers": {"content-type": [kind]}}),
        )
    };
    for status in [403, 500, 502, 503] {
        let world = page(status, "text/html");
        world.check("kubelet", "imds-unreachable", &[]);
        assert!(world.summary("kubelet").contains("a proxy's page"));
    }
    // Of a login alone it is said who wants it.
    page(407, "text/html").check("kubelet", "proxy-in-the-way!", &[]);
    page(500, "application/json").check("kubelet", "imds-throttled", &[]);
}

#[test]
fn the_kubelets_file() {
    let file = |kind: &str| {
        World::new()
            .row(
                "kubelet",
                "managed-identity",
                json!({"untried": {"because": "", "flag": ""}}),
            )
            .fact(
                "file",
                json!({"path": "/a.json", "fault": {"kind": kind, "message": "said"}}),
                "kubelet",
            )
    };
    file("field").check("kubelet", "azure-json-unusable!", &[]);
    assert_eq!(
        file("field").summary("kubelet"),
        "kubelet cannot pull app: /a.json cannot be used: said"
    );
    assert_eq!(
        file("unreadable").summary("kubelet"),
        "kubelet was not tried: /a.json: said"
    );
}

const ASSERTED: &str = "/var/token";

fn workload(times: serde_json::Value) -> World {
    let mut shown = json!({"issuer": "https://i/", "subject": "system:serviceaccount:n:s", "audience": ["api://AzureADTokenExchange"]});
    shown
        .as_object_mut()
        .expect("an object")
        .extend(times.as_object().cloned().expect("an object"));
    let identity = json!({"client_id": "app-1", "tenant_id": "tenant-1"});
    World::new()
        .row(
            "workload-identity",
            "workload-identity",
            json!({"identity": identity}),
        )
        .fact(
            "file",
            json!({"path": ASSERTED, "shown": shown}),
            "workload-identity",
        )
}

/// Entra's refusal as it is written, by number.
fn refusal(world: World, number: &str, status: u16, text: &str, host: &str) -> World {
    let code: u64 = number.parse().expect("a number");
    let body = json!({
        "error": "invalid_request", "error_description": format!("AADSTS{number}: {text}"), "error_codes": [code],
    });
    world.answer(
        "identity-token",
        json!({
            "principal": "workload-identity", "status": status, "body": body.to_string(),
            "url": format!("https://{host}/tenant-1/oauth2/v2.0/token"),
        }),
    )
}

#[test]
fn every_number_of_the_table_gives_a_finding_that_quotes_it() {
    for code in super::aadsts::CODES {
        for status in [400, 401, 429, 503] {
            let world = refusal(
                workload(json!({})),
                code.number,
                status,
                "said",
                "login.microsoftonline.com",
            );
            let summary = world.summary("workload-identity");
            let quoted = format!("AADSTS{}", code.number);
            assert!(summary.contains(&quoted), "{quoted}, {status}: {summary:?}");
        }
    }
}

#[test]
fn a_number_that_no_table_has_is_quoted_too() {
    let world = refusal(
        workload(json!({})),
        "99999999",
        400,
        "said",
        "login.microsoftonline.com",
    );
    world.check("workload-identity", "unexplained?", &[]);
    assert!(
        world
            .summary("workload-identity")
            .contains("AADSTS99999999")
    );
}

#[test]
fn which_rule_speaks_of_which_number() {
    for (number, rule) in [
        ("7000215", "bad-password!"),
        ("7000222", "secret-expired!"),
        ("70021", "federated-subject-mismatch!"),
        ("700211", "federated-subject-mismatch!"),
        ("700212", "federated-subject-mismatch!"),
        ("700213", "federated-subject-mismatch!"),
        ("7002131", "federated-subject-mismatch!"),
        ("7002138", "federated-subject-mismatch!"),
        ("700024", "assertion-expired!"),
        ("700082", "assertion-expired!"),
        ("700016", "app-not-in-tenant!"),
        ("7000112", "app-not-in-tenant!"),
        ("90002", "app-not-in-tenant!"),
        ("900382", "sovereign-cloud-mismatch!"),
        ("900432", "sovereign-cloud-mismatch!"),
        ("90038", "sovereign-cloud-mismatch!"),
        ("500011", "wrong-audience!"),
        ("50001", "wrong-audience!"),
        ("90033", "imds-throttled!"),
        ("90055", "imds-throttled!"),
        ("50196", "imds-throttled!"),
        ("53003", "unexplained?"),
        ("65001", "unexplained?"),
        ("700027", "unexplained?"),
    ] {
        refusal(
            workload(json!({})),
            number,
            400,
            "said",
            "login.microsoftonline.com",
        )
        .check("workload-identity", rule, &[]);
    }
}

#[test]
fn an_authority_of_another_cloud_leaves_two_causes() {
    let there = "login.microsoftonline.us";
    refusal(workload(json!({})), "90002", 400, "said", there).check(
        "workload-identity",
        "sovereign-cloud-mismatch",
        &["app-not-in-tenant"],
    );
    refusal(workload(json!({})), "90002", 400, "said", "login.example").check(
        "workload-identity",
        "app-not-in-tenant!",
        &[],
    );
}

#[test]
fn an_assertion_whose_time_is_over_is_likely_the_cause_of_another_refusal() {
    let old = json!({"not_before": 1_000, "expires": 2_000});
    let host = "login.microsoftonline.com";
    let world = refusal(workload(old.clone()), "50027", 401, "said", host);
    world.check("workload-identity", "assertion-expired", &[]);
    assert!(world.summary("workload-identity").contains("AADSTS50027"));
    refusal(workload(old), "700213", 400, "said", host).check(
        "workload-identity",
        "federated-subject-mismatch!",
        &[],
    );
}

#[test]
fn a_stale_sign_in_is_told_from_what_az_printed() {
    let az = |stderr: &str| {
        let exec = json!({
            "program": "az", "arguments": [], "code": 1, "fault": "az gave no token", "stderr": stderr, "elapsed_ms": 1.0,
        });
        World::new()
            .row("azure-cli", "azure-cli", json!({}))
            .fact("exec", exec, "azure-cli")
    };
    az("ERROR: AADSTS700082: The refresh token has expired due to inactivity.").check(
        "azure-cli",
        "assertion-expired!",
        &[],
    );
    assert_eq!(az("az: not found").summary("azure-cli"), "");
}

#[test]
fn a_token_file_that_cannot_be_used_is_not_the_nodes_file() {
    let fault = json!({"kind": "missing", "message": "it is not there"});
    let world = World::new()
        .row(
            "workload-identity",
            "workload-identity",
            json!({"untried": {"because": "", "flag": ""}}),
        )
        .fact(
            "file",
            json!({"path": ASSERTED, "fault": fault}),
            "workload-identity",
        );
    assert_eq!(world.summary("workload-identity"), "");
}

#[test]
fn no_answer_of_entra_is_not_imds() {
    let host = "login.microsoftonline.com";
    let connect = json!({
        "host": host, "port": 443, "fault": {"kind": "timeout", "message": "said"}, "elapsed_ms": 0.0,
    });
    let tls = json!({
        "host": host, "chain": [], "fault": {"kind": "untrusted", "message": "said"}, "elapsed_ms": 0.0,
    });
    for (what, data) in [("connect", connect), ("tls", tls)] {
        let world = workload(json!({})).fact(what, data, "workload-identity");
        world.check("workload-identity", "entra-unreachable!", &[]);
        assert!(world.summary("workload-identity").contains(host));
    }
}
