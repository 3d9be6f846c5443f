//! The report: a function from a recording, and renderers that are functions from a report to text.
//!
//! No IO, no clock, no credential: live, simulated and replayed runs print the same bytes.

mod answer;
mod catalogue;
mod compare;
mod event;
mod json;
mod model;
mod page;
mod rows;
mod table;

pub use catalogue::{proofs_table, rules_json, rules_table, token};
pub use compare::{comparison_json, comparison_table};
pub use model::{Cell, Principal, Report, ReportVerdict, SCHEMA};
pub use page::render as page;
pub use table::Look;

use crate::event::read_kept;
use crate::evidence::{Recording, to_lines};
use event::EventReport;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a person at a terminal.
    Table,
    /// For programs: the contract's report, version 1.
    Json,
    /// The recording itself, as lines.
    Ndjson,
}

/// Writes a recording's report; that of a pasted text has no matrix.
pub fn render(recording: &Recording, format: Format, look: &Look) -> String {
    if let Some(pasted) = recording.text_alone() {
        let reading = read_kept(&pasted.said);
        let report = EventReport::of(&reading, recording);
        return match format {
            Format::Table => report.table(look),
            Format::Json => report.json(),
            Format::Ndjson => to_lines(recording),
        };
    }
    match format {
        Format::Table => table::render(&Report::of(recording), look),
        Format::Json => json::render(&Report::of(recording)),
        Format::Ndjson => to_lines(recording),
    }
}

/// The exit code of a recording: its verdict's, or of a text 0 where it names a cause and 3 where it does not.
pub fn exit_code(recording: &Recording) -> u8 {
    match recording.text_alone() {
        Some(pasted) => EventReport::of(&read_kept(&pasted.said), recording).exit_code(),
        None => Report::of(recording).verdict.exit_code(),
    }
}
