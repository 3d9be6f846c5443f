//! What most nodes show. Who does not is an outlier.

use super::row::{Outcome, Row};
use crate::report::ReportVerdict;
use std::collections::HashMap;

/// Marks the rows that are not like most. Where two pictures are equally common, the granted one is the
/// norm.
pub(super) fn mark(rows: &mut [Row]) {
    let mut counts: HashMap<String, (usize, bool)> = HashMap::new();
    for row in rows.iter() {
        let (count, granted) = counts.entry(picture(row)).or_default();
        *count += 1;
        *granted = row.verdict == ReportVerdict::Granted;
    }
    // By name in the end, so that the same recordings give the same norm.
    let norm = counts
        .into_iter()
        .max_by(|(one, a), (other, b)| a.cmp(b).then_with(|| other.cmp(one)));
    let Some((norm, _)) = norm else { return };
    for row in rows {
        row.outlier = picture(row) != norm;
    }
}

/// What a node shows, whatever its registry is called: clusters have registries of their own.
fn picture(row: &Row) -> String {
    let mut parts: Vec<String> = row.outcomes.iter().map(part).collect();
    parts.sort_unstable();
    parts.dedup();
    parts.join("\n")
}

fn part(outcome: &Outcome) -> String {
    format!(
        "{} {} {}",
        outcome.principal,
        outcome.verdict.name(),
        outcome.cause.as_deref().unwrap_or_default()
    )
}
