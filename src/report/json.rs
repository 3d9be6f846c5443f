//! The report as JSON, indented, ended by a line feed.

use super::Report;

/// Writes it. The types are maps with string keys, so nothing can fail.
pub(super) fn render(report: &Report<'_>) -> String {
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}
