//! The last line: `denied: pull is granted for admin, refused for kubelet`.

use super::Look;
use super::cells::is_normal;
use super::ink::{Style, styled};
use super::who::abridged_name;
use super::wrap::hang;
use crate::findings::outcome::Verdict;
use crate::report::{Cell, Principal, Report, ReportVerdict};

/// The verdict in the exit code's word, and who is on which side.
pub(super) fn line(report: &Report<'_>, look: &Look) -> String {
    let style = match report.verdict {
        ReportVerdict::Granted => Style::Good,
        ReportVerdict::Denied => Style::Bad,
        ReportVerdict::Inconclusive => Style::Warn,
    };
    let word = styled(style, report.verdict.name());
    hang(look, "", "  ", &format!("{word}{}", sides_taken(report)))
}

/// `: pull is granted for admin, refused for kubelet`; empty where there is nobody on any side.
pub(in crate::report) fn sides_taken(report: &Report<'_>) -> String {
    let sides = sides(report);
    if sides.is_empty() {
        return in_vain(report);
    }
    format!(": {} is {sides}{}", deed(report), in_vain(report))
}

/// What `--wait` adds to anything but a grant, whose answer says it.
fn in_vain(report: &Report<'_>) -> String {
    let waited = report.waited.filter(|waited| waited.tries > 1);
    match waited.filter(|_| report.verdict != ReportVerdict::Granted) {
        Some(waited) => format!(
            ", still after {} s ({} tries)",
            waited.seconds, waited.tries
        ),
        None => String::new(),
    }
}

/// What the required cells are about.
fn deed(report: &Report<'_>) -> String {
    match report.required.first() {
        _ if report.targets.iter().all(|one| one.repository.is_empty()) => "signing in".to_owned(),
        Some(required) => required.action.clone(),
        None => "pull".to_owned(),
    }
}

/// In the order in which the sides are named.
const SIDES: [(Verdict, &str); 6] = [
    (Verdict::Granted, "granted for"),
    (Verdict::Denied, "refused for"),
    (Verdict::Missing, "missing for"),
    (Verdict::Unreachable, "unanswered for"),
    (Verdict::Withheld, "withheld for"),
    (Verdict::Untried, "untried for"),
];

fn sides(report: &Report<'_>) -> String {
    let parts: Vec<String> = SIDES
        .into_iter()
        .filter_map(|(verdict, words)| {
            let names: Vec<String> = report
                .principals
                .iter()
                .filter_map(|principal| counted(report, principal, verdict))
                .collect();
            (!names.is_empty()).then(|| format!("{words} {}", listed(&names)))
        })
        .collect();
    parts.join(", ")
}

/// The principal, if this is its verdict somewhere; of several images, of how many.
fn counted(report: &Report<'_>, principal: &Principal<'_>, verdict: Verdict) -> Option<String> {
    let own = |cell: &&Cell<'_>| cell.principal == principal.name && speaks_of(report, cell);
    let is_told = |cell: &&Cell<'_>| {
        cell.required || (cell.verdict != Verdict::Untried && !is_normal(report, cell))
    };
    let all = report.matrix.iter().filter(own).count();
    let such = report.matrix.iter().filter(own).filter(is_told);
    let count = such.filter(|cell| cell.verdict == verdict).count();
    let name = abridged_name(principal.name);
    match count {
        0 => None,
        _ if count == all => Some(name),
        _ => Some(format!("{name} ({count} of {all})")),
    }
}

fn speaks_of(report: &Report<'_>, cell: &Cell<'_>) -> bool {
    let action = deed(report);
    cell.required || cell.scope.is_empty() || cell.asked == [action]
}

fn listed(names: &[String]) -> String {
    match names {
        [init @ .., last] if !init.is_empty() => format!("{} and {last}", init.join(", ")),
        _ => names.concat(),
    }
}
