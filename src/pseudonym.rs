//! Names that may be shown in place of those that may not: registry, repository, ids, addresses and users
//! become stable pseudonyms, the same thing the same name in every file, because the evidence itself is
//! renamed and every report is made from it.
//!
//! Shape and equality are kept, since rules go by them: a login server keeps its suffix, a GUID stays one,
//! a private address private. Tags, digests, times and correlation ids stay.

mod addresses;
mod gather;
mod hosts;
mod swap;
#[cfg(test)]
mod tests;

use crate::evidence::{Header, Index, Recording};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use swap::Swap;

/// Said in every report of a renamed recording.
pub const NOTE: &str = "registry, repository, ids, addresses and user names here are pseudonyms, the same in every file; \
     support also needs the registry's name, which is in the table of pseudonyms that stayed with whoever made this";

/// Members whose text is a word of our own, a time or an id that stays.
const KEPT_MEMBERS: &[&str] = &[
    "action",
    "asks_kind",
    "client",
    "connection",
    "correlation_id",
    "fact",
    "fingerprint",
    "flow",
    "form",
    "id",
    "kind",
    "method",
    "observed_at",
    "platform",
    "rule",
    "run",
    "schema",
    "simulated",
    "step",
    "transaction",
    "version",
    "what",
];

/// Headers whose value is an id for support or says nothing of anyone.
const KEPT_HEADERS: &[&str] = &[
    "client-request-id",
    "date",
    "docker-content-digest",
    "etag",
    "server",
    "user-agent",
    "x-ms-client-request-id",
    "x-ms-correlation-request-id",
    "x-ms-request-id",
];

/// One name and what stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Name {
    /// What it names.
    pub kind: &'static str,
    /// What is shown.
    pub pseudonym: String,
    /// What was there.
    pub original: String,
}

/// All names of a recording, in the order in which they are met.
#[derive(Debug, Default)]
pub struct Names {
    list: Vec<Name>,
    by_original: HashMap<String, usize>,
    counts: HashMap<&'static str, usize>,
    /// What must not be made up, because something is called that.
    taken: HashSet<String>,
}

impl Names {
    /// The table that stays with the user.
    pub fn table(&self, run: &str) -> String {
        let table = json!({ "schema": "acr-probe.pseudonyms/1", "run": run, "names": self.list });
        let mut text = serde_json::to_string_pretty(&table).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Name> {
        self.list.iter()
    }

    /// The pseudonym of a name; made by `make` from its number where it is new. Capitals do not count.
    fn name(
        &mut self,
        kind: &'static str,
        original: &str,
        make: impl Fn(usize) -> String,
    ) -> String {
        let key = original.to_lowercase();
        if let Some(index) = self.by_original.get(&key) {
            return self.list[*index].pseudonym.clone();
        }
        let pseudonym = loop {
            let count = self.counts.entry(kind).or_default();
            *count += 1;
            let candidate = make(*count);
            if !self.taken.contains(&candidate.to_lowercase()) {
                break candidate;
            }
        };
        self.by_original.insert(key, self.list.len());
        self.list.push(Name {
            kind,
            pseudonym: pseudonym.clone(),
            original: original.to_owned(),
        });
        pseudonym
    }
}

impl Names {
    /// What is shown for a name that was met.
    fn shown(&self, original: &str) -> Option<&str> {
        let index = self.by_original.get(&original.to_lowercase())?;
        Some(&self.list[*index].pseudonym)
    }

    /// A name put together from others that have their pseudonyms already.
    fn whole(&mut self, kind: &'static str, original: &str, pseudonym: String) {
        let key = original.to_lowercase();
        if original == pseudonym || self.by_original.contains_key(&key) {
            return;
        }
        self.by_original.insert(key, self.list.len());
        self.list.push(Name {
            kind,
            pseudonym,
            original: original.to_owned(),
        });
    }
}

/// The recording with pseudonyms, and the table of them.
pub fn apply(recording: &Recording) -> (Recording, Names) {
    let names = gather::names(recording);
    let swap = Swap::of(&names);
    let mut header: Header = renamed(&recording.header, &swap);
    header.notes.push(NOTE.to_owned());
    let shown = Recording {
        header,
        facts: each(&recording.facts, &swap),
        transactions: each(&recording.transactions, &swap),
        tokens: each(&recording.tokens, &swap),
        redactions: recording.redactions.clone(),
        complete: recording.complete,
        index: Index::default(),
    };
    (shown, names)
}

fn each<T: Serialize + DeserializeOwned + Clone>(pieces: &[T], swap: &Swap) -> Vec<T> {
    pieces.iter().map(|piece| renamed(piece, swap)).collect()
}

/// A piece of evidence with its texts renamed. Its own words and numbers are not touched, so it reads
/// back as what it was.
fn renamed<T: Serialize + DeserializeOwned + Clone>(piece: &T, swap: &Swap) -> T {
    let mut value = serde_json::to_value(piece).unwrap_or_default();
    texts(&mut value, None, &mut |text| *text = swap.text(text));
    serde_json::from_value(value).unwrap_or_else(|_| piece.clone())
}

/// Shows `take` every text that may hold a name.
fn texts(value: &mut Value, member: Option<&str>, take: &mut dyn FnMut(&mut String)) {
    match value {
        Value::String(text) if !member.is_some_and(is_kept_header) => take(text),
        // A header of a request is a pair.
        Value::Array(items) if is_kept_pair(items) => {}
        Value::Array(items) => items.iter_mut().for_each(|item| texts(item, member, take)),
        Value::Object(members) => all(members, take),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn all(members: &mut Map<String, Value>, take: &mut dyn FnMut(&mut String)) {
    for (name, value) in members.iter_mut() {
        let is_kept_text = value.is_string() && KEPT_MEMBERS.contains(&name.as_str());
        // Words of our own, and what the issuer calls its keys.
        let is_kept_object = value.is_object() && matches!(name.as_str(), "simulated" | "header");
        if !is_kept_text && !is_kept_object {
            texts(value, Some(name), take);
        }
    }
}

fn is_kept_header(name: &str) -> bool {
    KEPT_HEADERS.contains(&name.to_ascii_lowercase().as_str())
}

fn is_kept_pair(items: &[Value]) -> bool {
    match items {
        [Value::String(name), Value::String(_)] => is_kept_header(name),
        _ => false,
    }
}
