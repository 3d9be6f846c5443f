//! The answer in one sentence: the first line of every report.

use super::model::{Cell, ReportVerdict};
use crate::evidence::Recording;
use crate::findings::event::{Beside, Reproduction};
use crate::findings::outcome::Verdict;
use crate::findings::{Diagnosis, Finding};

/// The answer in one sentence.
pub(super) fn answer(
    verdict: ReportVerdict,
    matrix: &[Cell<'_>],
    diagnosis: &Diagnosis<'_>,
    recording: &Recording,
) -> String {
    if !recording.complete {
        return "this recording was cut off: what follows is what it holds".to_owned();
    }
    let required: Vec<&Cell<'_>> = matrix.iter().filter(|cell| cell.required).collect();
    if verdict == ReportVerdict::Granted {
        let answer = granted_answer(&required, recording);
        return match diagnosis.beside.iter().any(is_refused_there) {
            true => {
                format!("{answer} here; the pasted text tells of a refusal that is not met here")
            }
            false => answer,
        };
    }
    let stopped = required.iter().find(|cell| {
        verdict == ReportVerdict::Inconclusive
            || matches!(cell.verdict, Verdict::Denied | Verdict::Missing)
    });
    let stopped = stopped
        .filter(|cell| cell.verdict != Verdict::Granted)
        .or_else(|| {
            required
                .iter()
                .find(|cell| cell.verdict != Verdict::Granted)
        });
    let Some(cell) = stopped else {
        return "no cell was required, so there is nothing to answer".to_owned();
    };
    let explains = |finding: &&Finding| {
        Some(finding.rule) == cell.cause
            && finding.principals.iter().any(|name| name == cell.principal)
            && finding.scopes.contains(&cell.scope)
    };
    match diagnosis.findings.iter().find(explains) {
        Some(finding) => finding.summary.clone(),
        None => format!("{} was not tried", cell.principal),
    }
}

fn is_refused_there(one: &Beside) -> bool {
    one.here.verdict == Reproduction::GrantedHere
}

/// What `--wait` adds to an answer.
fn after_waiting(recording: &Recording) -> String {
    let Some(waited) = recording
        .header
        .waited
        .as_ref()
        .filter(|waited| waited.tries > 1)
    else {
        return String::new();
    };
    let until = waited
        .until_then
        .as_ref()
        .map(|cause| format!("; {cause} until then"))
        .unwrap_or_default();
    format!(
        ": granted after {} s ({} tries{until})",
        waited.seconds, waited.tries
    )
}

fn granted_answer(required: &[&Cell<'_>], recording: &Recording) -> String {
    let mut names: Vec<&str> = required.iter().map(|cell| cell.principal).collect();
    names.dedup();
    let mut deeds: Vec<String> = required.iter().map(|cell| deed(cell, recording)).collect();
    deeds.dedup();
    if deeds.len() > 3 {
        deeds = vec![format!("do all {} things asked", deeds.len())];
    }
    format!(
        "{} can {}{}",
        names.join(" and "),
        deeds.join(", "),
        after_waiting(recording)
    )
}

fn deed(cell: &Cell<'_>, recording: &Recording) -> String {
    let target = recording
        .header
        .targets
        .iter()
        .find(|target| target.image == cell.target);
    let repository = target
        .map(|target| target.repository.as_str())
        .unwrap_or_default();
    match cell.asked.first().map(String::as_str) {
        _ if cell.scope.is_empty() => {
            format!("sign in to {} (this speaks of no repository)", cell.target)
        }
        Some("pull") => format!("pull {repository}"),
        Some("push") => format!("push to {repository}"),
        Some("delete") => format!("delete from {repository}"),
        _ => format!("use {}", cell.scope),
    }
}
