//! The report: a function from a recording, and renderers that are functions from a report to text.
//!
//! No IO, no clock, no credential: live, simulated and replayed runs print the same bytes.

mod answer;
mod catalogue;
mod compare;
mod document;
mod event;
mod html;
mod json;
mod junit;
mod markdown;
mod merge;
mod model;
mod page;
mod plain;
mod rows;
pub mod schema;
mod table;
#[cfg(test)]
mod tests;

pub use catalogue::{proofs_table, rules_json, rules_table, token};
pub use merge::{Gathered, Merged, Unusable, merged_json, merged_markdown, merged_table};
pub use model::{Cell, Principal, Report, ReportVerdict, SCHEMA};
pub use page::render as page;
pub use table::Look;

use crate::event::read_kept;
use crate::evidence::{Recording, to_lines};
use crate::findings::compare::Comparison;
use event::EventReport;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a person at a terminal.
    Table,
    /// For programs: the contract's report, version 1.
    Json,
    /// The recording itself, as lines; of what is no recording, its JSON in one line.
    Ndjson,
    /// For an issue or a ticket.
    Markdown,
    /// One file for a browser: pictures, claims and timings; no script, nothing fetched.
    Html,
    /// For a pipeline: a test for each required cell.
    Junit,
}

/// Writes a recording's report; that of a pasted text has no matrix.
pub fn render(recording: &Recording, format: Format, look: &Look) -> String {
    if let Some(pasted) = recording.text_alone() {
        let reading = read_kept(&pasted.said);
        let report = EventReport::of(&reading, recording);
        return render_event(&report, recording, format, look);
    }
    let report = || Report::of(recording);
    match format {
        Format::Table => table::render(&report(), look),
        Format::Json => json::indented(&report()),
        Format::Ndjson => to_lines(recording),
        Format::Markdown => markdown::render(&document::of_run(&report())),
        Format::Html => html::render(&document::of_run(&report())),
        Format::Junit => junit::render(&junit::of_run(&report())),
    }
}

/// Writes a comparison.
pub fn render_comparison(comparison: &Comparison, format: Format, look: &Look) -> String {
    match format {
        Format::Table => compare::table(comparison, look),
        Format::Json => json::indented(comparison),
        Format::Ndjson => json::line(comparison),
        Format::Markdown => markdown::render(&document::of_comparison(comparison)),
        Format::Html => html::render(&document::of_comparison(comparison)),
        Format::Junit => junit::render(&junit::of_comparison(comparison)),
    }
}

fn render_event(
    report: &EventReport<'_>,
    recording: &Recording,
    format: Format,
    look: &Look,
) -> String {
    match format {
        Format::Table => report.table(look),
        Format::Json => json::indented(report),
        Format::Ndjson => to_lines(recording),
        Format::Markdown => markdown::render(&document::of_event(report)),
        Format::Html => html::render(&document::of_event(report)),
        Format::Junit => junit::render(&junit::of_event(report)),
    }
}

/// The exit code of a recording: its verdict's, or of a text 0 where it names a cause and 3 where it does not.
pub fn exit_code(recording: &Recording) -> u8 {
    match recording.text_alone() {
        Some(pasted) => EventReport::of(&read_kept(&pasted.said), recording).exit_code(),
        None => Report::of(recording).verdict.exit_code(),
    }
}
