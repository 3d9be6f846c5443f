//! The merge in one sentence.

use super::count::{counted, listed};
use super::pools::Pool;
use super::row::Row;
use crate::report::ReportVerdict;
use std::collections::BTreeMap;

/// More than these are counted.
const NAMED: usize = 5;

/// Who is stopped, the pools first that are stopped as a whole, and by what.
pub(super) fn answer(rows: &[Row], pools: &[Pool]) -> String {
    let noun = noun(rows);
    let stopped: Vec<&Row> = rows.iter().filter(|row| is_stopped(row)).collect();
    if stopped.is_empty() {
        return match rows.len() {
            1 => format!("the only {noun} is granted what was required"),
            all => format!("all {all} {noun}s are granted what was required"),
        };
    }
    let deed = deed(&stopped);
    let whole: Vec<&Pool> = pools
        .iter()
        .filter(|one| one.stopped == one.nodes)
        .collect();
    let is_telling = !whole.is_empty()
        && whole.len() < pools.len()
        && pools.iter().all(|one| one.pool.is_some());
    if is_telling {
        return of_pools(&whole, pools, rows, &deed);
    }
    let causes = listed(&causes(&stopped), NAMED);
    if stopped.len() == rows.len() {
        return match rows.len() {
            1 => format!("the only {noun} is {deed}: {causes}"),
            all => format!("all {all} {noun}s are {deed}: {causes}"),
        };
    }
    let is = if stopped.len() == 1 { "is" } else { "are" };
    let head = format!(
        "{} of {} {is} {deed}",
        stopped.len(),
        counted(rows.len(), noun)
    );
    if stopped.len() > NAMED {
        return format!("{head}: {causes}");
    }
    let names: Vec<String> = stopped
        .iter()
        .map(|row| format!("{} ({})", row.name, cause(row)))
        .collect();
    format!("{head}: {}", listed(&names, NAMED))
}

/// `node` where every run is a node of its own.
pub(super) fn noun(rows: &[Row]) -> &'static str {
    let is_node = |row: &Row| row.node.name.as_ref().is_some_and(|name| *name == row.name);
    if rows.iter().all(is_node) {
        "node"
    } else {
        "run"
    }
}

fn of_pools(whole: &[&Pool], pools: &[Pool], rows: &[Row], deed: &str) -> String {
    let several_clusters = pools.iter().any(|one| one.cluster != pools[0].cluster);
    let names: Vec<String> = whole
        .iter()
        .map(|one| {
            let cluster = one.cluster.as_ref().filter(|_| several_clusters);
            let cluster = cluster.map(|name| format!("{name}/")).unwrap_or_default();
            let pool = one.pool.as_deref().unwrap_or_default();
            let nodes = counted(one.nodes, noun(rows));
            format!("{cluster}{pool} ({}, {nodes})", pool_cause(one))
        })
        .collect();
    let rest: usize = pools
        .iter()
        .filter(|one| one.stopped < one.nodes)
        .map(|one| one.stopped)
        .sum();
    let is = if whole.len() == 1 { "is" } else { "are" };
    let mut said = format!(
        "{} of {} {is} {deed} on every {}: {}",
        whole.len(),
        counted(pools.len(), "node pool"),
        noun(rows),
        listed(&names, NAMED)
    );
    if rest > 0 {
        said += &format!("; so are {} of other pools", counted(rest, noun(rows)));
    }
    said
}

fn pool_cause(pool: &Pool) -> String {
    let required = pool.outcomes.iter().find(|one| one.required);
    required.map_or_else(String::new, |one| {
        one.cause
            .as_deref()
            .unwrap_or(one.verdict.name())
            .to_owned()
    })
}

fn is_stopped(row: &Row) -> bool {
    row.verdict != ReportVerdict::Granted
}

fn deed(stopped: &[&Row]) -> String {
    let all = |verdict| stopped.iter().all(|row| row.verdict == verdict);
    if all(ReportVerdict::Denied) {
        "refused".to_owned()
    } else if all(ReportVerdict::Inconclusive) {
        "left without an answer".to_owned()
    } else {
        "stopped".to_owned()
    }
}

/// The cause of the first required outcome that was not granted.
fn cause(row: &Row) -> String {
    use crate::findings::outcome::Verdict;
    let mut required = row.outcomes.iter().filter(|one| one.required);
    match required.find(|one| one.verdict != Verdict::Granted) {
        _ if row.outcomes.is_empty() || row.outcomes.iter().all(|one| !one.required) => {
            "nothing was required".to_owned()
        }
        Some(one) => match &one.cause {
            Some(cause) => cause.clone().into_owned(),
            None if !row.complete => "cut off".to_owned(),
            None => one.verdict.name().to_owned(),
        },
        None => row.verdict.name().to_owned(),
    }
}

/// `no-role-assignment (250)`, the commonest first.
fn causes(stopped: &[&Row]) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in stopped {
        *counts.entry(cause(row)).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    match counts.as_slice() {
        [(only, _)] => vec![only.clone()],
        _ => counts
            .iter()
            .map(|(cause, count)| format!("{cause} ({count})"))
            .collect(),
    }
}
