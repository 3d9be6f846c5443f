//! The document of a run: the answer, who can do what, why, what to do, and the evidence.

use super::{Block, Document, Section, Text, evidence, finding, matrix, sequence, support, tokens};
use crate::report::Report;
use crate::report::plain::one_line;
use crate::report::table::ink::Style;
use crate::report::table::opening::{circumstances, explaining, likely, mark};
use crate::report::table::verdict::sides_taken;
use crate::report::table::wrap::sentence;

/// The document of a run.
pub(in crate::report) fn of_run(report: &Report<'_>) -> Document {
    let (mark, style): (&str, Style) = mark(report);
    let sections = [
        matrix::section(report),
        finding::section(&report.findings),
        ruled_out(report),
        support::section(report),
        sequence::section(report),
        evidence::requests(report),
        evidence::facts(report),
        tokens::section(report),
        notes(report),
        support::removed(report),
    ];
    Document {
        tone: style.into(),
        answer: format!("{mark} {}", one_line(&sentence(&report.answer))),
        lead: lead(report),
        sections: sections
            .into_iter()
            .filter(|section| !section.is_empty())
            .collect(),
        made_by: made_by(report.probe.version, report.schema),
    }
}

/// Who wrote it, from what.
pub(super) fn made_by(version: &str, schema: &str) -> String {
    one_line(&format!(
        "acr-probe {version}, {schema}. Whatever could open anything was removed before it was kept."
    ))
}

fn lead(report: &Report<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    // That nothing accounts for it is said in the answer.
    if let Some(finding) = explaining(report).filter(|one| one.rule != "unexplained") {
        blocks.push(Block::prose(&likely(finding)));
    }
    let mut labelled = Vec::new();
    if let [target] = report.targets {
        labelled.push(("image", Text::code(&target.image)));
    }
    let verdict = Text::default()
        .strong(report.verdict.name())
        .say(&sides_taken(report));
    labelled.push(("verdict", verdict));
    labelled.push(("run", Text::of(&circumstances(report))));
    let node = report.node;
    for (label, value) in [
        ("region", &node.region),
        ("node image", &node.image),
        ("kubelet", &node.kubelet),
    ] {
        labelled.extend(value.iter().map(|value| (label, Text::code(value))));
    }
    if let Some(simulated) = report.simulated {
        labelled.push(("scenario", Text::code(&simulated.scenario)));
    }
    blocks.push(Block::Labelled(labelled));
    blocks
}

fn ruled_out(report: &Report<'_>) -> Section {
    let mut table = super::Table::new(
        "What the evidence excludes",
        &["rule", "because", "evidence"],
    );
    for one in &report.ruled_out {
        let cited = one.transactions.iter().chain(&one.facts);
        table.row(
            None,
            vec![
                Text::code(one.rule).into(),
                Text::of(&one.because).into(),
                Text::default().citing(cited).into(),
            ],
        );
    }
    Section::new(
        "ruled-out",
        "Ruled out",
        table.block().into_iter().collect(),
    )
}

/// How the run was made, and how much of a simulated world nobody has recorded.
fn notes(report: &Report<'_>) -> Section {
    let mut items: Vec<Text> = report
        .notes
        .iter()
        .map(|note| Text::of(&sentence(note)))
        .collect();
    let assumed = report.simulated.map(|one| one.assumptions.as_slice());
    items.extend(
        assumed
            .unwrap_or_default()
            .iter()
            .map(|text| Text::of(&sentence(&format!("Inferred in this world: {text}")))),
    );
    if items.is_empty() {
        return Section::new("notes", "Notes", vec![]);
    }
    Section::new("notes", "Notes", vec![Block::Items(items)])
}
