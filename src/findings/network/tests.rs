//! Small recordings, one cell each, judged as a whole: the cause, how sure, what else, what not.

mod layers;

use crate::evidence::{Recording, parse_lines};
use crate::findings::rule::Confidence::{Likely, Possible, Proven};
use crate::findings::{Diagnosis, diagnose};
use serde_json::{Value, json};

pub(in crate::findings) const HOST: &str = "reg.azurecr.io";

/// A recording of one anonymous pull with these lines of evidence.
pub(in crate::findings) fn recording(lines: &[Value]) -> Recording {
    let header = json!({
        "line": "header", "run": "r", "schema": "acr-probe.recording/1", "version": "0", "flow": "containerd",
        "observed_at": "2026-11-23T20:00:00Z", "timeout_seconds": 10, "asks": [{"action": "pull"}],
        "targets": [{"image": "reg.azurecr.io/app:1", "registry": HOST, "repository": "app", "reference": "1"}],
        "principals": [{"name": "anonymous", "kind": "anonymous", "source": "none"}],
        "required": [{"principal": "anonymous", "action": "pull"}],
    });
    let text = std::iter::once(&header)
        .chain(lines)
        .map(|line| format!("{}\n", serde_json::to_string(line).unwrap_or_default()));
    // The reader looks for the member `line` first, as the writer puts it.
    let text: String = text.map(|line| line_first(&line)).collect();
    match parse_lines(&text) {
        Ok(mut runs) => runs.remove(0),
        Err(damage) => panic!("{damage}\n{text}"),
    }
}

fn line_first(line: &str) -> String {
    let value: Value = serde_json::from_str(line).unwrap_or_default();
    let kind = value["line"].as_str().unwrap_or_default().to_owned();
    let rest = line.replacen(&format!("\"line\":\"{kind}\","), "", 1);
    format!("{{\"line\":\"{kind}\",{}", rest.trim_start_matches('{'))
}

/// A fact of the registry.
pub(in crate::findings) fn fact(step: &str, what: &str, data: Value) -> Value {
    json!({"line": "fact", "run": "r", "id": format!("f-{step}-{what}"), "step": step, "what": what, "data": data, "registry": HOST})
}

/// An answer of the registry, without a registry's marks unless `headers` has them.
pub(in crate::findings) fn answer(step: &str, status: u16, headers: &Value, body: &str) -> Value {
    json!({
        "line": "transaction", "run": "r", "id": format!("t-{step}"), "step": step, "experiment": null, "client": "containerd",
        "connection": "c1", "method": "GET", "url": "https://reg.azurecr.io/v2/", "request": {"headers": []}, "status": status,
        "headers": headers, "body": body, "started_ms": 1.0, "elapsed_ms": 2.0, "registry": HOST, "target": "reg.azurecr.io/app:1",
        "correlation_id": headers.get("x-ms-correlation-request-id").map(|ids| ids[0].clone()),
    })
}

/// Name, connection and certificate are in order.
pub(in crate::findings) fn reached() -> Vec<Value> {
    vec![
        dns(&["20.1.2.3"], Value::Null),
        connect(Value::Null, Value::Null),
        tls(Value::Null),
    ]
}

/// The challenge that a registry gives.
pub(in crate::findings) fn challenged() -> Vec<Value> {
    let bearer = r#"Bearer realm="https://reg.azurecr.io/oauth2/token",service="reg.azurecr.io""#;
    let mut lines = reached();
    lines.push(answer(
        "challenge",
        401,
        &json!({"docker-distribution-api-version": ["registry/2.0"], "www-authenticate": [bearer]}),
        "",
    ));
    lines
}

fn dns(addresses: &[&str], fault: Value) -> Value {
    fact(
        "resolve",
        "dns",
        json!({"host": HOST, "addresses": addresses, "source": "resolver", "fault": fault, "elapsed_ms": 1.0}),
    )
}

fn connect(fault: Value, proxy: Value) -> Value {
    fact(
        "connect",
        "connect",
        json!({"host": HOST, "port": 443, "fault": fault, "proxy": proxy, "elapsed_ms": 1.0}),
    )
}

