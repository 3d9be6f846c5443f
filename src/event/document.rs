//! Texts that are JSON: `kubectl -o json`, journals as JSON lines, answers of IMDS and the registry.

use super::lines::{self, Message};
use serde_json::Value;

/// Members that hold a message for people.
const SAID: [&str; 12] = [
    "message", "note", "MESSAGE", "log", "msg", "err", "error", "body", "response", "text",
    "detail", "details",
];

/// Gives each message of a text, whatever it is wrapped in.
pub(super) fn messages(text: &str, take: &mut dyn FnMut(Message)) {
    let trimmed = text.trim_start_matches('\u{feff}').trim();
    if trimmed.starts_with(['{', '['])
        && let Ok(document) = serde_json::from_str::<Value>(trimmed)
    {
        return said(&document, 1, take);
    }
    lines::messages(text, &mut |message| {
        let text = message.text.trim();
        match text
            .starts_with('{')
            .then(|| serde_json::from_str::<Value>(text))
        {
            Some(Ok(document)) => said(&document, message.line, take),
            _ => take(message),
        }
    });
}

/// What an object says: its messages, or itself where it is an answer.
fn said(value: &Value, line: usize, take: &mut dyn FnMut(Message)) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| said(one, line, take)),
        Value::Object(members) if is_answer(value) => {
            let text = Value::Object(members.clone()).to_string();
            take(Message { line, text });
        }
        Value::Object(members) => {
            for (name, one) in members {
                match one {
                    Value::String(text) if SAID.contains(&name.as_str()) => inner(text, line, take),
                    Value::String(text) if name == "image" => take(Message {
                        line,
                        text: format!("image \"{text}\""),
                    }),
                    Value::Array(_) | Value::Object(_) => said(one, line, take),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn is_answer(value: &Value) -> bool {
    value.get("errors").is_some_and(Value::is_array) || value.get("error_description").is_some()
}

/// A message may hold lines of its own.
fn inner(text: &str, line: usize, take: &mut dyn FnMut(Message)) {
    lines::messages(text, &mut |message| {
        take(Message {
            line,
            text: message.text,
        });
    });
}
