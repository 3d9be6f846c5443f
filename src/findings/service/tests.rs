//! Answers of a service, judged as a whole.

use crate::findings::network::tests::{answer, challenged, check, reached};
use serde_json::{Value, json};

const LET_THROUGH: &str = "dns-nxdomain registry-unreachable tls-interception";

fn at(step: &str, status: u16, headers: &Value, body: &str) -> Vec<Value> {
    let mut lines = if step == "challenge" {
        reached()
    } else {
        challenged()
    };
    lines.push(answer(step, status, headers, body));
    lines
}

fn own() -> Value {
    json!({"x-ms-correlation-request-id": ["7c1e"]})
}

#[test]
fn busy_or_broken() {
    let after = format!("{LET_THROUGH} not-a-registry");
    let token = |status, headers, body| at("access-token", status, &headers, body);
    check(
        &token(429, own(), ""),
        &format!("throttled proven |  | {after}"),
    );
    check(
        &token(503, own(), ""),
        &format!("service-error likely |  | {after}"),
    );
    check(
        &token(200, own(), "{}"),
        &format!("service-error likely |  | {after}"),
    );
    check(
        &token(502, json!({}), ""),
        &format!("proxy-in-the-way possible | service-error | {after}"),
    );
    check(
        &token(
            502,
            json!({"server": ["openresty"], "content-type": ["text/html"]}),
            "",
        ),
        &format!("service-error likely | proxy-in-the-way | {after}"),
    );
    check(
        &token(504, json!({"via": ["1.1 proxy"]}), ""),
        &format!("proxy-in-the-way likely | service-error | {after}"),
    );
}

#[test]
fn a_request_without_an_answer() {
    let mut lines = challenged();
    let mut silent = answer("access-token", 0, &json!({}), "");
    silent["status"] = Value::Null;
    silent["failure"] = json!({"kind": "timeout", "message": "no answer within 10 s"});
    lines.push(silent.clone());
    let after = format!("{LET_THROUGH} not-a-registry");
    check(&lines, &format!("registry-timeout proven |  | {after}"));
    silent["failure"] = json!({"kind": "closed", "message": "connection reset"});
    lines.pop();
    lines.push(silent);
    check(&lines, &format!("service-error possible |  | {after}"));
}

#[test]
fn challenges() {
    let basic = json!({"www-authenticate": ["Basic realm=\"x\""], "docker-distribution-api-version": ["registry/2.0"]});
    check(
        &at("challenge", 401, &basic, ""),
        &format!("challenge-unusable proven |  | {LET_THROUGH}"),
    );
    check(
        &at("challenge", 401, &json!({"via": ["1.1 gate"]}), ""),
        &format!("challenge-unusable likely | proxy-in-the-way not-a-registry | {LET_THROUGH}"),
    );
    for status in [200, 404] {
        check(
            &at("challenge", status, &json!({}), "<title>Welcome</title>"),
            &format!("not-a-registry likely |  | {LET_THROUGH}"),
        );
    }
}

/// At the manifest the source behind a cache rule may be what throttles: both names are said.
#[test]
fn two_that_throttle() {
    let manifest = |body: &str| {
        let mut lines = challenged();
        lines.push(answer(
            "access-token",
            200,
            &own(),
            "{\"access_token\":\"(redacted)\"}",
        ));
        lines.push(answer("manifest", 429, &own(), body));
        lines
    };
    let after = format!("{LET_THROUGH} not-a-registry");
    check(
        &manifest(""),
        &format!("throttled likely | upstream-throttled | {after}"),
    );
    check(
        &manifest(r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"too many requests"}]}"#),
        &format!("throttled proven |  | {after}"),
    );
    let source = r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"the Source Registry of cache rule hub"}]}"#;
    check(
        &manifest(source),
        &format!("upstream-throttled likely | throttled | {after}"),
    );
}
