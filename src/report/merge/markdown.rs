//! The merge as Markdown: for a ticket or a pipeline's summary.

use super::cells::Detail;
use super::model::Merged;
use super::sheet::{Sheet, Sheets};
use super::table::{circumstances, last_line, troubles};
use crate::report::Look;
use crate::report::table::ink::finish;
use crate::report::table::wrap::sentence;

/// Writes it.
pub fn render(merged: &Merged) -> String {
    let mut out = format!("**{}**\n\n", text(&sentence(&merged.answer)));
    out += &format!("{}\n", text(&circumstances(merged)));
    let sheets = Sheets::of(merged, Detail::Full);
    let tables = [
        ("Registry × node pool", sheets.pools()),
        ("Node × principal", sheets.nodes()),
    ];
    for (title, sheet) in tables {
        out += &format!("\n### {title}\n\n{}", table(&sheet));
    }
    let troubles = troubles(merged);
    if !troubles.is_empty() {
        out += "\n### Not in the tables, or not whole\n\n";
    }
    for trouble in troubles {
        out += &format!("- {}\n", text(&trouble));
    }
    out += &format!("\n{}\n", text(&last_line(merged)));
    let plain = Look {
        width: usize::MAX,
        colour: false,
        ascii: false,
    };
    finish(&plain, &out)
}

fn table(sheet: &Sheet) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut out = line(sheet.header.iter().map(|title| text(title)).collect());
    out += &line(vec!["---".to_owned(); sheet.header.len()]);
    for row in &sheet.rows {
        let cells = row.iter().map(|lines| {
            let lines: Vec<String> = lines
                .iter()
                .map(|one| text(one.whole().trim_start()))
                .collect();
            lines.join("<br>")
        });
        out += &line(cells.collect());
    }
    if let Some(more) = &sheet.more {
        out += &format!("\n{}\n", text(more));
    }
    out
}

/// Names come from recordings, which anybody may have written: nothing in them is markup.
fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for one in raw.chars() {
        match one {
            '\n' | '\r' => out.push(' '),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' => out.extend(['\\', one]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            _ => out.push(one),
        }
    }
    out
}
