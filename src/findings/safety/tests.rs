//! What was withheld is its own cause, and nothing else is.

use crate::findings::network::tests::{answer, challenged, check, fact, reached};
use serde_json::{Value, json};

fn withheld(step: &str, rule: &str) -> Value {
    let data = json!({"rule": rule, "destination": "https://tokens.example.net/", "because": "it is elsewhere"});
    fact(step, "withheld", data)
}

#[test]
fn the_gate_has_the_last_word() {
    let let_through = "dns-nxdomain registry-unreachable tls-interception";
    check(
        &[withheld("resolve", "look-alike-registry")],
        "look-alike-registry proven |  | ",
    );
    for rule in ["realm-elsewhere", "insecure-realm"] {
        let mut lines = challenged();
        lines.push(withheld("challenge", rule));
        check(&lines, &format!("{rule} proven |  | {let_through}"));
    }
    let mut lines = reached();
    lines.push(answer("challenge", 307, &json!({}), ""));
    lines.push(withheld("challenge", "redirect-refused"));
    check(
        &lines,
        &format!("redirect-refused proven |  | {let_through}"),
    );
}
