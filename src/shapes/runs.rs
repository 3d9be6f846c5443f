//! Shapes that a secret has by itself or by the word before it: markers, lengths, prefixes.

use super::{Hit, Kind};
use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use std::ops::Range;

/// Base64 with or without padding.
pub(super) const STANDARD: GeneralPurpose =
    GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT);
/// Base64 for addresses, with or without padding.
pub(super) const URL_SAFE: GeneralPurpose =
    GeneralPurpose::new(&base64::alphabet::URL_SAFE, LENIENT);
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// What a JSON object begins with in base64: `{"`, and `{` before a blank or a line break.
const OBJECTS: [&str; 5] = ["eyJ", "eyA", "ewo", "ew0", "ewk"];

pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    tokens(text, hits);
    marked(text, hits);
    storage_keys(text, hits);
    signatures(text, hits);
    headers(text, hits);
    user_info(text, hits);
    private_keys(text, hits);
}

fn add(hits: &mut Vec<Hit>, kind: Kind, range: Range<usize>) {
    hits.push(Hit { kind, range });
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

fn is_url_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn is_secret_sign(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~' | b'.')
}

/// The end of the run of such signs that begins at `from`.
pub(super) fn run_end(text: &str, from: usize, is_of: impl Fn(u8) -> bool) -> usize {
    let bytes = text.as_bytes();
    let run = bytes[from..].iter().take_while(|byte| is_of(**byte));
    from + run.count()
}

/// How many such signs stand before `to`, at the most `most`.
fn run_before(text: &str, to: usize, most: usize, is_of: impl Fn(u8) -> bool) -> usize {
    let bytes = text.as_bytes();
    let run = bytes[..to].iter().rev().take(most);
    run.take_while(|byte| is_of(**byte)).count()
}

/// Three segments, the first of which is a JSON object; and the long refresh tokens of Entra.
fn tokens(text: &str, hits: &mut Vec<Hit>) {
    for start in OBJECTS {
        for (at, _) in text.match_indices(start) {
            let end = run_end(text, at, |byte| is_url_base64(byte) || byte == b'.');
            let mut segments = text[at..end].split('.');
            let mut next = || segments.next().unwrap_or_default().len();
            if next() >= 4 && next() >= 4 && next() >= 1 {
                add(hits, Kind::SignedToken, at..end);
            }
        }
    }
    for start in ["0.A", "1.A"] {
        for (at, _) in text.match_indices(start) {
            let end = run_end(text, at + 2, is_url_base64);
            if end - at >= 80 && run_before(text, at, 1, is_secret_sign) == 0 {
                add(hits, Kind::OpaqueToken, at..end);
            }
        }
    }
}

/// Keys that carry a marker at a fixed place.
fn marked(text: &str, hits: &mut Vec<Hit>) {
    let mut key = |marker: &str, before: usize, after: usize, is_of: fn(u8) -> bool, kind| {
        for (at, _) in text.match_indices(marker) {
            let from = at + marker.len();
            let end = run_end(text, from, is_of);
            if run_before(text, at, before, is_of) == before && end - from >= after {
                add(hits, kind, at - before..end);
            }
        }
    };
    key("+ACR", 42, 6, is_base64, Kind::RegistryPassword);
    key("7Q~", 3, 31, is_secret_sign, Kind::ClientSecret);
    key("8Q~", 3, 31, is_secret_sign, Kind::ClientSecret);
    key(
        "JQQJ9",
        52,
        20,
        |byte| byte.is_ascii_alphanumeric(),
        Kind::ServiceKey,
    );
}

/// 64 bytes in base64.
fn storage_keys(text: &str, hits: &mut Vec<Hit>) {
    for (at, _) in text.match_indices("==") {
        if run_before(text, at, 87, is_base64) == 86 {
            add(hits, Kind::StorageKey, at - 86..at + 2);
        }
    }
}

/// `sig=` in a query: what follows lets its bearer in.
fn signatures(text: &str, hits: &mut Vec<Hit>) {
    for (at, _) in text.match_indices("sig=") {
        let from = at + 4;
        let end = run_end(text, from, |byte| {
            is_base64(byte) || matches!(byte, b'%' | b'=' | b'-' | b'_')
        });
        let is_key = run_before(text, at, 1, |byte| byte.is_ascii_alphanumeric()) == 0;
        if is_key && end - from >= 8 {
            add(hits, Kind::Signature, from..end);
        }
    }
}

/// `Basic` and `Bearer` with a credential after them.
fn headers(text: &str, hits: &mut Vec<Hit>) {
    let lower = text.to_ascii_lowercase();
    for (at, word) in lower.match_indices("basic ") {
        let from = at + word.len();
        let end = run_end(text, from, |byte| {
            is_base64(byte) || matches!(byte, b'=' | b'-' | b'_')
        });
        if is_user_and_password(&text[from..end]) {
            add(hits, Kind::Basic, from..end);
        }
    }
    for (at, word) in lower.match_indices("bearer ") {
        let from = at + word.len();
        let end = run_end(text, from, |byte| {
            is_secret_sign(byte) || matches!(byte, b'+' | b'/' | b'=')
        });
        let has_digit = text[from..end].bytes().any(|byte| byte.is_ascii_digit());
        if end - from >= 20 && has_digit {
            add(hits, Kind::Bearer, from..end);
        }
    }
}

/// True for the base64 of `user:password`.
pub(super) fn is_user_and_password(word: &str) -> bool {
    if word.len() < 6 {
        return false;
    }
    let decoded = STANDARD.decode(word).or_else(|_| URL_SAFE.decode(word));
    let Some(text) = decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return false;
    };
    let has_password = text
        .split_once(':')
        .is_some_and(|(_, password)| !password.trim().is_empty());
    has_password
        && !text
            .chars()
            .any(|sign| sign.is_control() && !sign.is_whitespace())
}

