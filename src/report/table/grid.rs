//! Columns without lines between them: what the matrix is set in.

use super::Look;
use super::wrap::columns;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

/// Columns between two columns, where there is room; and where there is little.
const GAPS: [usize; 2] = [3, 2];
const INDENT: usize = 2;

/// A header and rows in groups; all groups share their columns.
#[derive(Debug, Default)]
pub(in crate::report) struct Grid {
    /// The columns' titles.
    pub header: Vec<String>,
    /// Rows, each group under its title, if it has one.
    pub groups: Vec<Group>,
}

/// Rows that belong together.
#[derive(Debug, Default)]
pub(in crate::report) struct Group {
    /// A line above them.
    pub title: Option<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Grid {
    /// The grid in lines; none where it is wider than the look.
    pub fn render(&self, look: &Look) -> Option<String> {
        let widths = self.widths();
        let taken = |gap: usize| {
            INDENT + widths.iter().sum::<usize>() + gap * widths.len().saturating_sub(1)
        };
        let gap = GAPS.into_iter().find(|gap| taken(*gap) <= look.width)?;
        let mut out = lines(std::slice::from_ref(&self.header), &widths, gap);
        for group in &self.groups {
            if let Some(title) = &group.title {
                out.push_str(title);
            }
            out.push_str(&lines(&group.rows, &widths, gap));
        }
        Some(out)
    }

    /// The widest line of every column.
    fn widths(&self) -> Vec<usize> {
        let mut widths = vec![1; self.header.len()];
        let rows = self.groups.iter().flat_map(|group| &group.rows);
        for row in std::iter::once(&self.header).chain(rows) {
            for (width, cell) in widths.iter_mut().zip(row) {
                let own = cell.lines().map(columns).max().unwrap_or_default();
                *width = (*width).max(own);
            }
        }
        widths
    }
}

fn lines(rows: &[Vec<String>], widths: &[usize], gap: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    let total = widths.iter().map(|width| width + gap).sum::<usize>();
    table.set_width(u16::try_from(total).unwrap_or(u16::MAX));
    table.add_rows(rows.iter().map(|row| {
        let missing = widths.len().saturating_sub(row.len());
        row.iter()
            .cloned()
            .chain(std::iter::repeat_n(String::new(), missing))
            .collect::<Vec<_>>()
    }));
    let gap = u16::try_from(gap).unwrap_or(1);
    for (column, width) in table.column_iter_mut().zip(widths) {
        let width = u16::try_from(*width).unwrap_or(u16::MAX);
        column.set_padding((0, gap));
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(
            width.saturating_add(gap),
        )));
    }
    table
        .lines()
        .map(|line| format!("{}{}\n", " ".repeat(INDENT), line.trim_end()))
        .collect()
}
