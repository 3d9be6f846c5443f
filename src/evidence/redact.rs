//! What may be kept. Everything that enters a recording passes here, where a transaction is built.
//!
//! By allow-list: headers, query keys, form fields and body members that are known to be safe are
//! kept; the rest is replaced by its kind and length. On top of that every secret that the run has
//! met is searched for (raw, base64, percent-encoded) in what is kept, and anything that has the
//! shape of a signed token loses its signature.
//!
//! This module decides what is *shown*; whether a destination may *see* a credential is
//! [`crate::trust`]'s question.

mod allowed;
mod body;
mod pasted;

pub use body::FoundToken;

use super::Redaction;
use crate::secret::Secret;
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
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Redactor")
    }
}

impl Redactor {
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
        if allowed::HEADERS.contains(&name.as_str()) || name.starts_with("x-ms-") {
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
            Some((key, value)) => format!("{key}={}", self.removed("query-value", value)),
            None => self.text(pair),
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
        self.without_tokens(&shown)
    }

    /// What another program wrote: besides known secrets and tokens, words that look like keys go too,
    /// since nobody here can know what it says.
    pub fn foreign_text(&self, text: &str) -> String {
        let shown = self.text(text);
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

#[cfg(test)]
mod tests {
    use super::Redactor;
    use crate::secret::Secret;

    #[test]
    fn only_known_query_keys_keep_their_value() {
        let redactor = Redactor::default();
        let url = url::Url::parse(
            "https://x.azurecr.io/oauth2/token?scope=repository%3Aa%3Apull&sig=abcdef",
        )
        .unwrap();
        let shown = redactor.url(&url);
        assert_eq!(
            shown,
            "https://x.azurecr.io/oauth2/token?scope=repository%3Aa%3Apull&sig=(redacted query-value, 6 characters)"
        );
    }

    #[test]
    fn user_info_in_an_address_goes() {
        let url = url::Url::parse("https://name:pass@x.azurecr.io:444/v2/").unwrap();
        let shown = Redactor::default().url(&url);
        assert!(
            !shown.contains("pass@") && shown.ends_with("@x.azurecr.io:444/v2/"),
            "{shown}"
        );
    }

    #[test]
    fn a_known_secret_is_found_in_every_form() {
        let redactor = Redactor::default();
        redactor.learn(&Secret::new("p+ss/w=rd canary"));
        for form in super::forms("p+ss/w=rd canary") {
            let shown = redactor.text(&format!("before {form} after"));
            assert!(!shown.contains(&form), "{form} in {shown}");
        }
    }

    #[test]
    fn authorization_keeps_its_scheme_alone() {
        let shown = Redactor::default().header("Authorization", "Basic dXNlcjpwYXNz");
        assert_eq!(shown, "Basic (redacted credential, 12 characters)");
    }

    #[test]
    fn what_other_programs_write_loses_what_looks_like_a_key() {
        let shown = |text: &str| Redactor::default().foreign_text(text);
        let said = "exchange for 3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55 at https://x.azurecr.io/oauth2/exchange failed: 401";
        assert_eq!(shown(said), said);
        assert_eq!(
            shown("with canary7Qm3xZ9pLk2VtR8sWdY4!"),
            "with (redacted key-like-word, 26 characters)!"
        );
    }

    #[test]
    fn tokens_in_text_are_cut_out() {
        let shown = Redactor::default()
            .text("Bearer eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl, then more");
        assert_eq!(shown, "Bearer (redacted token, 44 characters), then more");
    }
}
