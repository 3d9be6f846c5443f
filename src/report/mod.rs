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
mod model;
mod page;
mod plain;
mod rows;
pub mod schema;
mod table;
#[cfg(test)]
mod tests;

pub use catalogue::{rules_json, rules_table, token};
pub use event::EventReport;
pub use model::{Cell, Principal, Report, ReportVerdict, SCHEMA};
pub use page::render as page;
pub use table::Look;

use crate::evidence::{Recording, to_lines};
use crate::findings::compare::Comparison;

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

/// Writes a recording's report.
pub fn render(recording: &Recording, format: Format, look: &Look) -> String {
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

/// Writes what a pasted text comes to.
pub fn render_event(report: &EventReport<'_>, format: Format, look: &Look) -> String {
    match format {
        Format::Table => report.table(look),
        Format::Json => json::indented(report),
        Format::Ndjson => json::line(report),
        Format::Markdown => markdown::render(&document::of_event(report)),
        Format::Html => html::render(&document::of_event(report)),
        Format::Junit => junit::render(&junit::of_event(report)),
    }
}
