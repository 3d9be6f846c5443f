//! What was removed from the evidence, where, and how often: read off the marks that stand in its place,
//! so that it says what the files hold and not what was meant.

use crate::evidence::Recording;
use serde_json::Value;
use std::collections::BTreeMap;

const HEAD: &str = "\
# What was removed

A removed value is replaced by its kind and its length. What is kept is on a list of what is known to be
safe; a token is kept as its header, the listed claims and a short hash of the whole, so that two uses of
one token can be recognised, and never with its signature.

";

/// Where a mark stands: the part of the evidence, and the piece's id.
type Places = BTreeMap<String, Vec<String>>;

/// The page.
pub(super) fn page(recording: &Recording) -> String {
    let kinds = kinds(recording);
    let mut page = HEAD.to_owned();
    if kinds.is_empty() {
        page.push_str("Nothing had to be removed.\n");
        return page;
    }
    page.push_str("| what | how often | where |\n|---|---|---|\n");
    for (kind, places) in &kinds {
        let count: usize = places.values().map(Vec::len).sum();
        let places: Vec<String> = places.iter().map(|(part, ids)| place(part, ids)).collect();
        page.push_str(&format!("| {kind} | {count} | {} |\n", places.join("; ")));
    }
    page
}

fn place(part: &str, ids: &[String]) -> String {
    let mut ids = ids.to_vec();
    ids.dedup();
    format!("{part} ({})", ids.join(", "))
}

fn kinds(recording: &Recording) -> BTreeMap<String, Places> {
    let mut kinds: BTreeMap<String, Places> = BTreeMap::new();
    let mut add = |text: &str, part: &str, id: &str| {
        for kind in marks(text) {
            let places = kinds.entry(kind.to_owned()).or_default();
            places
                .entry(part.to_owned())
                .or_default()
                .push(id.to_owned());
        }
    };
    for one in &recording.transactions {
        add(&one.url, "address", &one.id);
        for (name, value) in &one.request.headers {
            add(value, &format!("request header {name}"), &one.id);
        }
        for (name, value) in &one.request.form {
            add(value, &format!("form field {name}"), &one.id);
        }
        for (name, values) in &one.headers {
            values
                .iter()
                .for_each(|value| add(value, &format!("header {name}"), &one.id));
        }
        add(one.body.as_deref().unwrap_or_default(), "body", &one.id);
        let failure = one.failure.as_ref().map(|failure| failure.message.as_str());
        add(failure.unwrap_or_default(), "failure", &one.id);
    }
    for fact in &recording.facts {
        let value = serde_json::to_value(&fact.observation).unwrap_or_default();
        texts(&value, &mut |text| add(text, "fact", &fact.id));
    }
    for token in &recording.tokens {
        let of = token.fact.as_deref().unwrap_or(&token.transaction);
        for (name, value) in &token.claims {
            texts(value, &mut |text| add(text, &format!("claim {name}"), of));
        }
        for (name, value) in &token.header {
            texts(value, &mut |text| {
                add(text, &format!("token header {name}"), of)
            });
        }
        if token.kind != "opaque" {
            add("(redacted jwt-signature, 0 characters)", "token", of);
        }
    }
    kinds
}

/// The kinds of the marks in a text.
fn marks(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("(redacted ").filter_map(|(at, start)| {
        let rest = &text[at + start.len()..];
        let (kind, length) = rest.split_once(", ")?;
        let digits = length.split_once(" characters)")?.0;
        let is_mark = !kind.is_empty() && !kind.contains([')', '\n']) && !digits.is_empty();
        (is_mark && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(kind)
    })
}

fn texts(value: &Value, take: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => take(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, take)),
        Value::Object(members) => members.values().for_each(|member| texts(member, take)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
