//! The catalogue of rules, and one token's claims: what the smaller commands print.

use crate::findings::RULES;
use crate::findings::rule::Proof;
use crate::token::Unverified;
use crate::token::claims;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// One line a rule, by family.
pub fn rules_table() -> String {
    let mut text = String::new();
    let mut families: Vec<_> = RULES.iter().map(|rule| rule.family).collect();
    families.dedup();
    let mut seen = Vec::new();
    for family in families {
        if seen.contains(&family) {
            continue;
        }
        seen.push(family);
        text.push_str(&format!(
            "{}\n",
            word(&serde_json::to_value(family).unwrap_or_default())
        ));
        for rule in RULES.iter().filter(|rule| rule.family == family) {
            text.push_str(&format!("  {:<26} {}\n", rule.name, rule.summary));
        }
    }
    text
}

/// How many rules each kind of evidence proves, and which: the table of the README.
pub fn proofs_table() -> String {
    let mut text = String::from("| proven by | rules | which |\n|---|---|---|\n");
    let proofs: BTreeSet<Proof> = RULES.iter().map(|rule| rule.proof).collect();
    for proof in proofs {
        let rules = RULES.iter().filter(|rule| rule.proof == proof);
        let names: Vec<String> = rules.map(|rule| format!("`{}`", rule.name)).collect();
        let (words, count) = (proof.words(), names.len());
        text.push_str(&format!("| {words} | {count} | {} |\n", names.join(" ")));
    }
    text
}

/// The catalogue for programs.
pub fn rules_json() -> String {
    let one = |rule: &&crate::findings::rule::Rule| json!({ "rule": rule.name, "family": rule.family, "owner": rule.owner, "proof": rule.proof, "summary": rule.summary, "page": rule.page });
    let rules: Vec<Value> = RULES.iter().map(one).collect();
    let mut text =
        serde_json::to_string_pretty(&json!({ "schema": "acr-probe.rules/1", "rules": rules }))
            .unwrap_or_default();
    text.push('\n');
    text
}

/// A decoded token, marked as not verified. There is no clock here: times are shown as dates.
pub fn token(token: &Unverified) -> String {
    let pretty = |members: &serde_json::Map<String, Value>| {
        serde_json::to_string_pretty(members).unwrap_or_default()
    };
    let lifetime = claims::lifetime(&token.claims);
    let mut times = String::new();
    for (name, seconds) in [
        ("nbf", lifetime.not_before),
        ("iat", lifetime.issued_at),
        ("exp", lifetime.expires),
    ] {
        if let Some(date) = seconds.and_then(date) {
            times.push_str(&format!("{name}  {date}\n"));
        }
    }
    format!(
        "not verified: nobody checked the signature, and it is not shown\nkind: {}\n\nheader {}\n\nclaims {}\n{}",
        claims::kind(&token.claims).as_str(),
        pretty(&token.header),
        pretty(&token.claims),
        if times.is_empty() {
            times
        } else {
            format!("\n{times}")
        },
    )
}

fn date(seconds: i64) -> Option<String> {
    let time = time::OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    time.format(&time::format_description::well_known::Rfc3339)
        .ok()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
