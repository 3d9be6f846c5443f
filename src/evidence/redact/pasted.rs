//! A pasted text before it is kept. Nobody knows what it holds: a journal has layers' signed addresses,
//! a terminal's history a password behind `-p`. Names and ids stay, for they are what is asked about.

use super::{Redactor, allowed};
use crate::evidence::{Pasted, Said};

/// Names whose value is a secret, in lower case; a longer name that ends so counts too.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "secret",
    "token",
    "assertion",
    "authorization",
    "auth",
    "sig",
    "signature",
    "key",
    "cookie",
    "credentials",
];
/// Options whose next word is a secret, or holds one behind a colon.
const OPTIONS: &[&str] = &[
    "-p",
    "-u",
    "--password",
    "--docker-password",
    "--client-secret",
    "--creds",
    "--src-creds",
    "--dest-creds",
];
/// A key is at least so long between its hyphens.
const SHORTEST_KEY: usize = 16;
/// What stands behind `Basic` or `Bearer` is a credential from this length on.
const SHORTEST_CREDENTIAL: usize = 12;

impl Redactor {
    /// What was pasted, as it may be kept.
    pub fn pasted_text(&self, pasted: Pasted) -> Pasted {
        let said = pasted.said.into_iter().map(|one| Said {
            text: self.pasted(&one.text),
            ..one
        });
        Pasted {
            from: self.text(&pasted.from),
            said: said.collect(),
        }
    }

    /// A pasted text as it may be kept, at its whole length.
    pub fn pasted(&self, text: &str) -> String {
        let shown = self.without_known(text);
        let shown = self.without_user_info(&shown);
        let shown = self.without_values(&shown);
        self.without_keys(&self.without_words(&shown))
    }

    /// `https://user:password@host`.
    fn without_user_info(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("://") {
            let (before, after) = rest.split_at(at + 3);
            out.push_str(before);
            let end = after.find(|one: char| one == '/' || is_end(one));
            let host = &after[..end.unwrap_or(after.len())];
            rest = match host.rfind('@') {
                Some(sign) => {
                    out.push_str(&self.removed("user-info", &host[..sign]));
                    &after[sign..]
                }
                None => after,
            };
        }
        out.push_str(rest);
        out
    }

    /// `password=…`, `"password":"…"`, and in an address every value that is not known to be safe.
    fn without_values(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['=', ':']) {
            let (before, after) = rest.split_at(at + 1);
            out.push_str(before);
            rest = after;
            let start = value_start(before, after);
            if let Some(start) = start.filter(|_| is_secret(before)) {
                let end = after[start..].find(is_end).unwrap_or(after.len() - start);
                let value = &after[start..start + end];
                if !value.is_empty() && !value.starts_with('(') {
                    out.push_str(&after[..start]);
                    out.push_str(&self.removed("value", value));
                    rest = &after[start + end..];
                }
            }
        }
        out.push_str(rest);
        out
    }

    /// The word behind `-p`, and what stands behind `Basic` or `Bearer`.
    fn without_words(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut before = "";
        for word in text.split_inclusive(' ') {
            let bare = word.trim_matches(|one: char| one.is_whitespace() || "\"'\\,".contains(one));
            let is_option = OPTIONS.contains(&before) && (before != "-u" || bare.contains(':'));
            let is_scheme =
                before.eq_ignore_ascii_case("basic") || before.eq_ignore_ascii_case("bearer");
            let is_credential = bare.len() >= SHORTEST_CREDENTIAL && bare.chars().all(is_word);
            if !bare.is_empty()
                && !bare.starts_with('(')
                && (is_option || is_scheme && is_credential)
            {
                out.push_str(&word.replacen(bare, &self.removed("credential", bare), 1));
            } else {
                out.push_str(word);
            }
            before = bare;
        }
        out
    }

    /// Words that look like keys: long, of small and capital letters and digits. Names of images, nodes
    /// and pods, digests and GUIDs have small letters alone.
    fn without_keys(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(|one: char| is_word(one) || one == '%' || one == '\\') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let escape = escape(rest);
            let length = match escape {
                0 => rest.find(|one| !is_word(one)).unwrap_or(rest.len()),
                length => length,
            };
            let word = &rest[..length];
            if escape == 0 && word.split(['-', '_']).any(is_key) {
                out.push_str(&self.removed("key-like-word", word));
            } else {
                out.push_str(word);
            }
            rest = &rest[length..];
        }
        out.push_str(rest);
        out
    }
}