fn tls(fault: Value) -> Value {
    fact(
        "tls",
        "tls",
        json!({"host": HOST, "fault": fault, "elapsed_ms": 1.0, "chain": [{
            "subject": "CN=*.azurecr.io", "issuer": "CN=Corp CA,O=Corp", "names": ["*.azurecr.io"], "not_before": 1_700_000_000, "not_after": 1_800_000_000
        }]}),
    )
}

fn clock(peer: i64, ahead: i64) -> Value {
    fact(
        "challenge",
        "clock",
        json!({"host": HOST, "peer": peer, "local": peer + ahead}),
    )
}

/// Within the certificate's time, and after it.
const VALID: i64 = 1_790_000_000;
const OVER: i64 = 1_810_000_000;

fn fault(kind: &str) -> Value {
    json!({"kind": kind, "message": "said"})
}

/// `rule confidence | alternatives | ruled out`, of a recording's one cell.
pub(in crate::findings) fn check(lines: &[Value], expected: &str) {
    let recording = recording(lines);
    let diagnosis = diagnose(&recording);
    assert_eq!(told(&diagnosis), expected);
    for finding in &diagnosis.findings {
        assert!(
            !finding.remedies.is_empty() && !finding.explanation.is_empty(),
            "{finding:?}"
        );
        assert!(!finding.summary.ends_with('.'), "{}", finding.summary);
    }
}

fn told(diagnosis: &Diagnosis<'_>) -> String {
    let Some(finding) = diagnosis.findings.first() else {
        return "nothing".to_owned();
    };
    let sure = match finding.confidence {
        Possible => "possible",
        Likely => "likely",
        Proven => "proven",
    };
    let names = |names: Vec<&str>| names.join(" ");
    format!(
        "{} {sure} | {} | {}",
        finding.rule,
        names(finding.alternatives.iter().map(|one| one.rule).collect()),
        names(diagnosis.ruled_out.iter().map(|one| one.rule).collect()),
    )
}

#[test]
fn names() {
    check(&[dns(&[], fault("nxdomain"))], "dns-nxdomain proven |  | ");
    check(&[dns(&[], fault("timeout"))], "dns-nxdomain possible |  | ");
}

#[test]
fn connections() {
    let met = |kind: &str| {
        vec![
            dns(&["10.1.2.3"], Value::Null),
            connect(fault(kind), Value::Null),
        ]
    };
    check(
        &met("refused"),
        "registry-unreachable proven |  | dns-nxdomain",
    );
    check(
        &met("timeout"),
        "registry-unreachable likely |  | dns-nxdomain private-dns",
    );
    let proxied = |kind: &str| vec![connect(fault(kind), json!("http://proxy:3128"))];
    check(&proxied("proxy"), "proxy-in-the-way proven |  | ");
    check(&proxied("refused"), "proxy-in-the-way likely |  | ");
}

#[test]
fn private_endpoints() {
    let chained = |aliases: &[&str]| {
        let mut line = dns(&["20.1.2.3"], Value::Null);
        line["data"]["aliases"] = json!(aliases);
        line
    };
    let refused = |aliases: &[&str]| {
        let own = json!({"x-ms-correlation-request-id": ["7c1e"]});
        let denied = r#"{"errors":[{"code":"DENIED","message":"client with IP '203.0.113.7' is not allowed access."}]}"#;
        let mut lines = forbidden("access-token", &own, denied);
        lines[0] = chained(aliases);
        lines
    };
    let private = [
        "reg.privatelink.azurecr.io",
        "r0927jpe-az.japaneast.cloudapp.azure.com",
    ];
    let others = &format!("{LET_THROUGH} proxy-in-the-way not-a-registry");
    check(
        &refused(&private),
        &format!("private-dns likely | firewall-ip public-access-disabled | {others}"),
    );
    let public = ["r0927jpe-az.japaneast.cloudapp.azure.com"];
    let recording = recording(&refused(&public));
    let diagnosis = diagnose(&recording);
    assert!(told(&diagnosis).starts_with("firewall-ip likely | public-access-disabled |"));
    let told_out = diagnosis
        .ruled_out
        .iter()
        .find(|one| one.rule == "private-dns");
    assert!(told_out.is_some_and(|one| one.because.contains("CNAME")));
    let way = "The way there: reg.azurecr.io → r0927jpe-az.japaneast.cloudapp.azure.com → 20.1.2.3, without a proxy; \
               certificate issued by Corp CA.";
    assert!(
        diagnosis.findings[0].explanation.contains(way),
        "{}",
        diagnosis.findings[0].explanation
    );
    let silence = [chained(&private), connect(fault("timeout"), Value::Null)];
    check(
        &silence,
        "registry-unreachable likely | private-dns | dns-nxdomain",
    );
}

