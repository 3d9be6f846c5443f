//! The report for a person at a terminal.

use super::Report;

/// How wide, and with which signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Whether colour may be used.
    pub colour: bool,
    /// Signs of ASCII alone.
    pub ascii: bool,
}

/// Writes it.
pub(super) fn render(report: &Report<'_>, look: &Look) -> String {
    format!("{} {}\n", report.answer, look.width)
}
