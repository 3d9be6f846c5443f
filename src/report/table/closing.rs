//! What it is not, how the run was made, what support will ask for, and the verdict.

use super::Look;
use super::cells::is_normal;
use super::ink::{Style, styled};
use super::who::abridged_name;
use super::wrap::{Labels, ids};
use super::{verdict, wrap};
use crate::evidence::Transaction;
use crate::findings::outcome::Verdict;
use crate::findings::rule::Severity;
use crate::findings::{Finding, RuledOut};
use crate::report::{Cell, Report, ReportVerdict};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const COLUMN: Labels = Labels {
    indent: 0,
    text: 11,
};

/// The last lines.
pub(super) fn render(report: &Report<'_>, look: &Look) -> String {
    let mut out = pod_event(report, look);
    out.push_str(&ruled_out(report, look));
    for (index, note) in report.notes.iter().enumerate() {
        let label = if index == 0 { "notes" } else { "" };
        let text = styled(Style::Dim, &wrap::sentence(note));
        out.push_str(&COLUMN.prose(look, label, &text));
    }
    for (index, line) in support(report).iter().enumerate() {
        let label = if index == 0 { "support" } else { "" };
        out.push_str(&COLUMN.prose(look, label, line));
    }
    out.push_str(&verdict::line(report, look));
    out
}

/// What the pod's event will say: the text that brought the reader here, so that it can be recognised.
fn pod_event(report: &Report<'_>, look: &Look) -> String {
    let predicted = report
        .matrix
        .iter()
        .filter(|cell| cell.required)
        .find_map(|cell| cell.predicted_event.as_deref());
    predicted.map_or_else(String::new, |text| {
        COLUMN.prose(look, "pod event", &styled(Style::Dim, text))
    })
}

/// Rules by the reason that excludes them.
fn ruled_out(report: &Report<'_>, look: &Look) -> String {
    let mut groups: Vec<(&str, Vec<&RuledOut>)> = Vec::new();
    for one in &report.ruled_out {
        match groups
            .iter_mut()
            .find(|(because, _)| *because == one.because)
        {
            Some((_, members)) => members.push(one),
            None => groups.push((&one.because, vec![one])),
        }
    }
    if groups.is_empty() || !is_in_doubt(report) {
        return String::new();
    }
    let said: Vec<String> = groups
        .iter()
        .map(|(because, members)| reason(look, because, members))
        .collect();
    COLUMN.prose(look, "ruled out", &said.join(" · "))
}

/// Where everything asked for was granted and nothing failed, nobody asks what it was not.
fn is_in_doubt(report: &Report<'_>) -> bool {
    let failed = |finding: &Finding| finding.severity == Severity::Error;
    report.verdict != ReportVerdict::Granted || report.findings.iter().any(failed)
}

fn reason(look: &Look, because: &str, members: &[&RuledOut]) -> String {
    let rules: Vec<&str> = members.iter().map(|one| one.rule).collect();
    let mut transactions: Vec<String> = Vec::new();
    let mut facts: Vec<String> = Vec::new();
    for one in members {
        add_new(&mut transactions, &one.transactions);
        add_new(&mut facts, &one.facts);
    }
    let ids = styled(
        Style::Dim,
        &ids(look, &transactions, &facts).replace(' ', "\u{a0}"),
    );
    format!("{} ({because}) {ids}", rules.join(", "))
}

fn add_new(list: &mut Vec<String>, more: &[String]) {
    for one in more {
        if !list.contains(one) {
            list.push(one.clone());
        }
    }
}

/// An answer, its id, and whose row it ended.
type Answer<'a> = (&'a Transaction, &'a str, Vec<String>);

/// For each decisive answer: whose, when, and the registry's own id of it.
fn support(report: &Report<'_>) -> Vec<String> {
    let mut answers: Vec<Answer<'_>> = Vec::new();
    for principal in &report.principals {
        let refused = report.matrix.iter().filter(|cell| {
            cell.principal == principal.name
                && !matches!(cell.verdict, Verdict::Granted | Verdict::Untried)
                && !is_normal(report, cell)
        });
        let Some((decisive, id)) = refused.filter_map(|cell| decisive(report, cell)).next() else {
            continue;
        };
        match answers.iter_mut().find(|(own, ..)| own.id == decisive.id) {
            Some((.., names)) => names.push(abridged_name(principal.name)),
            None => answers.push((decisive, id, vec![abridged_name(principal.name)])),
        }
    }
    let line = |(one, id, names): &Answer<'_>| {
        format!(
            "{} {}, correlation\u{a0}{id} [{}]",
            names.join(", "),
            when(report.observed_at, one.started_ms),
            one.id
        )
    };
    answers.iter().map(line).collect()
}

/// The answer at which a cell stopped, if the registry gave it an id.
fn decisive<'r>(report: &Report<'r>, cell: &Cell<'_>) -> Option<(&'r Transaction, &'r str)> {
    let is_decisive = |one: &&Transaction| {
        cell.trace.contains(&one.id.as_str()) && Some(one.step.name()) == cell.stopped_at
    };
    let decisive = report.transactions.iter().rfind(is_decisive)?;
    Some((decisive, decisive.correlation_id.as_deref()?))
}

/// The moment of a request: what the registry's own logs are searched by.
pub(in crate::report) fn when(observed_at: &str, started_ms: f64) -> String {
    let Ok(start) = OffsetDateTime::parse(observed_at, &Rfc3339) else {
        return observed_at.to_owned();
    };
    let moment = start + time::Duration::milliseconds(started_ms.max(0.0) as i64);
    let whole = moment.replace_nanosecond(0).unwrap_or(moment);
    whole
        .format(&Rfc3339)
        .unwrap_or_else(|_| observed_at.to_owned())
}
