//! What it is not, how the run was made, what support will ask for, and the verdict.

use super::Look;
use super::cells::is_normal;
use super::ink::{Style, styled};
use super::wrap::{Labels, ids};
use super::{verdict, wrap};
use crate::evidence::Transaction;
use crate::findings::RuledOut;
use crate::findings::outcome::Verdict;
use crate::report::{Cell, Report};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const COLUMN: Labels = Labels {
    indent: 0,
    text: 11,
};

/// The last lines.
pub(super) fn render(report: &Report<'_>, look: &Look) -> String {
    let mut out = ruled_out(report, look);
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
    if groups.is_empty() {
        return String::new();
    }
    let said: Vec<String> = groups
        .iter()
        .map(|(because, members)| reason(look, because, members))
        .collect();
    COLUMN.prose(look, "ruled out", &said.join(" · "))
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
    format!("{}: {because} {ids}", rules.join(", "))
}

fn add_new(list: &mut Vec<String>, more: &[String]) {
    for one in more {
        if !list.contains(one) {
            list.push(one.clone());
        }
    }
}

/// A line per refused principal: when, and the registry's own id of that answer.
fn support(report: &Report<'_>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for principal in &report.principals {
        let refused = report.matrix.iter().filter(|cell| {
            cell.principal == principal.name
                && !matches!(cell.verdict, Verdict::Granted | Verdict::Untried)
                && !is_normal(report, cell)
        });
        for line in refused.filter_map(|cell| support_line(report, cell)) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    const SHOWN: usize = 5;
    if lines.len() > SHOWN {
        let more = lines.len() - SHOWN;
        lines.truncate(SHOWN);
        lines.push(format!("and {more} more: --format json has them all"));
    }
    lines
}

fn support_line(report: &Report<'_>, cell: &Cell<'_>) -> Option<String> {
    let is_decisive = |one: &&Transaction| {
        cell.trace.contains(&one.id.as_str()) && Some(one.step.name()) == cell.stopped_at
    };
    let decisive = report.transactions.iter().rfind(is_decisive)?;
    let id = decisive.correlation_id.as_deref()?;
    Some(format!(
        "{} {}, correlation {id} [{}]",
        cell.principal,
        when(report.observed_at, decisive.started_ms),
        decisive.id
    ))
}

/// The moment of a request: what the registry's own logs are searched by.
fn when(observed_at: &str, started_ms: f64) -> String {
    let Ok(start) = OffsetDateTime::parse(observed_at, &Rfc3339) else {
        return observed_at.to_owned();
    };
    let moment = start + time::Duration::milliseconds(started_ms.max(0.0) as i64);
    let whole = moment.replace_nanosecond(0).unwrap_or(moment);
    whole
        .format(&Rfc3339)
        .unwrap_or_else(|_| observed_at.to_owned())
}
