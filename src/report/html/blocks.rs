//! Paragraphs, lists, tables and code in HTML.

use super::{picture, tone};
use crate::report::document::{Block, Field, Row, Span, Table, Text};
use maud::{Markup, html};

/// One block.
pub(super) fn block(block: &Block) -> Markup {
    match block {
        Block::Paragraph(text) => html! { p { (self::text(text)) } },
        Block::Items(items) => html! { ul { @for item in items { li { (text(item)) } } } },
        Block::Labelled(labelled) => html! {
            dl { @for (label, said) in labelled {
                div { dt { (label) } dd { (text(said)) } }
            } }
        },
        Block::Table(table) => self::table(table),
        // A box that scrolls must be within the keyboard's reach.
        Block::Code { language, text } => html! {
            pre tabindex="0" { code.{ "language-" (language) } { (text) } }
        },
        Block::Sequence(sequence) => picture::figure(sequence),
        Block::Fold { title, blocks } => html! {
            details {
                summary { (text(title)) }
                @for one in blocks { (self::block(one)) }
            }
        },
    }
}

/// A line in pieces.
pub(super) fn text(text: &Text) -> Markup {
    html! { @for span in text.spans() {
        @match span {
            Span::Plain(text) => (text),
            Span::Strong(text) => strong { (text) },
            Span::Code(text) => code { (text) },
            Span::Cite(id) => a.cite href={ "#" (id) } { (id) },
        }
    } }
}

fn table(table: &Table) -> Markup {
    html! {
        div.table role="region" aria-label=(table.caption) tabindex="0" {
            table {
                caption { (table.caption) }
                thead { tr {
                    @for title in &table.head { th scope="col" { (title) } }
                } }
                tbody { @for row in &table.rows { (self::row(row, table.names)) } }
            }
        }
    }
}

fn row(row: &Row, names: usize) -> Markup {
    html! {
        tr id=[row.id.as_ref()] {
            @for (index, field) in row.cells.iter().enumerate() {
                @if index < names {
                    th.(width(field)) scope="row" { (self::field(field)) }
                } @else {
                    td.(tone(field.tone)).(width(field)) { (self::field(field)) }
                }
            }
        }
    }
}

/// What is short stays in one line; what is long may be broken anywhere.
fn width(field: &Field) -> &'static str {
    const SHORT: usize = 24;
    let letters = |span: &Span| match span {
        Span::Plain(text) | Span::Strong(text) | Span::Code(text) | Span::Cite(text) => {
            text.chars().count()
        }
    };
    match field.text.spans().iter().map(letters).sum::<usize>() {
        _ if field.spoken.is_some() => "verdict",
        0..=SHORT => "short",
        _ => "long",
    }
}

/// What is seen, or in its place what is heard.
fn field(field: &Field) -> Markup {
    match &field.spoken {
        None => text(&field.text),
        Some(spoken) => html! {
            span aria-hidden="true" { (text(&field.text)) }
            span.heard { (spoken) }
        },
    }
}
