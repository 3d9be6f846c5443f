//! The findings: what stands in the way in full, the rest in a line each.

use super::Look;
use super::ink::{Style, signs, styled};
use super::opening::explaining;
use super::remedies;
use super::wrap::{hang, ids, paragraph, sentence, with_ids};
use crate::findings::rule::Severity;
use crate::findings::{Alternative, Finding};
use crate::report::Report;
use std::collections::BTreeSet;

/// All of them, in the report's order.
pub(super) fn render(report: &Report<'_>, look: &Look) -> String {
    let mut said = Said::default();
    let mut out = String::new();
    let mut last_in_full = false;
    for finding in &report.findings {
        let in_full = is_in_full(report, finding);
        if !out.is_empty() && (in_full || last_in_full) {
            out.push('\n');
        }
        out.push_str(&if in_full {
            full(report, finding, look, &mut said)
        } else {
            line(finding, look)
        });
        last_in_full = in_full;
    }
    out
}

/// What was said already, so that it is not said twice.
#[derive(Debug, Default)]
struct Said<'r> {
    paragraphs: BTreeSet<&'r str>,
    remedies: Vec<&'r Finding>,
}

fn is_in_full(report: &Report<'_>, finding: &Finding) -> bool {
    let is_alone = report.findings.len() == 1;
    match finding.severity {
        Severity::Error => true,
        Severity::Warning => is_alone || remedies::is_worth_showing(&finding.remedies),
        Severity::Info => is_alone,
    }
}

/// `! excess-privilege · admin: push and delete are granted …                 [t5]`
fn line(finding: &Finding, look: &Look) -> String {
    let text = format!("{} · {}", finding.rule, finding.summary);
    let ids = ids(look, &finding.transactions, &finding.facts);
    match finding.severity {
        Severity::Info => with_ids(look, &mark(finding, look), &styled(Style::Dim, &text), &ids),
        Severity::Warning | Severity::Error => with_ids(look, &mark(finding, look), &text, &ids),
    }
}

fn full<'r>(report: &Report<'_>, finding: &'r Finding, look: &Look, said: &mut Said<'r>) -> String {
    let mut out = header(finding, look);
    if explaining(report).is_none_or(|one| one.summary != finding.summary) {
        out.push_str(&paragraph(look, &sentence(&finding.summary)));
    }
    for text in finding.explanation.split("\n\n") {
        if !text.trim().is_empty() && said.paragraphs.insert(text) {
            out.push_str(&paragraph(look, text));
        }
    }
    if let Some(text) = looks_the_same(&finding.alternatives) {
        out.push_str(&hang(look, "  ", "    ", &text));
    }
    out.push_str(&what_to_do(finding, look, said));
    out
}

fn what_to_do<'r>(finding: &'r Finding, look: &Look, said: &mut Said<'r>) -> String {
    if finding.remedies.is_empty() {
        return String::new();
    }
    let before = said
        .remedies
        .iter()
        .find(|one| one.remedies == finding.remedies);
    if let Some(before) = before {
        return format!(
            "\n{}",
            remedies::as_before(look, &before.principals.join(", "))
        );
    }
    said.remedies.push(finding);
    let out = remedies::render(&finding.remedies, look);
    if out.is_empty() {
        return out;
    }
    format!("\n{out}")
}

/// `× no-role-assignment · kubelet · likely                          [t6 t7 f2]`
fn header(finding: &Finding, look: &Look) -> String {
    let text = format!(
        "{} · {} · {}",
        styled(Style::Strong, finding.rule),
        who(&finding.principals),
        finding.confidence.name()
    );
    let ids = ids(look, &finding.transactions, &finding.facts);
    with_ids(look, &mark(finding, look), &text, &ids)
}

fn who(principals: &[String]) -> String {
    if principals.len() > 4 {
        return format!("{} principals", principals.len());
    }
    principals.join(", ")
}

fn mark(finding: &Finding, look: &Look) -> String {
    let (mark, style) = match finding.severity {
        Severity::Error => ("×", Style::Bad),
        Severity::Warning => ("!", Style::Warn),
        Severity::Info => ("–", Style::Dim),
    };
    styled(style, &signs(look, mark))
}

/// The alternatives, those together that the same thing would separate.
fn looks_the_same(alternatives: &[Alternative]) -> Option<String> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in alternatives {
        match groups.iter_mut().find(|(how, _)| *how == one.separate_by) {
            Some((_, rules)) => rules.push(one.rule),
            None => groups.push((&one.separate_by, vec![one.rule])),
        }
    }
    let said: Vec<String> = groups
        .iter()
        .map(|(how, rules)| match *how {
            "" => rules.join(" and "),
            how => format!("{} ({how})", rules.join(" and ")),
        })
        .collect();
    (!said.is_empty()).then(|| format!("Looks the same: {}", said.join(" · ")))
}
