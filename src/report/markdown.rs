//! The report for an issue or a ticket: GitHub's Markdown, readable as plain text too.
//!
//! Whatever a registry, a file or a name says stays text: it makes no link, no HTML, no mention, and
//! breaks out of no table and no fence.

mod escape;
#[cfg(test)]
mod tests;

use super::document::{Block, Document, Field, Section, Span, Table, Text};
use escape::{code, fence, field_code, opening, prose};

/// Writes it.
pub(super) fn render(document: &Document) -> String {
    let mut out = format!("# {}\n", opening(&prose(&document.answer)));
    for block in &document.lead {
        out.push_str(&self::block(block));
    }
    for section in &document.sections {
        out.push_str(&self::section(section, 2));
    }
    out.push_str(&format!("\n---\n\n{}\n", prose(&document.made_by)));
    out
}

fn section(section: &Section, level: usize) -> String {
    let blocks: String = section.blocks.iter().map(block).collect();
    let parts: String = section
        .parts
        .iter()
        .map(|part| self::section(part, level + 1))
        .collect();
    // A picture's heading has nothing to head here.
    if blocks.is_empty() && parts.is_empty() {
        return String::new();
    }
    let hashes = "#".repeat(level.min(6));
    format!("\n{hashes} {}\n{blocks}{parts}", line(&section.title))
}

/// A block and the empty line before it.
fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(text) => format!("\n{}\n", opening(&line(text))),
        Block::Items(items) => {
            let items: String = items.iter().map(item).collect();
            format!("\n{items}")
        }
        Block::Labelled(labelled) => {
            let lines = labelled
                .iter()
                .map(|(label, text)| format!("- **{label}**: {}\n", line(text)));
            format!("\n{}", lines.collect::<String>())
        }
        Block::Table(table) => format!("\n{}", self::table(table)),
        Block::Code { language, text } => {
            let fence = fence(text);
            format!("\n{fence}{language}\n{text}\n{fence}\n")
        }
        // The table of requests says what the picture shows; details are in the other formats.
        Block::Sequence(_) | Block::Fold { .. } => String::new(),
    }
}

fn item(text: &Text) -> String {
    format!("- {}\n", opening(&line(text)))
}

fn line(text: &Text) -> String {
    spans(text, code)
}

fn spans(text: &Text, code: fn(&str) -> String) -> String {
    let one = |span: &Span| match span {
        Span::Plain(text) => prose(text),
        Span::Strong(text) => strong(&prose(text)),
        Span::Code(text) => code(text),
        Span::Cite(id) => format!("\\[{}\\]", prose(id)),
    };
    text.spans().iter().map(one).collect()
}

/// Stars open and close only beside a letter, so blanks at the ends stand outside.
fn strong(text: &str) -> String {
    let inner = text.trim();
    if inner.is_empty() {
        return text.to_owned();
    }
    let (before, after) = text.split_once(inner).unwrap_or_default();
    format!("{before}**{inner}**{after}")
}

/// The caption stands above: Markdown's tables have none.
fn table(table: &Table) -> String {
    let mut out = format!("{}:\n\n", opening(&prose(&table.caption)));
    let head: Vec<String> = table.head.iter().map(|title| prose(title)).collect();
    out.push_str(&format!("| {} |\n", head.join(" | ")));
    out.push_str(&format!("|{}\n", " --- |".repeat(table.head.len())));
    for row in &table.rows {
        let cells: Vec<String> = row.cells.iter().map(field).collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    out
}

fn field(field: &Field) -> String {
    spans(&field.text, field_code)
}
