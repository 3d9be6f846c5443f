//! The same text with one encoding less: JSON escapes, percent, HTML entities, base64; and again, since
//! a docker configuration in a Secret is base64 in base64.

use super::runs::{STANDARD, URL_SAFE};
use base64::Engine;
use std::collections::HashSet;

/// Encodings within encodings that are followed.
const DEEPEST: usize = 8;
/// Shorter runs of base64 hold no secret worth the name.
const SHORTEST_RUN: usize = 16;
/// What all views of a text may come to, as a multiple of it, and at least.
const MOST: (usize, usize) = (32, 4 * 1024 * 1024);

/// Shows `look` the text and every view of it. False where there was more than is followed.
pub(super) fn each(text: &str, look: &mut dyn FnMut(&str)) -> bool {
    let most = (text.len() * MOST.0).max(MOST.1);
    let mut seen: HashSet<String> = HashSet::new();
    let mut waiting = vec![(text.to_owned(), 0)];
    let mut whole = true;
    let mut total = 0;
    while let Some((view, depth)) = waiting.pop() {
        total += view.len();
        look(&view);
        let further = decoded(&view);
        if depth == DEEPEST || total > most {
            whole = whole && further.iter().all(|one| seen.contains(one));
            continue;
        }
        for one in further {
            if seen.insert(one.clone()) {
                waiting.push((one, depth + 1));
            }
        }
    }
    whole
}

/// The views one step further.
fn decoded(text: &str) -> Vec<String> {
    let mut further = Vec::new();
    if text.contains('\\') {
        further.push(without_escapes(text));
    }
    if text.contains('%') {
        further.push(without_percent(text));
    }
    if text.contains('&') {
        further.push(without_entities(text));
    }
    further.retain(|one| one != text);
    further.extend(base64_runs(text));
    further
}

/// `\"`, `\/`, `\\`, `\n`, `\u002b`.
fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let code = after.strip_prefix('u').and_then(|hex| hex.get(..4));
        if let Some(sign) = code
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32)
        {
            out.push(sign);
            rest = &after[5..];
            continue;
        }
        let Some(sign) = after.chars().next() else {
            return out;
        };
        match sign {
            'n' | 'r' => out.push('\n'),
            't' => out.push('\t'),
            '"' | '\\' | '/' | '\'' => out.push(sign),
            _ => {
                out.push('\\');
                out.push(sign);
            }
        }
        rest = &after[sign.len_utf8()..];
    }
    out.push_str(rest);
    out
}

fn without_percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn without_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let name = after
            .split(';')
            .next()
            .filter(|name| name.len() <= 8 && name.len() < after.len());
        match name.and_then(|name| Some((name.len(), entity(name)?))) {
            Some((length, sign)) => {
                out.push(sign);
                rest = &after[length + 1..];
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "nbsp" => Some(' '),
        _ => {
            let code = name.strip_prefix('#')?;
            let number = match code.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => code.parse(),
            };
            char::from_u32(number.ok()?)
        }
    }
}

/// What runs of base64 decode to, where that is text.
fn base64_runs(text: &str) -> Vec<String> {
    let is_of =
        |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '+' | '/' | '-' | '_' | '=');
    text.split(|sign| !is_of(sign))
        .filter(|run| run.len() >= SHORTEST_RUN)
        .filter_map(|run| {
            // `name=BASE64` is one run.
            let value = run.trim_end_matches('=').rsplit('=').next().unwrap_or(run);
            let bytes = STANDARD
                .decode(value)
                .or_else(|_| URL_SAFE.decode(value))
                .ok()?;
            String::from_utf8(bytes).ok()
        })
        .filter(|decoded| {
            let odd = decoded
                .chars()
                .filter(|sign| sign.is_control() && !sign.is_whitespace());
            odd.count() == 0
        })
        .collect()
}
