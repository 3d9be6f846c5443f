//! Styles, signs and the last pass over a text.
//!
//! While a text is laid out, a style is one invisible character of no width, so that widths stay right
//! whoever counts them. [`finish`] turns it into an escape sequence, or into nothing. Everything that
//! comes from outside passes there too: no control character of a registry's answer reaches the terminal.

use super::Look;
use crate::report::plain::shown;
use std::borrow::Cow;

/// How a word is set. Only the sixteen standard colours, none of them white, black or bright: they must
/// be readable on light and on dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Style {
    /// As it should be.
    Good,
    /// It stands in the way.
    Bad,
    /// Worth a look.
    Warn,
    /// What leads the eye.
    Strong,
    /// What may be passed over.
    Dim,
}

const STYLES: [(Style, char, &str); 5] = [
    (Style::Good, '\u{e0ff0}', "\u{1b}[32m"),
    (Style::Bad, '\u{e0ff1}', "\u{1b}[31m"),
    (Style::Warn, '\u{e0ff2}', "\u{1b}[33m"),
    (Style::Strong, '\u{e0ff3}', "\u{1b}[1m"),
    (Style::Dim, '\u{e0ff4}', "\u{1b}[2m"),
];
const PLAIN: char = '\u{e0ff5}';
const RESET: &str = "\u{1b}[0m";

/// The text in a style. Styles do not nest.
pub(in crate::report) fn styled(style: Style, text: &str) -> String {
    let sign = STYLES
        .iter()
        .find(|(own, ..)| *own == style)
        .map_or(PLAIN, |(_, sign, _)| *sign);
    format!("{sign}{text}{PLAIN}")
}

/// Typographic signs and what stands for them in ASCII. Everything else, names above all, stays.
const SIGNS: [(char, &str); 21] = [
    ('√', "ok"),
    ('×', "x"),
    ('–', "-"),
    ('—', "-"),
    ('…', "..."),
    ('·', "-"),
    ('•', "*"),
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('→', "->"),
    ('←', "<-"),
    ('⇒', "=>"),
    ('≥', ">="),
    ('≤', "<="),
    ('≠', "!="),
    ('§', "section "),
    ('\u{2011}', "-"),
    ('\u{202f}', " "),
];

/// The text as this look may show it: in its signs, and with nothing that could steer a terminal. Done
/// before anything is measured.
pub(in crate::report) fn signs<'a>(look: &Look, text: &'a str) -> Cow<'a, str> {
    let is_plain = |one: char| matches!(one, ' '..='~' | '\n');
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for one in text.chars().filter_map(shown) {
        match SIGNS.iter().find(|(sign, _)| look.ascii && *sign == one) {
            Some((_, ascii)) => out.push_str(ascii),
            None => out.push(one),
        }
    }
    Cow::Owned(out)
}

/// The last pass: signs, styles, no blank at a line's end, nothing that could steer a terminal.
pub(in crate::report) fn finish(look: &Look, text: &str) -> String {
    let text = signs(look, text);
    let mut out = String::with_capacity(text.len());
    let mut style = None;
    for line in text.lines() {
        style = finish_line(look, line, style, &mut out);
        out.push('\n');
    }
    out
}

/// A style that spans lines is closed at the end of each, so that a pager shows every line alike.
fn finish_line(
    look: &Look,
    line: &str,
    mut style: Option<&'static str>,
    out: &mut String,
) -> Option<&'static str> {
    let is_sign = |one: char| one == PLAIN || STYLES.iter().any(|(_, sign, _)| *sign == one);
    let line = trim_end(line, is_sign);
    let mut open = false;
    for one in line.chars() {
        if is_sign(one) {
            if open {
                out.push_str(RESET);
                open = false;
            }
            style = STYLES
                .iter()
                .find(|(_, sign, _)| *sign == one)
                .map(|(.., code)| *code);
            continue;
        }
        if let (false, Some(code), true) = (open, style, look.colour)
            && one != ' '
        {
            out.push_str(code);
            open = true;
        }
        // A blank that kept two words together has done its work.
        out.push(if one == '\u{a0}' { ' ' } else { one });
    }
    if open {
        out.push_str(RESET);
    }
    style
}

/// The line without blanks at its end; signs among them are kept.
fn trim_end(line: &str, is_sign: impl Fn(char) -> bool) -> String {
    let kept = line
        .trim_end_matches(|one: char| one == ' ' || is_sign(one))
        .len();
    let (text, rest) = line.split_at(kept);
    let signs: String = rest.chars().filter(|one| is_sign(*one)).collect();
    format!("{text}{signs}")
}
