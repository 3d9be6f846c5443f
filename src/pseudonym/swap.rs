//! From names to pseudonyms in a text, in one pass, the longest name first: what was replaced is not looked
//! at again.

use super::{Name, Names};
use std::collections::HashMap;

/// Words of the protocol and of our own reports. A repository or user of that name is replaced only where
/// the place says what it is.
const COMMON: &[&str] = &[
    "access",
    "acr",
    "admin",
    "anonymous",
    "api",
    "app",
    "apps",
    "authentication",
    "azure",
    "azurecr",
    "backend",
    "base",
    "blob",
    "cache",
    "catalog",
    "challenge",
    "cli",
    "client",
    "code",
    "config",
    "connection",
    "container",
    "containerd",
    "content",
    "core",
    "credential",
    "data",
    "default",
    "delete",
    "denied",
    "detail",
    "dev",
    "digest",
    "docker",
    "error",
    "file",
    "firewall",
    "found",
    "frontend",
    "helper",
    "host",
    "identity",
    "image",
    "images",
    "index",
    "kubelet",
    "kubernetes",
    "latest",
    "layer",
    "library",
    "linux",
    "manifest",
    "manifests",
    "message",
    "metadata",
    "name",
    "network",
    "node",
    "none",
    "oauth2",
    "password",
    "permission",
    "plugin",
    "pod",
    "policy",
    "prod",
    "proxy",
    "pull",
    "push",
    "registry",
    "repository",
    "request",
    "required",
    "resource",
    "role",
    "scope",
    "secret",
    "server",
    "service",
    "staging",
    "status",
    "system",
    "tag",
    "tags",
    "tenant",
    "test",
    "token",
    "tokens",
    "unauthorized",
    "unknown",
    "user",
    "value",
    "version",
    "visit",
    "web",
    "windows",
];

/// Shorter names are found in too much.
const SHORTEST: usize = 3;

/// True for a name that is a common word, or too short to be looked for everywhere.
fn is_common(name: &str) -> bool {
    name.len() < SHORTEST || COMMON.contains(&name.to_lowercase().as_str())
}

struct Entry {
    original: String,
    pseudonym: String,
    /// True for a name whose capitals are evidence: a login server's.
    is_host: bool,
}

/// Replaces names.
pub(super) struct Swap {
    /// By the first byte in lower case, the longest first.
    entries: HashMap<u8, Vec<Entry>>,
    /// Texts that are a common name and nothing else, by where they may stand: everywhere.
    whole: HashMap<String, String>,
}

impl Swap {
    pub(super) fn of(names: &Names) -> Self {
        let mut swap = Self {
            entries: HashMap::new(),
            whole: HashMap::new(),
        };
        for name in names.iter() {
            swap.take(name);
        }
        for entries in swap.entries.values_mut() {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.original.len()));
        }
        swap
    }

    fn take(&mut self, name: &Name) {
        // A label of a host is a word like any other; the host as a whole has an entry of its own.
        if name.kind == "host" {
            return;
        }
        let is_host = matches!(name.kind, "registry" | "host name");
        if !is_common(&name.original) {
            return self.add(name.original.clone(), name.pseudonym.clone(), is_host);
        }
        if name.kind != "repository" && name.kind != "registry" {
            return;
        }
        // Where the place says what it is.
        self.whole
            .insert(name.original.clone(), name.pseudonym.clone());
        let places: &[(&str, &str)] = match name.kind {
            "repository" => &[
                ("repository:", ":"),
                ("repository%3A", "%3A"),
                ("/v2/", "/"),
                ("/", ":"),
                ("/", "@"),
                ("\"", "\""),
                ("\\\"", "\\\""),
                ("'", "'"),
            ],
            _ => &[("\"", "\""), ("'", "'")],
        };
        for (before, after) in places {
            self.add(
                format!("{before}{}{after}", name.original),
                format!("{before}{}{after}", name.pseudonym),
                false,
            );
        }
    }

    fn add(&mut self, original: String, pseudonym: String, is_host: bool) {
        let Some(first) = original.bytes().next() else {
            return;
        };
        let entries = self.entries.entry(first.to_ascii_lowercase()).or_default();
        entries.push(Entry {
            original,
            pseudonym,
            is_host,
        });
    }

    /// The text with its names replaced.
    pub(super) fn text(&self, text: &str) -> String {
        if let Some(pseudonym) = self.whole.get(text) {
            return pseudonym.clone();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = 0;
        let mut at = 0;
        while at < text.len() {
            if let Some(entry) = self.entry_at(text, at) {
                let end = at + entry.original.len();
                out.push_str(&text[rest..at]);
                match entry.is_host {
                    true => out.push_str(&as_written(&text[at..end], &entry.pseudonym)),
                    false => out.push_str(&entry.pseudonym),
                }
                rest = end;
                at = end;
            } else {
                at += 1;
            }
        }
        out.push_str(&text[rest..]);
        out
    }

    fn entry_at(&self, text: &str, at: usize) -> Option<&Entry> {
        let bytes = text.as_bytes();
        let entries = self.entries.get(&bytes[at].to_ascii_lowercase())?;
        entries.iter().find(|entry| {
            let name = entry.original.as_bytes();
            let end = at + name.len();
            bytes.len() >= end
                && bytes[at..end].eq_ignore_ascii_case(name)
                && begins(bytes, at, name[0])
                && (ends(bytes, end, name[name.len() - 1]) || is_escape(name))
        })
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// True for what ends with `%2F` or its like.
fn is_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [.., b'%', one, two] if one.is_ascii_hexdigit() && two.is_ascii_hexdigit())
}

/// A name begins where no word goes on; in a query a word begins after `%2F`.
fn begins(bytes: &[u8], at: usize, first: u8) -> bool {
    let Some(before) = at.checked_sub(1) else {
        return true;
    };
    let is_escaped_sign =
        at >= 2 && bytes[at - 2] == b'\\' && matches!(bytes[at - 1], b'n' | b't' | b'r');
    !is_word(first) || !is_word(bytes[before]) || is_escape(&bytes[..at]) || is_escaped_sign
}

/// A name ends where no word goes on; an address not before a further part of it.
fn ends(bytes: &[u8], end: usize, last: u8) -> bool {
    let Some(next) = bytes.get(end) else {
        return true;
    };
    let goes_on = *next == b'.'
        && last.is_ascii_digit()
        && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    !is_word(last) || (!is_word(*next) && !goes_on)
}

/// Capitals are a fault that clients trip over: where there were some, some are shown.
fn as_written(original: &str, pseudonym: &str) -> String {
    if !original.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return pseudonym.to_owned();
    }
    let mut signs = pseudonym.chars();
    signs
        .next()
        .map(|first| format!("{}{}", first.to_ascii_uppercase(), signs.as_str()))
        .unwrap_or_default()
}
