//! The report for a person at a terminal.
//!
//! The answer first, alone; then who and where, why, what to do, what it is not, and what support will
//! ask for. A function from a report to text: it knows neither a terminal nor a clock.

pub(super) mod cells;
pub(super) mod closing;
mod findings;
pub(super) mod grid;
pub(super) mod images;
pub(super) mod ink;
pub(super) mod matrix;
pub(super) mod opening;
mod pasted;
mod remedies;
#[cfg(test)]
mod tests;
pub(super) mod verdict;
pub(super) mod who;
pub(super) mod wrap;

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
    let sections = [
        opening::answer(report, look),
        opening::subject(report, look),
        matrix::render(report, look),
        pasted::render(report, look),
        findings::render(report, look),
        closing::render(report, look),
    ];
    let text: Vec<&str> = sections
        .iter()
        .map(|section| section.trim_end_matches('\n'))
        .filter(|section| !section.is_empty())
        .collect();
    ink::finish(look, &text.join("\n\n"))
}
