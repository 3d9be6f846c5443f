//! The kubelet's list: one entry for each credential it tried, anonymous last.

use super::normal::work;

/// How an entry of the list begins.
const BEGINNINGS: [&str; 13] = [
    "rpc error",
    "failed to",
    "unable to",
    "Head ",
    "Get ",
    "HEAD ",
    "GET ",
    "error ",
    "Error ",
    "reading manifest",
    "initializing source",
    "pinging",
    "unauthorized",
];

/// The entries of a message; the whole message where it is no list.
pub(super) fn split(text: &str) -> Vec<&str> {
    work::count(text);
    let Some(start) = list_start(text) else {
        return vec![text];
    };
    let list = &text[start..];
    let mut entries = Vec::new();
    let mut from = 0;
    for (at, separator) in list.match_indices(", ") {
        // Where lines were joined there may be more than one blank.
        let next = list[at + separator.len()..].trim_start();
        if begins_entry(next) {
            entries.push(&list[from..at]);
            from = list.len() - next.len();
        }
    }
    entries.push(&list[from..]);
    entries
}

fn list_start(text: &str) -> Option<usize> {
    text.match_indices('[')
        .map(|(at, _)| at + 1)
        .find(|after| begins_entry(&text[*after..]))
}

fn begins_entry(text: &str) -> bool {
    BEGINNINGS.iter().any(|word| text.starts_with(word))
}
