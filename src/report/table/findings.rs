//! The findings: what stands in the way in full, the rest in a line each.

use super::Look;
use super::ink::{Style, signs, styled};
use super::opening::explaining;
use super::remedies;
use super::who::abridged_name;
use super::wrap::{Labels, columns, hang, ids, measure, paragraph, sentence, with_ids};
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
        let is_twin = said.findings.iter().any(|one| is_the_same(one, finding));
        let in_full = is_in_full(report, finding) && !is_twin;
        if !out.is_empty() && (in_full || last_in_full) {
            out.push('\n');
        }
        out.push_str(&match (in_full, is_twin) {
            (true, _) => full(report, finding, look, &mut said),
            (false, true) => line(finding, look, " (as above)"),
            (false, false) => line(finding, look, ""),
        });
        last_in_full = in_full;
    }
    out
}

/// What was said already, so that it is not said twice.
#[derive(Debug, Default)]
struct Said<'r> {
    paragraphs: BTreeSet<&'r str>,
    findings: Vec<&'r Finding>,
}

/// What stands in the way, what the answer speaks of, and what comes alone.
fn is_in_full(report: &Report<'_>, finding: &Finding) -> bool {
    let is_the_answer = report.findings.len() == 1 || finding.summary == report.answer;
    match finding.severity {
        Severity::Error => true,
        Severity::Warning => is_the_answer || remedies::is_worth_showing(&finding.remedies),
        Severity::Info => is_the_answer,
    }
}

/// True where two findings differ in the principal alone: same rule, same look-alikes, same things to do.
fn is_the_same(one: &Finding, other: &Finding) -> bool {
    let texts = |finding: &Finding| -> Vec<String> {
        let name = finding.principals.first().map_or("", String::as_str);
        let own = format!("--principal {name}");
        let texts = finding.remedies.iter();
        texts
            .map(|one| one.text.replace(&own, "--principal"))
            .collect()
    };
    one.rule == other.rule
        && one.severity == other.severity
        && one.alternatives == other.alternatives
        && texts(one) == texts(other)
}

/// `! excess-privilege · admin: push and delete are granted …                 [t5]`
fn line(finding: &Finding, look: &Look, end: &str) -> String {
    let text = format!("{} · {}{end}", finding.rule, finding.summary);
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
    out.push_str(&looks_the_same(look, &finding.alternatives));
    said.findings.push(finding);
    let to_do = remedies::render(&finding.remedies, look);
    if !to_do.is_empty() {
        out.push('\n');
        out.push_str(&to_do);
    }
    out
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
    let names: Vec<String> = principals.iter().map(|name| abridged_name(name)).collect();
    names.join(", ")
}

fn mark(finding: &Finding, look: &Look) -> String {
    let (mark, style) = match finding.severity {
        Severity::Error => ("×", Style::Bad),
        Severity::Warning => ("!", Style::Warn),
        Severity::Info => ("–", Style::Dim),
    };
    styled(style, &signs(look, mark))
}

/// The alternatives, those together that the same thing would separate: in a sentence, or in a list where
/// there is much to say.
fn looks_the_same(look: &Look, alternatives: &[Alternative]) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in alternatives {
        match groups.iter_mut().find(|(how, _)| *how == one.separate_by) {
            Some((_, rules)) => rules.push(one.rule),
            None => groups.push((&one.separate_by, vec![one.rule])),
        }
    }
    if groups.is_empty() {
        return String::new();
    }
    let said: Vec<String> = groups
        .iter()
        .map(|(how, rules)| match *how {
            "" => rules.join(" and "),
            how => format!("{} ({how})", rules.join(" and ")),
        })
        .collect();
    let sentence = format!("Looks the same: {}", said.join(" · "));
    if columns(&sentence) < 2 * measure(look) {
        return hang(look, "  ", "    ", &sentence);
    }
    listed(look, &groups)
}

/// Each with what would tell it from the finding.
fn listed(look: &Look, groups: &[(&str, Vec<&str>)]) -> String {
    let names: Vec<String> = groups.iter().map(|(_, rules)| rules.join(", ")).collect();
    let widest = names.iter().map(|name| columns(name)).max();
    let column = Labels {
        indent: 4,
        text: (4 + 2 + widest.unwrap_or_default()).min(measure(look) * 2 / 5),
    };
    let mut out = paragraph(look, "Looks the same, and what tells it apart:");
    for ((how, _), name) in groups.iter().zip(&names) {
        if 4 + columns(name) + 2 > column.text {
            out.push_str(&hang(
                look,
                "    ",
                &column.blank(),
                &format!("{name}: {how}"),
            ));
        } else {
            out.push_str(&column.prose(look, name, how));
        }
    }
    out
}
