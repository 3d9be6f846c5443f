//! What one recording leaves: whose node it was, and what each principal came to at each registry.

use crate::evidence::{Node, Recording};
use crate::findings::outcome::Verdict;
use crate::report::{Cell, Report, ReportVerdict};
use serde::Serialize;
use std::borrow::Cow;

/// One run.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What it is called: the node's name, else the file's or the run's.
    pub name: String,
    /// The node, as far as it is known.
    pub node: Node,
    /// The run's id.
    pub run: String,
    /// Where it was read.
    pub file: String,
    /// When it began.
    pub observed_at: String,
    /// True where a simulator answered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
    /// False where it was cut off.
    pub complete: bool,
    /// True where it is not like most.
    pub outlier: bool,
    /// What its exit code says.
    pub verdict: ReportVerdict,
    /// Of each registry and principal that was tried.
    pub outcomes: Vec<Outcome>,
}

/// What a principal came to at a registry: of several cells that count, the worst.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The registry's host.
    pub registry: String,
    /// The principal's name.
    pub principal: String,
    /// True where the exit code speaks of it.
    pub required: bool,
    /// The verdict.
    pub verdict: Verdict,
    /// The rule that accounts for the stop; none where it was granted, untried or cut off.
    pub cause: Option<Cow<'static, str>>,
    /// Where it stopped.
    pub stopped_at: Option<&'static str>,
    /// The decisive status.
    pub status: Option<u16>,
}

impl Row {
    /// Judges a recording.
    pub fn of(recording: &Recording, file: &str) -> Self {
        let report = Report::of(recording);
        let header = &recording.header;
        Self {
            name: String::new(),
            node: header.node.clone(),
            run: header.run.clone(),
            file: file.to_owned(),
            observed_at: header.observed_at.clone(),
            simulated: header.simulated.is_some(),
            complete: recording.complete,
            outlier: false,
            verdict: report.verdict,
            outcomes: outcomes(&report, recording.complete),
        }
    }
}

fn outcomes(report: &Report<'_>, complete: bool) -> Vec<Outcome> {
    let mut registries: Vec<&str> = report
        .targets
        .iter()
        .map(|one| one.registry.as_str())
        .collect();
    registries.sort_unstable();
    registries.dedup();
    let mut out = Vec::new();
    for registry in registries {
        let is_here = |cell: &&Cell<'_>| {
            let mut targets = report.targets.iter();
            targets.any(|one| one.image == cell.target && one.registry == registry)
        };
        let cells: Vec<&Cell<'_>> = report.matrix.iter().filter(is_here).collect();
        for principal in &report.principals {
            let own: Vec<&Cell<'_>> = cells
                .iter()
                .copied()
                .filter(|cell| cell.principal == principal.name)
                .collect();
            out.extend(worst(&own).map(|cell| outcome(registry, cell, complete)));
        }
    }
    // Nothing was at hand and nobody asked for it: no news of a node.
    out.retain(|one| one.required || one.verdict != Verdict::Untried);
    out
}

/// The worst of the required cells; where none is required, of the pulls; else of all.
fn worst<'c, 'a>(cells: &[&'c Cell<'a>]) -> Option<&'c Cell<'a>> {
    let is_pull = |cell: &Cell<'_>| cell.asked.iter().any(|action| action == "pull");
    let counts: [&dyn Fn(&Cell<'_>) -> bool; 3] = [&|cell| cell.required, &is_pull, &|_| true];
    counts.iter().find_map(|counts| {
        let such = cells.iter().copied().filter(|cell| counts(cell));
        such.min_by_key(|cell| rank(cell.verdict))
    })
}

/// The worst first.
pub(super) fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Denied => 0,
        Verdict::Missing => 1,
        Verdict::Withheld => 2,
        Verdict::Unreachable => 3,
        Verdict::Untried => 4,
        Verdict::Granted => 5,
    }
}

fn outcome(registry: &str, cell: &Cell<'_>, complete: bool) -> Outcome {
    let is_answered = matches!(
        cell.verdict,
        Verdict::Granted | Verdict::Denied | Verdict::Missing | Verdict::Withheld
    );
    // What a run that was cut off did not reach has no cause but that.
    let is_told = complete || is_answered;
    Outcome {
        registry: registry.to_owned(),
        principal: cell.principal.to_owned(),
        required: cell.required,
        verdict: cell.verdict,
        cause: cell.cause.filter(|_| is_told).map(Cow::Borrowed),
        stopped_at: cell.stopped_at.filter(|_| is_told),
        status: cell.status.filter(|_| is_told),
    }
}
