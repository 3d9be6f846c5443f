//! The evidence itself: requests and facts.

use super::{Block, Field, Section, Table, Text, Tone};
use crate::evidence::{Fact, Place, Transaction};
use crate::report::Report;
use serde_json::Value;

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
pub(super) fn in_words(value: &Value) -> String {
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

/// Seconds since 1970 as a date.
pub(super) fn moment(seconds: i64) -> Option<String> {
    let moment = time::OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    moment
        .format(&time::format_description::well_known::Rfc3339)
        .ok()
}
