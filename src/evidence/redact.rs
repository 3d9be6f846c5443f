//! What may be kept. Everything that enters a recording passes here, where a transaction is built.
//!
//! By allow-list: headers, query keys, form fields and body members that are known to be safe are
//! kept; the rest is replaced by its kind and length. On top of that every secret that the run has
//! met is searched for (raw, base64, percent-encoded) in what is kept, and so is anything that has the
//! shape of a live secret ([`crate::shapes`]): what a hostile registry makes up included, evidence is
//! always clean for the search that every file passes.
//!
//! This module decides what is *shown*; whether a destination may *see* a credential is
//! [`crate::trust`]'s question.

mod allowed;
mod body;
mod claims;
mod facts;
mod pasted;
#[cfg(test)]
mod tests;

pub use body::FoundToken;

use super::Redaction;
use crate::secret::Secret;
use crate::shapes;
use base64::Engine;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// A shorter secret would also be found where it is not: it is kept out by the allow-lists alone.
const SHORTEST_SEARCHED: usize = 6;

/// Longest header value or text body that is kept, in characters.
const LONGEST_KEPT: usize = 4096;

/// Knows the secrets of a run and removes them from what is recorded.
#[derive(Default)]
pub struct Redactor {
    /// Every form of every secret met so far, by length: a text is searched for what it can hold alone.
    known: Mutex<BTreeMap<usize, BTreeSet<String>>>,
    removed: Mutex<BTreeMap<String, usize>>,
    /// `--reveal-ids`: names of persons in claims are kept.
    reveals_ids: bool,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Redactor")
    }
}

impl Redactor {
    /// A redactor that keeps names of persons in claims, or masks them.
    pub fn revealing(reveals_ids: bool) -> Self {
        Self {
            reveals_ids,
            ..Self::default()
        }
    }

    /// From here on this value appears in nothing that is recorded.
    pub fn learn(&self, secret: &Secret) {
        let value = secret.expose();
        if value.len() < SHORTEST_SEARCHED {
            return;
        }
        let mut known = lock(&self.known);
        for form in forms(value) {
            known.entry(form.len()).or_default().insert(form);
        }
    }

    /// A header as it may be shown.
    pub fn header(&self, name: &str, value: &str) -> String {
        let name = name.to_ascii_lowercase();
        if name == "authorization" {
            return self.authorization(value);
        }
        if name == "location" {
            return url::Url::parse(value).map_or_else(|_| self.text(value), |url| self.url(&url));
        }
        let is_of_family = allowed::HEADER_FAMILIES
            .iter()
            .any(|family| name.starts_with(family));
        if allowed::HEADERS.contains(&name.as_str()) || is_of_family {
            return self.text(value);
        }
        self.removed("header", value)
    }

    /// `Authorization`: the scheme is kept.
    fn authorization(&self, value: &str) -> String {
        let (scheme, credential) = value.split_once(' ').unwrap_or(("", value));
        format!("{scheme} {}", self.removed("credential", credential))
            .trim_start()
            .to_owned()
    }

