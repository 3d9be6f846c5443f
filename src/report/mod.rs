//! The report: a function from a recording, and renderers that are functions from a report to text.
//!
//! No IO, no clock, no credential: live, simulated and replayed runs print the same bytes.

mod answer;
mod catalogue;
mod compare;
mod event;
mod json;
mod merge;
mod model;
mod page;
mod rows;
mod table;

pub use catalogue::{rules_json, rules_table, token};
pub use compare::{comparison_json, comparison_table};
pub use event::EventReport;
pub use merge::{Gathered, Merged, Unusable, merged_json, merged_markdown, merged_table};
pub use model::{Cell, Principal, Report, ReportVerdict, SCHEMA};
pub use page::render as page;
pub use table::Look;

use crate::evidence::{Recording, to_lines};

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

/// Writes a recording's report.
pub fn render(recording: &Recording, format: Format, look: &Look) -> String {
    match format {
        Format::Table => table::render(&Report::of(recording), look),
        Format::Json => json::render(&Report::of(recording)),
        Format::Ndjson => to_lines(recording),
    }
}
