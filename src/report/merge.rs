//! Recordings of many nodes in one view: which of them are not like the rest, and why.
//!
//! Each recording is judged as it comes and leaves a row; the recording itself is not kept.

mod answer;
mod cells;
mod count;
mod markdown;
mod model;
mod norm;
mod pools;
mod row;
mod sheet;
mod table;

pub use markdown::render as merged_markdown;
pub use model::{Damaged as Unusable, Gathered, Merged};
pub use table::render as merged_table;

/// The merge as JSON, indented, ended by a line feed. Nothing in it can fail.
pub fn merged_json(merged: &Merged) -> String {
    let mut text = serde_json::to_string_pretty(merged).unwrap_or_default();
    text.push('\n');
    text
}
