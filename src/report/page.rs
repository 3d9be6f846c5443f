//! A rule's page on a terminal: its Markdown set as text.
//!
//! It reads the Markdown that our own pages use (headings, paragraphs, lists, code blocks, emphasis) and
//! is *not* a Markdown renderer: what it does not know is shown as it is written.

use super::table::Look;
use super::table::ink::{Style, finish, styled};
use super::table::wrap::hang;

/// Sets a page.
pub fn render(markdown: &str, look: &Look) -> String {
    let mut blocks: Vec<Block> = Vec::new();
    let mut in_code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            if in_code {
                blocks.push(Block::Code(String::new()));
            }
            continue;
        }
        take(&mut blocks, line, in_code);
    }
    let mut out = String::new();
    let mut before: Option<&Block> = None;
    for block in blocks.iter().filter(|block| !matches!(block, Block::Gap)) {
        if before.is_some_and(|before| !before.is_close_to(block)) {
            out.push('\n');
        }
        out.push_str(&block.render(look));
        before = Some(block);
    }
    finish(look, &out)
}

#[derive(Debug, PartialEq)]
enum Block {
    Title(String),
    Heading(String),
    Paragraph(String),
    Item {
        mark: String,
        text: String,
    },
    Code(String),
    /// An empty line: what follows is not the same paragraph.
    Gap,
}

fn take(blocks: &mut Vec<Block>, line: &str, in_code: bool) {
    if let (true, Some(Block::Code(code))) = (in_code, blocks.last_mut()) {
        code.push_str(line);
        code.push('\n');
        return;
    }
    let text = line.trim();
    if text.is_empty() {
        blocks.push(Block::Gap);
        return;
    }
    if let Some(title) = line.strip_prefix("# ") {
        blocks.push(Block::Title(title.trim().to_owned()));
        return;
    }
    if line.starts_with('#') {
        blocks.push(Block::Heading(
            text.trim_start_matches('#').trim().to_owned(),
        ));
        return;
    }
    if let Some((mark, text)) = item(text) {
        blocks.push(Block::Item { mark, text });
        return;
    }
    match blocks.last_mut() {
        Some(Block::Paragraph(own) | Block::Item { text: own, .. }) => {
            own.push(' ');
            own.push_str(text);
        }
        _ => blocks.push(Block::Paragraph(text.to_owned())),
    }
}

/// `- text` or `2. text`.
fn item(line: &str) -> Option<(String, String)> {
    if let Some(text) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some(("–".to_owned(), text.to_owned()));
    }
    let (number, text) = line.split_once(". ")?;
    let is_number = number.len() <= 2 && number.chars().all(|one| one.is_ascii_digit());
    (is_number && !number.is_empty()).then(|| (format!("{number}."), text.to_owned()))
}

impl Block {
    /// The items of a list stand together; a heading stands with what it heads.
    fn is_close_to(&self, next: &Self) -> bool {
        matches!(
            (self, next),
            (Self::Item { .. }, Self::Item { .. }) | (Self::Heading(_), _)
        )
    }

    fn render(&self, look: &Look) -> String {
        match self {
            Self::Title(text) | Self::Heading(text) => {
                hang(look, "", "", &styled(Style::Strong, &bare(text)))
            }
            Self::Paragraph(text) => hang(look, "  ", "  ", &inline(text)),
            Self::Item { mark, text } => {
                let first = format!("  {mark} ");
                let rest = " ".repeat(first.chars().count());
                hang(look, &first, &rest, &inline(text))
            }
            Self::Code(code) => code.lines().map(|line| format!("    {line}\n")).collect(),
            Self::Gap => String::new(),
        }
    }
}

/// Without any sign of Markdown.
fn bare(text: &str) -> String {
    spans(text).into_iter().map(|(_, text)| text).collect()
}

/// What is emphasised is set so where there is colour, and is plain where there is none.
fn inline(text: &str) -> String {
    spans(text)
        .into_iter()
        .map(|(is_strong, text)| {
            if is_strong {
                styled(Style::Strong, &text)
            } else {
                text
            }
        })
        .collect()
}

/// The text in pieces: whether each is strong, and without its signs.
fn spans(text: &str) -> Vec<(bool, String)> {
    const SIGNS: [(&str, bool); 3] = [("`", false), ("**", true), ("*", false)];
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(one) = rest.chars().next() {
        let found = SIGNS.iter().find_map(|(sign, is_strong)| {
            let inner = rest.strip_prefix(sign)?;
            let (inside, after) = inner.split_once(sign)?;
            is_span(sign, inside, &plain).then_some((*sign, *is_strong, inside, after))
        });
        match found {
            Some((sign, is_strong, inside, after)) => {
                spans.push((false, std::mem::take(&mut plain)));
                let inside = if sign == "`" {
                    inside.to_owned()
                } else {
                    bare(inside)
                };
                spans.push((is_strong, inside));
                rest = after;
            }
            None => {
                plain.push(one);
                rest = &rest[one.len_utf8()..];
            }
        }
    }
    spans.push((false, plain));
    spans
}

/// A star opens emphasis only before a letter and behind a blank: `registry:catalog:*` holds none.
fn is_span(sign: &str, inside: &str, before: &str) -> bool {
    if sign == "`" {
        return !inside.is_empty();
    }
    let opens = before.is_empty() || before.ends_with([' ', '(', '"']);
    opens && inside.starts_with(|one: char| !one.is_whitespace() && one != '*')
}
