//! The report as one HTML file: no script, nothing fetched, readable in light and dark, printed, by
//! keyboard and by a screen reader.
//!
//! The policy in its head forbids everything but its own style sheet, which it knows by its hash; so
//! whatever a registry could smuggle in would still not run. Escaping is maud's.

mod blocks;
mod picture;
#[cfg(test)]
mod tests;

use super::document::{Document, Section, Tone};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use ring::digest::{SHA256, digest};

const STYLE: &str = include_str!("style.css");

/// Writes it.
pub(super) fn render(document: &Document) -> String {
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        STANDARD.encode(digest(&SHA256, STYLE.as_bytes()))
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="referrer" content="no-referrer";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (document.answer) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#answer" { "To the answer" }
                (body(document))
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

fn body(document: &Document) -> Markup {
    html! {
        header.(tone(document.tone)) {
            h1 #answer { (document.answer) }
            @for block in &document.lead { (blocks::block(block)) }
        }
        nav aria-label="Contents" {
            ul {
                @for section in &document.sections {
                    li { a href={ "#" (section.id) } { (blocks::text(&section.title)) } }
                }
            }
        }
        main {
            @for section in &document.sections { (self::section(section, 2)) }
        }
        footer { p { (document.made_by) } }
    }
}

fn section(section: &Section, level: usize) -> Markup {
    html! {
        section #(section.id) aria-labelledby={ (section.id) "-title" } {
            (heading(section, level))
            @for block in &section.blocks { (blocks::block(block)) }
            @for part in &section.parts { (self::section(part, level + 1)) }
        }
    }
}

fn heading(section: &Section, level: usize) -> Markup {
    let title = blocks::text(&section.title);
    let id = format!("{}-title", section.id);
    html! {
        @match level {
            2 => h2 #(id) { (title) },
            3 => h3 #(id) { (title) },
            _ => h4 #(id) { (title) },
        }
    }
}

/// The class of a tone.
fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Warn => "warn",
        Tone::Quiet => "quiet",
        Tone::Plain => "plain",
    }
}
