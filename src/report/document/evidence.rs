//! The evidence itself: requests, facts, tokens.

use super::{Block, Field, Section, Table, Text, Tone};
use crate::evidence::{Fact, Place, TokenShown, Transaction};
use crate::report::Report;
use serde_json::{Map, Value};

/// Every request in the plan's order, with what was sent and answered folded away.
pub(super) fn requests(report: &Report<'_>) -> Section {
    let mut table = Table::new(
        "Every request, its answer and its time",
        &["id", "at", "as", "step", "request", "answer", "took"],
    );
    for one in report.transactions {
        table.row(
            Some(&one.id),
            vec![
                Text::code(&one.id).into(),
                at(one.started_ms).as_str().into(),
                whose(&one.place).into(),
                step(one).into(),
                Text::code(&format!("{} {}", one.method, one.url)).into(),
                answer(one),
                took(one.elapsed_ms).as_str().into(),
            ],
        );
    }
    let mut blocks: Vec<Block> = table.block().into_iter().collect();
    blocks.extend(report.transactions.iter().map(fold));
    Section::new("requests", "Requests", blocks)
}

/// `+400 ms`
pub(super) fn at(started_ms: f64) -> String {
    format!("+{}", took(started_ms))
}

/// `12 ms`, `1.2 s`
pub(super) fn took(milliseconds: f64) -> String {
    match milliseconds {
        short if short < 10.0 => format!("{short:.1} ms"),
        short if short < 1000.0 => format!("{short:.0} ms"),
        long => format!("{:.1} s", long / 1000.0),
    }
}

fn whose(place: &Place) -> Text {
    match &place.principal {
        Some(name) => Text::code(name),
        None => Text::of("everyone"),
    }
}

fn step(one: &Transaction) -> Text {
    let step = Text::of(one.step.name());
    match &one.experiment {
        Some(factor) => step.say(&format!(" (experiment: {factor})")),
        None => step,
    }
}

fn answer(one: &Transaction) -> Field {
    Field {
        text: Text::of(&answered(one)),
        spoken: None,
        tone: tone(one),
    }
}

/// The status with the registry's own words, or why there was no answer.
pub(super) fn answered(one: &Transaction) -> String {
    if let Some(failure) = &one.failure {
        return format!("no usable answer: {}", failure.message);
    }
    let status = one
        .status
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let said = one.registry_error().or_else(|| one.identity_error());
    match said {
        Some((code, message)) if !message.is_empty() => format!("{status} {code}: {message}"),
        Some((code, _)) => format!("{status} {code}"),
        None => status,
    }
}

/// A 401 that asks for a token is how the exchange begins, not a refusal.
pub(super) fn tone(one: &Transaction) -> Tone {
    match one.status {
        Some(401) if one.step == crate::evidence::Step::Challenge => Tone::Plain,
        Some(200..400) => Tone::Good,
        Some(400..500) => Tone::Bad,
        Some(_) | None => Tone::Warn,
    }
}

/// What was sent and what came, as HTTP is written.
fn fold(one: &Transaction) -> Block {
    let title = Text::default()
        .citing([&one.id])
        .say(" ")
        .and_code(&format!("{} {}", one.method, one.url))
        .say(&format!(" · {}", answered(one)));
    let mut labelled = vec![("client", Text::of(&one.client))];
    for (label, value) in [
        ("connection", &one.connection),
        ("correlation", &one.correlation_id),
        ("image", &one.place.target),
        ("scope", &one.place.scope),
    ] {
        labelled.extend(value.iter().map(|value| (label, Text::code(value))));
    }
    Block::Fold {
        title,
        blocks: vec![
            Block::Labelled(labelled),
            Block::code("http", &sent(one)),
            Block::code("http", &received(one)),
        ],
    }
}

fn sent(one: &Transaction) -> String {
    let mut text = format!("{} {}\n", one.method, one.url);
    for (name, value) in &one.request.headers {
        text.push_str(&format!("{name}: {value}\n"));
    }
    if !one.request.form.is_empty() {
        text.push('\n');
    }
    for (name, value) in &one.request.form {
        text.push_str(&format!("{name}={value}\n"));
    }
    text
}

fn received(one: &Transaction) -> String {
    let mut text = format!("{}\n", answered(one));
    for (name, values) in &one.headers {
        for value in values {
            text.push_str(&format!("{name}: {value}\n"));
        }
    }
    if let Some(body) = &one.body {
        text.push_str(&format!("\n{body}\n"));
    }
    text
}

/// What is not HTTP.
pub(super) fn facts(report: &Report<'_>) -> Section {
    let mut table = Table::new(
        "Names, connections, certificates, clocks, files and programs",
        &["id", "step", "as", "what", "seen"],
    );
    for fact in report.facts {
        let (what, seen) = seen(fact);
        table.row(
            Some(&fact.id),
            vec![
                Text::code(&fact.id).into(),
                fact.step.name().into(),
                whose(&fact.place).into(),
                what.as_str().into(),
                seen.into(),
            ],
        );
    }
    Section::new(
        "facts",
        "Connections and files",
        table.block().into_iter().collect(),
    )
}

/// A fact's kind and its members, as the recording names them.
fn seen(fact: &Fact) -> (String, Text) {
    let value = serde_json::to_value(&fact.observation).unwrap_or_default();
    let what = value["what"].as_str().unwrap_or_default().to_owned();
    let mut text = Text::default();
    let members = value["data"].as_object().cloned().unwrap_or_default();
    for (name, value) in &members {
        let shown = member(name, value);
        if shown.is_empty() {
            continue;
        }
        let gap = if text.spans().is_empty() { "" } else { " · " };
        text = text.say(&format!("{gap}{} ", label(name))).and_code(&shown);
    }
    (what, text)
}

fn label(name: &str) -> String {
    name.trim_end_matches("_ms").replace('_', " ")
}

/// A member's value: times as times, the rest in words.
fn member(name: &str, value: &Value) -> String {
    let special = match name {
        "elapsed_ms" => value.as_f64().map(took),
        "not_before" | "not_after" | "peer" | "local" => value.as_i64().and_then(moment),
        _ => None,
    };
    special.unwrap_or_else(|| in_words(value))
}

/// A value without the signs of JSON, as far as it stays clear without them.
fn in_words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let value = member(name, value);
                format!("{} {value}", label(name))
            });
            members.collect::<Vec<_>>().join("; ")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// The tokens, each once, however often it was used.
pub(super) fn tokens(report: &Report<'_>) -> Section {
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

/// Seconds since 1970 as a date.
fn moment(seconds: i64) -> Option<String> {
    let moment = time::OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    moment
        .format(&time::format_description::well_known::Rfc3339)
        .ok()
}
