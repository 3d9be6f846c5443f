//! The answer, and what was asked.

use super::Look;
use super::images;
use super::ink::{Style, signs, styled};
use super::wrap::{hang, paragraph, quiet, sentence};
use crate::findings::Finding;
use crate::findings::outcome::Verdict;
use crate::findings::rule::Confidence;
use crate::report::{Report, ReportVerdict};

/// The first line, and the one thing to do.
pub(super) fn answer(report: &Report<'_>, look: &Look) -> String {
    let (mark, style) = mark(report);
    let mark = styled(style, &signs(look, mark));
    let text = styled(Style::Strong, &sentence(&report.answer));
    let mut out = hang(look, &format!("{mark} "), "  ", &text);
    // That nothing accounts for it is said in the answer.
    if let Some(finding) = explaining(report).filter(|one| one.rule != "unexplained") {
        out.push_str(&paragraph(look, &likely(finding)));
    }
    out
}

/// What decides the mark: the verdict, and whether it is the whole story.
pub(in crate::report) fn mark(report: &Report<'_>) -> (&'static str, Style) {
    let is_withheld =
        |cell: &&crate::report::Cell<'_>| cell.required && cell.verdict == Verdict::Withheld;
    match report.verdict {
        _ if !report.complete => ("!", Style::Warn),
        ReportVerdict::Granted => ("√", Style::Good),
        ReportVerdict::Denied => ("×", Style::Bad),
        ReportVerdict::Inconclusive if report.matrix.iter().any(|cell| is_withheld(&cell)) => {
            ("!", Style::Warn)
        }
        ReportVerdict::Inconclusive => ("?", Style::Warn),
    }
}

/// The finding whose summary is the answer.
pub(in crate::report) fn explaining<'r>(report: &'r Report<'_>) -> Option<&'r Finding> {
    report
        .findings
        .iter()
        .find(|finding| finding.summary == report.answer)
}

/// `Likely no-role-assignment: give object … the role AcrPull.`
pub(in crate::report) fn likely(finding: &Finding) -> String {
    let word = match finding.confidence {
        Confidence::Possible => "Possible",
        Confidence::Likely => "Likely",
        Confidence::Proven => "Proven",
    };
    if finding.advice.is_empty() {
        return sentence(&format!("{word} {}", finding.rule));
    }
    sentence(&format!("{word} {}: {}", finding.rule, finding.advice))
}

/// The image and the circumstances.
pub(super) fn subject(report: &Report<'_>, look: &Look) -> String {
    let mut out = match report.targets {
        [] => String::new(),
        [one] => paragraph(look, &styled(Style::Strong, &one.image)),
        many => paragraph(look, &several(report, many.len())),
    };
    out.push_str(&quiet(look, &circumstances(report)));
    if let Some(text) = inferred(report) {
        out.push_str(&quiet(look, &text));
    }
    out
}

/// Of a simulated world: how much of it nobody has recorded. A few are named, many are counted.
fn inferred(report: &Report<'_>) -> Option<String> {
    const NAMED: usize = 90;
    let shapes = &report.simulated?.assumptions;
    let all = shapes.join("; ");
    match shapes.len() {
        0 => None,
        _ if all.len() <= NAMED => Some(format!("inferred in this world: {all}")),
        1 => Some("inferred in this world: one shape; --format markdown names it".to_owned()),
        count => Some(format!(
            "inferred in this world: {count} shapes of answers; --format markdown lists them"
        )),
    }
}

fn several(report: &Report<'_>, count: usize) -> String {
    match images::one_registry(report) {
        Some(registry) => format!("{count} images in {registry}"),
        None => format!("{count} images"),
    }
}

pub(in crate::report) fn circumstances(report: &Report<'_>) -> String {
    let mut parts = Vec::new();
    if report.simulated.is_some() {
        parts.push("simulated, no Azure was asked".to_owned());
    }
    let node = report.node;
    parts.extend(node.name.as_ref().map(|name| match &node.pool {
        Some(pool) => format!("node {name}, pool {pool}"),
        None => format!("node {name}"),
    }));
    parts.push(format!("flow {}", report.flow));
    parts.push(report.observed_at.to_owned());
    parts.join(" · ")
}
