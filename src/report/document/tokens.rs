//! The tokens: decoded, and not verified.

use super::evidence::{in_words, moment};
use super::{Block, Section, Table, Text};
use crate::evidence::TokenShown;
use crate::report::Report;
use serde_json::{Map, Value};

/// The tokens, each once, however often it was used.
pub(super) fn section(report: &Report<'_>) -> Section {
    let mut groups: Vec<Vec<&TokenShown>> = Vec::new();
    for token in report.tokens {
        let is_same = |group: &&mut Vec<&TokenShown>| {
            group.first().is_some_and(|own| {
                (&own.kind, &own.fingerprint, &own.claims)
                    == (&token.kind, &token.fingerprint, &token.claims)
            })
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => group.push(token),
            None => groups.push(vec![token]),
        }
    }
    let parts = groups.iter().enumerate().map(|(index, group)| {
        let mut part = Section::new(format!("token-{}", index + 1), "", claims_of(group));
        part.title = title(report, group);
        part
    });
    let blocks = match groups.is_empty() {
        true => vec![],
        false => vec![Block::prose(
            "Decoded and not verified: nobody checked a signature, and none is kept.",
        )],
    };
    Section {
        parts: parts.collect(),
        ..Section::new("tokens", "Tokens", blocks)
    }
}

/// `t9 · entra, of kubelet`
fn title(report: &Report<'_>, group: &[&TokenShown]) -> Text {
    let first = group.first();
    let kind = first.map_or("", |token| token.kind.as_str());
    let ids = group
        .iter()
        .map(|token| token.fact.as_ref().unwrap_or(&token.transaction));
    let mut names: Vec<&str> = ids.clone().filter_map(|id| holder(report, id)).collect();
    names.dedup();
    let text = Text::default().citing(ids).say(&format!(" · {kind}"));
    match names.first() {
        Some(name) => text.say(", of ").and_code(name),
        None => text,
    }
}

/// The principal whose request or fact it is.
fn holder<'r>(report: &Report<'r>, id: &str) -> Option<&'r str> {
    let transactions = report.transactions.iter().map(|one| (&one.id, &one.place));
    let facts = report.facts.iter().map(|one| (&one.id, &one.place));
    let mut all = transactions.chain(facts);
    let (_, place) = all.find(|(own, _)| own.as_str() == id)?;
    place.principal.as_deref()
}

fn claims_of(group: &[&TokenShown]) -> Vec<Block> {
    let Some(token) = group.first() else {
        return vec![];
    };
    let mut table = Table::new(
        &format!("Claims of a token of kind {}, not verified", token.kind),
        &["claim", "value", "date"],
    );
    table.row(
        None,
        vec!["fingerprint".into(), Text::code(&token.fingerprint).into()],
    );
    if !token.header.is_empty() {
        table.row(
            None,
            vec!["header".into(), Text::code(&compact(&token.header)).into()],
        );
    }
    for (name, value) in &token.claims {
        let date = date(name, value).unwrap_or_default();
        table.row(
            None,
            vec![
                Text::code(name).into(),
                Text::code(&claim(value)).into(),
                date.as_str().into(),
            ],
        );
    }
    table.block().into_iter().collect()
}

fn compact(members: &Map<String, Value>) -> String {
    let words = members
        .iter()
        .map(|(name, value)| format!("{name} {}", in_words(value)));
    words.collect::<Vec<_>>().join(", ")
}

/// A claim's value: what is not text stays JSON, as others decode it.
fn claim(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

/// A claim that is a moment, as a date.
fn date(name: &str, value: &Value) -> Option<String> {
    let is_moment = ["exp", "iat", "nbf", "auth_time"].contains(&name);
    value.as_i64().filter(|_| is_moment).and_then(moment)
}
