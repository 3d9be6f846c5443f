//! Lines become messages: what a terminal broke is joined again.

use super::normal::{plain, work};

/// A message and the line it begins on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    /// From 1.
    pub line: usize,
    /// Its text, on one line.
    pub text: String,
}

/// Shorter lines were not broken by a terminal.
const SHORTEST_BROKEN: usize = 56;
/// Words of this length go to a line of their own.
const LONG_WORD: usize = 36;
/// A message that grows longer than this is none.
const LONGEST: usize = 64 * 1024;
/// The widths that terminals are usually set to.
const WIDTHS: [usize; 9] = [80, 90, 100, 110, 120, 132, 140, 160, 200];

/// Gives each message of the text.
pub(super) fn messages(text: &str, take: &mut dyn FnMut(Message)) {
    let mut open: Option<Open> = None;
    for (index, raw) in text.split('\n').enumerate() {
        let line = plain(raw);
        let continues = open.as_ref().is_some_and(|open| open.goes_on_with(&line));
        if continues && let Some(open) = &mut open {
            open.append(&line);
            continue;
        }
        if let Some(open) = open.take() {
            take(open.message);
        }
        if !line.trim().is_empty() {
            open = Some(Open::new(index + 1, &line));
        }
    }
    if let Some(open) = open {
        take(open.message);
    }
}

struct Open {
    message: Message,
    /// The length of the last line.
    last: usize,
    /// The length of the lines before it, where they were broken hard.
    hard: Option<usize>,
}

impl Open {
    fn new(line: usize, text: &str) -> Self {
        Self {
            message: Message {
                line,
                text: text.trim_end().to_owned(),
            },
            last: text.chars().count(),
            hard: None,
        }
    }

    fn goes_on_with(&self, line: &str) -> bool {
        let word = line.split_whitespace().next().map_or(0, str::len);
        let has_no_room = word >= LONG_WORD && self.last + word >= SHORTEST_BROKEN;
        (self.last >= SHORTEST_BROKEN || has_no_room)
            && !self.is_said(line)
            && self.message.text.len() < LONGEST
            && !line.trim().is_empty()
            && !begins(line)
    }

    /// True where a sentence ended and the line begins another.
    fn is_said(&self, line: &str) -> bool {
        let begins = line.starts_with(|one: char| one.is_ascii_uppercase())
            || ["unauthorized:", "denied:", "toomanyrequests:"]
                .iter()
                .any(|word| line.starts_with(word));
        begins && self.message.text.ends_with(['.', '?', '!'])
    }

    fn append(&mut self, line: &str) {
        work::count(line);
        let length = line.chars().count();
        let is_hard = self.hard == Some(self.last)
            || self.last == length
            || WIDTHS.contains(&self.last)
            || self.is_inside_a_name(line);
        if is_hard {
            self.hard = Some(self.last);
        } else if !self.message.text.ends_with(' ') {
            self.message.text.push(' ');
        }
        let text = if is_hard { line } else { line.trim_start() };
        self.message.text.push_str(text.trim_end());
        self.last = length;
    }

    /// True where the line before ended within a URL or a quoted name.
    fn is_inside_a_name(&self, line: &str) -> bool {
        let text = &self.message.text;
        let tail = text.rsplit([' ', '\t']).next().unwrap_or_default();
        let is_name = tail.contains("://") || (tail.starts_with('"') && tail.contains(['.', '/']));
        let is_open = !tail.ends_with([':', ',', ';', '"', '\'', ')', ']']);
        is_name && is_open && !line.starts_with([' ', '\t', '('])
    }
}

/// True where a line opens a message of its own.
fn begins(line: &str) -> bool {
    const WORDS: &[&str] = &[
        "UNAUTHORIZED",
        "Error:",
        "ERROR",
        "Error response",
        "Error from",
        "FATA[",
        "ERRO[",
        "WARN[",
        "INFO[",
        "time=",
        "level=",
        "ts=",
        "--",
        "$ ",
        "- ",
        "An error occurred",
    ];
    let text = line.trim_start();
    WORDS.iter().any(|word| text.starts_with(word))
        || text.starts_with(['{', '}'])
        || is_event(text)
        || is_dated(text)
        || is_field(text)
}

/// `Warning  Failed …`, or `2m  Warning  Failed …`.
fn is_event(text: &str) -> bool {
    let is_type = |word: Option<&str>| matches!(word, Some("Warning" | "Normal"));
    let mut words = text.split_whitespace();
    let first = words.next();
    is_type(first)
        || (first.is_some_and(|word| word.starts_with(|one: char| one.is_ascii_digit()))
            && is_type(words.next()))
}

/// A time in one of the forms of journals: `2026-11-23…`, `Nov 23 20:00:00`, `E1123 20:00:00`.
fn is_dated(text: &str) -> bool {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let bytes = text.trim_start_matches('[').as_bytes();
    let digits = |from: usize, to: usize| {
        bytes.len() >= to && bytes[from..to].iter().all(u8::is_ascii_digit)
    };
    let is_iso = digits(0, 4) && matches!(bytes.get(4), Some(b'-' | b'/')) && digits(5, 7);
    let is_klog = matches!(bytes.first(), Some(b'I' | b'W' | b'E' | b'F'))
        && digits(1, 5)
        && bytes.get(5) == Some(&b' ');
    let is_syslog = text.is_char_boundary(3)
        && text.len() > 6
        && MONTHS.find(&text[..3]).is_some_and(|at| at % 3 == 0)
        && bytes.get(3) == Some(&b' ')
        && bytes[4..6].iter().any(u8::is_ascii_digit);
    is_iso || is_klog || is_syslog
}

/// `Image:   x`, as `kubectl describe` prints it.
fn is_field(text: &str) -> bool {
    let Some((name, value)) = text.split_once(':') else {
        return false;
    };
    let is_name = name.len() <= 30
        && name.starts_with(|one: char| one.is_ascii_uppercase())
        && name
            .chars()
            .all(|one| one.is_ascii_alphanumeric() || one == ' ' || one == '-');
    is_name && (value.is_empty() || value.starts_with("  ") || value.starts_with('\t'))
}
