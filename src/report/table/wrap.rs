//! Prose in columns: wrapping with a hanging indent, labelled blocks, ids at the right edge.

use super::Look;
use super::ink::{Style, signs, styled};
use textwrap::{Options, WordSeparator, WordSplitter};
use unicode_width::UnicodeWidthStr;

/// Longer lines are hard to read, however wide the window is.
const MEASURE: usize = 110;
/// Narrower than this nothing can be laid out.
const NARROWEST: usize = 30;
/// The width that prose is set to.
pub(in crate::report) fn measure(look: &Look) -> usize {
    look.width.clamp(NARROWEST, MEASURE)
}

/// How many columns a text takes.
pub(in crate::report) fn columns(text: &str) -> usize {
    text.width()
}

/// One paragraph: `first` opens its first line, `rest` every other. Words are never broken: what is
/// copied from a report must be whole.
pub(in crate::report) fn hang(look: &Look, first: &str, rest: &str, text: &str) -> String {
    hang_within(measure(look), look, first, rest, text)
}

fn hang_within(width: usize, look: &Look, first: &str, rest: &str, text: &str) -> String {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    let text = signs(look, text);
    let words = text.split([' ', '\n', '\t', '\r']);
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    let mut out = textwrap::wrap(&text, options).join("\n");
    out.push('\n');
    out
}

/// One paragraph, indented by two.
pub(in crate::report) fn paragraph(look: &Look, text: &str) -> String {
    hang(look, "  ", "  ", text)
}

/// One paragraph in a quiet style, indented by two.
pub(in crate::report) fn quiet(look: &Look, text: &str) -> String {
    paragraph(look, &styled(Style::Dim, text))
}

/// A column of labels with prose beside it.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Labels {
    /// Where the label begins.
    pub indent: usize,
    /// Where the text begins.
    pub text: usize,
}

impl Labels {
    /// A label with prose.
    pub fn prose(self, look: &Look, label: &str, text: &str) -> String {
        hang(look, &self.label(label), &self.blank(), text)
    }

    /// A label, filled up to where the text begins.
    pub fn label(self, label: &str) -> String {
        let taken = self.indent + columns(label);
        format!(
            "{}{}{}",
            " ".repeat(self.indent),
            styled(Style::Dim, label),
            " ".repeat(self.text.saturating_sub(taken))
        )
    }

    /// What stands before every line without a label.
    pub fn blank(self) -> String {
        " ".repeat(self.text)
    }
}

/// A text with ids at the right edge of its first line; without room for both, the ids follow the text.
pub(in crate::report) fn with_ids(look: &Look, mark: &str, text: &str, ids: &str) -> String {
    let width = measure(look);
    let mark = format!("{mark} ");
    let indent = "  ";
    if ids.is_empty() {
        return hang(look, &mark, indent, text);
    }
    let room = width.saturating_sub(columns(ids) + 2);
    let quiet = styled(Style::Dim, ids);
    if room < width / 2 {
        return hang(look, &mark, indent, &format!("{text} {quiet}"));
    }
    let lines = hang_within(room, look, &mark, indent, text);
    let (first, rest) = lines.split_once('\n').unwrap_or((&lines, ""));
    let blanks = width.saturating_sub(columns(first) + columns(ids)).max(1);
    format!("{first}{}{quiet}\n{rest}", " ".repeat(blanks))
}

/// `[t6 t7 f2]`; of many, the first few. Empty where nothing is cited.
pub(in crate::report) fn ids(look: &Look, transactions: &[String], facts: &[String]) -> String {
    const SHOWN: usize = 6;
    let all: Vec<&str> = transactions
        .iter()
        .chain(facts)
        .map(String::as_str)
        .collect();
    if all.is_empty() {
        return String::new();
    }
    let more = if all.len() > SHOWN { " …" } else { "" };
    let shown = &all[..all.len().min(SHOWN)];
    signs(look, &format!("[{}{more}]", shown.join(" "))).into_owned()
}

/// A sentence with its full stop.
pub(in crate::report) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    match text.chars().last() {
        Some('.' | '!' | '?' | ':') | None => text.to_owned(),
        Some(_) => format!("{text}."),
    }
}

/// A name in lines of at most `width` columns, parted behind `: / = @ , -` where that can be.
pub(in crate::report) fn fold(name: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for part in name.split_inclusive([':', '/', '=', '@', ',', '-', ' ']) {
        let fits = columns(lines.last().map_or("", String::as_str)) + columns(part) <= width;
        let is_rest = matches!(part, "…" | "...");
        if !fits && !is_rest && lines.last().is_some_and(|line| !line.is_empty()) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(part);
        }
    }
    lines.join("\n")
}