/// `https://user:password@host`.
fn user_info(text: &str, hits: &mut Vec<Hit>) {
    for (at, _) in text.match_indices("://") {
        let from = at + 3;
        let end = run_end(text, from, |byte| {
            byte.is_ascii_graphic()
                && !matches!(
                    byte,
                    b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'\\'
                )
        });
        let Some(user_info) = text[from..end].rfind('@').map(|to| &text[from..from + to]) else {
            continue;
        };
        let Some((user, password)) = user_info.split_once(':') else {
            continue;
        };
        let start = from + user.len() + 1;
        if !password.is_empty() && !is_placeholder(password) {
            add(hits, Kind::UserInfo, start..start + password.len());
        }
    }
}

/// A block of PEM, to its end or to the end of the text.
fn private_keys(text: &str, hits: &mut Vec<Hit>) {
    for (at, begin) in text.match_indices("-----BEGIN ") {
        let label = &text[at + begin.len()..];
        let Some(to) = label
            .find("-----")
            .filter(|to| label[..*to].ends_with("PRIVATE KEY"))
        else {
            continue;
        };
        let from = at + begin.len() + to;
        let end = text[from..]
            .find("-----END ")
            .map_or(text.len(), |end| from + end);
        add(hits, Kind::PrivateKey, at..end);
    }
}

/// True for what stands in place of a secret: our own marks, variables, ellipses, angle brackets.
pub(super) fn is_placeholder(value: &str) -> bool {
    let marks = ["(redacted ", "(redacted)", "env:", "file:", "%("];
    let is_variable = value.strip_prefix('$').is_some_and(|name| {
        name.starts_with(|sign: char| sign.is_ascii_uppercase() || matches!(sign, '(' | '{' | '_'))
    });
    let is_slot = value.starts_with('<') && value.ends_with('>');
    let is_filler = value
        .chars()
        .all(|sign| matches!(sign, 'x' | 'X' | '*' | '.' | '…'));
    marks.iter().any(|mark| value.starts_with(mark)) || is_variable || is_slot || is_filler
}