/// The length of an escape (`%3A`, `\u0026`, `\\`) that the text begins with; its letters are no word's.
fn escape(text: &str) -> usize {
    let bytes = text.as_bytes();
    let hex = |from: usize, to: usize| {
        bytes.len() >= to && bytes[from..to].iter().all(u8::is_ascii_hexdigit)
    };
    match bytes {
        [b'%', ..] if hex(1, 3) => 3,
        [b'\\', b'u', ..] if hex(2, 6) => 6,
        [b'\\' | b'%', ..] => 1,
        _ => 0,
    }
}

fn is_word(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || "+_=-~.".contains(sign)
}

/// Where a value ends.
fn is_end(sign: char) -> bool {
    sign.is_whitespace() || "\"'`&,;<>\\)}]".contains(sign)
}

/// Where the value behind `=` or `:` begins. Behind a colon only JSON has values: of "token: unexpected
/// status" nothing is secret.
fn value_start(before: &str, after: &str) -> Option<usize> {
    let opening = after.len() - after.trim_start_matches(['"', '\'', '\\', ' ']).len();
    if before.ends_with('=') {
        return Some(opening);
    }
    (before[..before.len() - 1].ends_with('"') && after[..opening].contains('"')).then_some(opening)
}

/// True where the name before the sign is a secret's, or one of an address that nobody knows.
fn is_secret(before: &str) -> bool {
    let named = before[..before.len() - 1].trim_end_matches(['"', '\'', '\\']);
    let start = named
        .rfind(|one: char| !one.is_ascii_alphanumeric() && one != '_' && one != '-')
        .map_or(0, |at| at + 1);
    let is_ampersand = named[..start].ends_with(['?', '&']) || named[start..].starts_with("u0026");
    let name = named[start..].trim_start_matches("u0026");
    if is_ampersand && before.ends_with('=') {
        return !allowed::QUERY.contains(&name);
    }
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|one| name.ends_with(one))
}

fn is_key(segment: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| segment.as_bytes().iter().any(kind);
    segment.len() >= SHORTEST_KEY
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::Redactor;

    #[test]
    fn what_is_asked_about_stays() {
        for text in [
            "Failed to pull image \"acrwizdev.azurecr.io/guestbook:8edd399546e2808cc356e1fd28af9f4fbdaf2d3d\"",
            "from GET request to https://a.azurecr.io/oauth2/token?scope=repository%3Alabs%2Fc%2Fpayments-api-of-the-shop%3Apull&service=a.azurecr.io: 401",
            "failed to fetch oauth token: unexpected status: 401 Unauthorized, CorrelationId: 9ec03127-1ad8-467b-8af4-749e6cf53fa6",
            "unable to retrieve auth token: invalid username/password: unauthorized: authentication required",
            "Www-Authenticate: Bearer realm=\"https://a.azurecr.io/oauth2/token\",service=\"a.azurecr.io\"",
            "image a.azurecr.io/x:PROJ-1234-feature-new-login on aks-nodepool1-12345678-vmss000000",
            "sha256:4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4",
        ] {
            assert_eq!(Redactor::default().pasted(text), text);
        }
    }

    #[test]
    fn secrets_go_wherever_they_stand() {
        for text in [
            "$ docker login a.azurecr.io -u a -p canary-9f3a7c",
            "podman pull --creds a:canary-9f3a7c a.azurecr.io/x:1",
            "oras login --password canary-9f3a7c a.azurecr.io",
            "GET https://a:canary-9f3a7c@a.azurecr.io/v2/: 401",
            "{\"username\":\"a\",\"password\":\"canary-9f3a7c\"}",
            "{\\\"password\\\":\\\"canary-9f3a7c\\\"}",
            "AZURE_CLIENT_SECRET=canary-9f3a7c helm pull",
            "Get \"https://x.blob.core.windows.net/a/data?se=2026&sig=canary-9f3a7c&sp=r\": EOF",
            "https://x.blob.core.windows.net/a/data?se=2026\\u0026sig=canary-9f3a7c\\u0026sp=r",
            "authorization: Basic canary-9f3a7c9f3a7c9f3a7c",
            "the password is Canary9f3A7c9F3a7c",
            "Bearer eyJcanary-9f3a7c.eyJhIjoxfQ.c2lnbmF0dXJl",
        ] {
            let shown = Redactor::default().pasted(text);
            assert!(!shown.to_lowercase().contains("canary"), "{shown}");
            assert!(shown.contains("(redacted "), "{shown}");
        }
    }
}
