//! Values under names that only secrets have: `"password": "…"`, `aadClientSecret: …`, `AccountKey=…`.

use super::runs::{is_placeholder, is_user_and_password};
use super::{Hit, Kind};

/// Ends of names, in lower case without `_` and `-`.
const NAMES: &[&str] = &[
    "accesskey",
    "accesstoken",
    "accountkey",
    "clientassertion",
    "clientsecret",
    "federatedtoken",
    "identitytoken",
    "idtoken",
    "passwd",
    "password",
    "refreshtoken",
    "registrytoken",
    "sharedaccesssignature",
];

/// Steps of the exchange, which reports name before a colon.
const STEPS: &[&str] = &["identity-token", "refresh-token", "access-token"];

/// Shorter values in quotes are not taken for secrets.
const SHORTEST_QUOTED: usize = 4;
/// Shorter values without quotes may be words of a sentence.
const SHORTEST_BARE: usize = 8;

pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    let separators = text.match_indices([':', '=', ',']);
    for (at, separator) in separators {
        let Some(name) = name_before(text, at, separator) else {
            continue;
        };
        if STEPS.contains(&name) {
            continue;
        }
        let plain: String = name
            .chars()
            .filter(|sign| !matches!(sign, '_' | '-'))
            .collect::<String>()
            .to_ascii_lowercase();
        let is_secret = NAMES.iter().any(|known| plain.ends_with(known)) || plain == "secret";
        let is_auth = plain == "auth";
        if !is_secret && !is_auth {
            continue;
        }
        let Some((from, value, quoted)) = value_after(text, at + 1) else {
            continue;
        };
        let range = from..from + value.len();
        if is_auth && is_user_and_password(value) {
            hits.push(Hit {
                kind: Kind::Basic,
                range,
            });
        } else if is_secret && is_value(value, quoted, separator) {
            hits.push(Hit {
                kind: Kind::Named,
                range,
            });
        }
    }
}

/// The word before a separator. A comma counts only in a pair, `["password","…"]`.
fn name_before<'a>(text: &'a str, at: usize, separator: &str) -> Option<&'a str> {
    let before = text[..at].trim_end_matches([' ', '\t']);
    let unquoted = before.strip_suffix(['"', '\'']).unwrap_or(before);
    let is_of = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.');
    let from = unquoted.rfind(|sign| !is_of(sign)).map_or(0, |last| {
        last + unquoted[last..].chars().next().map_or(1, char::len_utf8)
    });
    if separator == "," && !unquoted[..from].ends_with("[\"") {
        return None;
    }
    Some(&unquoted[from..]).filter(|name| !name.is_empty())
}

/// The value after a separator, where it begins, and whether it stands in quotes.
fn value_after(text: &str, from: usize) -> Option<(usize, &str, bool)> {
    let blanks = text[from..].len() - text[from..].trim_start_matches([' ', '\t']).len();
    let start = from + blanks;
    let quote = text[start..]
        .chars()
        .next()
        .filter(|sign| matches!(sign, '"' | '\''));
    match quote {
        Some(quote) => {
            let rest = &text[start + 1..];
            let end = rest.find([quote, '\n'])?;
            Some((start + 1, &rest[..end], true))
        }
        None => {
            let rest = &text[start..];
            let is_end = |sign: char| {
                sign.is_whitespace()
                    || matches!(
                        sign,
                        '"' | '\'' | ',' | ';' | '&' | '<' | '>' | ')' | ']' | '}' | '`'
                    )
            };
            let end = rest.find(is_end).unwrap_or(rest.len());
            Some((start, &rest[..end], false))
        }
    }
}

fn is_value(value: &str, quoted: bool, separator: &str) -> bool {
    if is_placeholder(value) {
        return false;
    }
    if quoted {
        return value.len() >= SHORTEST_QUOTED;
    }
    let has = |kind: fn(&u8) -> bool| value.bytes().any(|byte| kind(&byte));
    separator != ","
        && value.len() >= SHORTEST_BARE
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
}