#[test]
fn certificates() {
    let before = "dns-nxdomain registry-unreachable";
    let met = |kind: &str| {
        vec![
            dns(&["20.1.2.3"], Value::Null),
            connect(Value::Null, Value::Null),
            tls(fault(kind)),
        ]
    };
    check(
        &met("untrusted"),
        &format!("tls-interception likely |  | {before}"),
    );
    check(
        &met("wrong-name"),
        &format!("tls-name-mismatch proven |  | {before}"),
    );
    check(
        &met("timeout"),
        &format!("registry-timeout likely |  | {before}"),
    );
    check(
        &met("broken"),
        "registry-unreachable likely |  | dns-nxdomain",
    );
    check(
        &met("expired"),
        &format!("clock-skew likely | tls-interception | {before}"),
    );
    let with_clock = |peer, ahead| {
        let mut lines = met("expired");
        lines.push(clock(peer, ahead));
        lines
    };
    check(
        &with_clock(OVER, 2),
        &format!("tls-interception likely |  | {before} clock-skew"),
    );
    check(
        &with_clock(VALID, 86_400 * 300),
        &format!("clock-skew likely | tls-interception | {before}"),
    );
}

#[test]
fn a_clock_that_is_off_is_a_warning() {
    let mut lines = challenged();
    lines.push(clock(VALID, 420));
    let recording = recording(&lines);
    let overview = crate::findings::case::judge_cells(&recording);
    let notices = (super::clock_skew::RULE.notice.into_iter())
        .flat_map(|notice| {
            notice(&crate::findings::rule::Overview {
                recording: &recording,
                all: &overview,
            })
        })
        .map(|notice| notice.telling.reason)
        .collect::<Vec<_>>();
    assert_eq!(
        notices,
        ["this machine's clock is 7 min fast by that of reg.azurecr.io"]
    );
}

const LET_THROUGH: &str = "dns-nxdomain registry-unreachable tls-interception";

fn forbidden(step: &str, headers: &Value, body: &str) -> Vec<Value> {
    let mut lines = if step == "challenge" {
        reached()
    } else {
        challenged()
    };
    lines.push(answer(step, 403, headers, body));
    lines
}

#[test]
fn firewalls_and_proxies() {
    let denied = r#"{"errors":[{"code":"DENIED","message":"client with IP '203.0.113.7' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."}]}"#;
    let own = json!({"x-ms-correlation-request-id": ["7c1e"]});
    check(
        &forbidden("access-token", &own, denied),
        &format!(
            "firewall-ip likely | private-dns public-access-disabled | {LET_THROUGH} proxy-in-the-way not-a-registry"
        ),
    );
    check(
        &forbidden("challenge", &own, ""),
        &format!("firewall-ip likely | private-dns public-access-disabled | {LET_THROUGH}"),
    );
    check(
        &forbidden(
            "challenge",
            &json!({"content-type": ["text/html"]}),
            "<title>Gate</title>",
        ),
        &format!("proxy-in-the-way likely | firewall-ip not-a-registry | {LET_THROUGH}"),
    );
    // Whoever has a token was let in: a 403 that names no address is likelier about the content.
    let mut content = challenged();
    content.push(answer(
        "access-token",
        200,
        &json!({}),
        r#"{"access_token":"opaque"}"#,
    ));
    content.push(answer(
        "manifest",
        403,
        &own,
        r#"{"errors":[{"code":"OTHER","message":""}]}"#,
    ));
    check(
        &content,
        &format!("quarantined possible |  | {LET_THROUGH} firewall-ip not-a-registry"),
    );
}
