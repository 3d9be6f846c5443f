//! Text, line by line.

use super::{Hit, Outcome};
use crate::shapes;
use std::collections::BTreeSet;

/// From this length on a line of base64 alone may be one of a wrapped block.
const WRAPPED: usize = 32;

pub(super) fn search(place: &str, bytes: &[u8], outcome: &mut Outcome) {
    let before = outcome.unread.len();
    match decoded(bytes) {
        Decoded::Text(text) => lines(place, &text, outcome),
        Decoded::Nuls(text) => {
            // A tar has them between its files, UTF-16 between its letters.
            lines(place, &text.replace('\0', "\n"), outcome);
            let more = outcome.hits.is_empty();
            if more {
                lines(place, &text.replace('\0', ""), outcome);
            }
        }
        Decoded::Binary(text) => {
            lines(place, &text, outcome);
            outcome.cannot(place, "it is no text");
        }
    }
    outcome.searched += usize::from(outcome.unread.len() == before);
}

enum Decoded {
    Text(String),
    Nuls(String),
    Binary(String),
}

fn decoded(bytes: &[u8]) -> Decoded {
    let units = |of: fn([u8; 2]) -> u16| -> Vec<u16> {
        bytes[2..]
            .chunks_exact(2)
            .map(|pair| of([pair[0], pair[1]]))
            .collect()
    };
    let wide = match bytes {
        [0xff, 0xfe, ..] => Some(units(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => Some(units(u16::from_be_bytes)),
        _ => None,
    };
    if let Some(units) = wide {
        return String::from_utf16(&units).map_or_else(
            |_| Decoded::Binary(String::from_utf16_lossy(&units)),
            Decoded::Text,
        );
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => Decoded::Nuls(text.to_owned()),
        Ok(text) => Decoded::Text(text.to_owned()),
        Err(_) => Decoded::Binary(String::from_utf8_lossy(bytes).into_owned()),
    }
}

fn lines(place: &str, text: &str, outcome: &mut Outcome) {
    let mut block: Option<(usize, String)> = None;
    let mut seen = BTreeSet::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        look(place, number, line, &mut seen, outcome);
        match (is_wrapped(line), &mut block) {
            (true, Some((_, held))) => held.push_str(line.trim()),
            (true, None) => block = Some((number, line.trim().to_owned())),
            (false, _) => close(place, &mut block, line, &mut seen, outcome),
        }
    }
    close(place, &mut block, "", &mut seen, outcome);
}

/// A block of base64 ends with its first line that is short or no base64.
fn close(
    place: &str,
    block: &mut Option<(usize, String)>,
    last: &str,
    seen: &mut BTreeSet<(usize, shapes::Kind)>,
    outcome: &mut Outcome,
) {
    let Some((number, mut held)) = block.take() else {
        return;
    };
    if last.trim().bytes().all(is_base64) {
        held.push_str(last.trim());
    }
    look(place, number, &held, seen, outcome);
}

fn look(
    place: &str,
    line: usize,
    text: &str,
    seen: &mut BTreeSet<(usize, shapes::Kind)>,
    outcome: &mut Outcome,
) {
    let found = shapes::search(text);
    for kind in found.kinds {
        if seen.insert((line, kind)) {
            outcome.hits.push(Hit {
                place: place.to_owned(),
                line,
                kind,
            });
        }
    }
    if found.too_deep {
        outcome.cannot(place, format!("line {line} is encoded too deep"));
    }
}

fn is_wrapped(line: &str) -> bool {
    let line = line.trim();
    line.len() >= WRAPPED && line.bytes().all(is_base64)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}