    /// An address: no user info, and only query keys that are known to be safe keep their value.
    pub fn url(&self, url: &url::Url) -> String {
        let mut shown = format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default());
        if !url.username().is_empty() || url.password().is_some() {
            shown = format!(
                "{}://{}@{}",
                url.scheme(),
                self.removed("user-info", ""),
                url.host_str().unwrap_or_default()
            );
        }
        if let Some(port) = url.port() {
            shown.push_str(&format!(":{port}"));
        }
        shown.push_str(&self.text(url.path()));
        if let Some(query) = url.query() {
            shown.push('?');
            shown.push_str(&self.query(query));
        }
        shown
    }

    /// The query as it was written, value by value: its encoding is evidence too.
    fn query(&self, query: &str) -> String {
        let pair = |pair: &str| match pair.split_once('=') {
            Some((key, value)) if allowed::QUERY.contains(&key) => {
                format!("{key}={}", self.text(value))
            }
            Some((key, value)) => {
                format!("{}={}", self.text(key), self.removed("query-value", value))
            }
            // A key without a value may be anything.
            None if pair.is_empty() || allowed::QUERY.contains(&pair) => pair.to_owned(),
            None => self.removed("query-value", pair),
        };
        query.split('&').map(pair).collect::<Vec<_>>().join("&")
    }

    /// A form field.
    pub fn field(&self, name: &str, value: &str) -> String {
        if allowed::FORM.contains(&name) {
            return self.text(value);
        }
        let kind = allowed::FORM_SECRETS
            .iter()
            .find(|kind| **kind == name)
            .copied()
            .unwrap_or("field");
        self.removed(kind, value)
    }

    /// Free text: known secrets and the signatures of tokens are taken out, and it is cut to a
    /// length that a reader can use.
    pub fn text(&self, text: &str) -> String {
        let shown = self.without_known(text);
        if shown.chars().count() > LONGEST_KEPT {
            let kept: String = shown.chars().take(LONGEST_KEPT).collect();
            return format!("{kept}… (cut, {} characters in all)", shown.chars().count());
        }
        shown
    }

    fn without_known(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        let known = lock(&self.known);
        // Longest first: a secret that is part of another must not break it up.
        for form in known
            .range(..=text.len())
            .rev()
            .flat_map(|(_, forms)| forms)
        {
            if shown.contains(form.as_str()) {
                shown = shown.replace(form.as_str(), &self.removed("secret", form));
            }
        }
        let shown = self.without_tokens(&shown);
        self.without_shapes(shown)
    }

    /// Replaces whatever has the shape of a live secret. Where one hides in an encoding, the whole text
    /// goes.
    fn without_shapes(&self, text: String) -> String {
        let shown = shapes::replace(&text, |kind, secret| self.removed(kind.mark(), secret));
        if shapes::search(&shown).is_clean() {
            return shown;
        }
        self.removed("encoded-secret", &text)
    }

    /// What another program wrote: besides known secrets and tokens, words that look like keys go too,
    /// since nobody here can know what it says.
    pub fn foreign_text(&self, text: &str) -> String {
        let shown = self.without_mail(&self.text(text));
        let is_word =
            |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '+' | '_' | '=' | '-');
        let mut out = String::with_capacity(shown.len());
        let mut rest = shown.as_str();
        while let Some(at) = rest.find(is_word) {
            out.push_str(&rest[..at]);
            let end = rest[at..]
                .find(|sign| !is_word(sign))
                .map_or(rest.len(), |end| at + end);
            let word = &rest[at..end];
            if looks_like_a_key(word) {
                out.push_str(&self.removed("key-like-word", word));
            } else {
                out.push_str(word);
            }
            rest = &rest[end..];
        }
        out.push_str(rest);
        out
    }

    /// Replaces whatever has the shape of a signed token: three segments, the first a JSON object.
    fn without_tokens(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("eyJ") {
            shown.push_str(&rest[..at]);
            let run = rest[at..]
                .find(|sign: char| !is_token_sign(sign))
                .map_or(rest.len() - at, |end| end);
            let word = &rest[at..at + run];
            if word.matches('.').count() >= 2 || word.len() > 60 {
                shown.push_str(&self.removed("token", word));
            } else {
                shown.push_str(word);
            }
            rest = &rest[at + run..];
        }
        shown.push_str(rest);
        shown
    }

    /// The mark that stands in place of a removed value; counted.
    pub fn removed(&self, kind: &str, value: &str) -> String {
        *lock(&self.removed).entry(kind.to_owned()).or_default() += 1;
        format!("(redacted {kind}, {} characters)", value.chars().count())
    }

    /// What was removed, by kind, in the order of their names.
    pub fn report(&self) -> Vec<Redaction> {
        let removed = lock(&self.removed);
        removed
            .iter()
            .map(|(what, count)| Redaction {
                what: what.clone(),
                count: *count,
            })
            .collect()
    }
}

/// Long, of letters and digits mixed, and no GUID: ids are evidence, keys are not.
fn looks_like_a_key(word: &str) -> bool {
    let is_guid = word.len() == 36 && word.matches('-').count() == 4;
    let has = |kind: fn(&char) -> bool| word.chars().any(|sign| kind(&sign));
    word.len() >= 20 && !is_guid && has(char::is_ascii_digit) && has(char::is_ascii_alphabetic)
}

fn is_token_sign(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.')
}

/// The forms in which a secret may turn up.
fn forms(value: &str) -> Vec<String> {
    let percent: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let percent20 = percent.replace('+', "%20");
    let json = serde_json::to_string(value).unwrap_or_default();
    let mut forms = vec![
        value.to_owned(),
        value.trim().to_owned(),
        percent,
        percent20,
        json.trim_matches('"').to_owned(),
        base64::engine::general_purpose::STANDARD.encode(value),
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value),
    ];
    forms.retain(|form| form.len() >= SHORTEST_SEARCHED);
    forms
}

/// A poisoned lock means that another thread panicked; what it guards is still whole here.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
