//! The findings: each with its proof, what else it could be, and what to do.

use super::{Block, Section, Table, Text};
use crate::findings::Finding;
use crate::findings::remedy::{Remedy, RemedyKind};
use crate::findings::rule::Severity;
use crate::report::table::wrap::sentence;

/// All of them, in the report's order.
pub(super) fn section(findings: &[Finding]) -> Section {
    let parts = findings.iter().enumerate();
    Section {
        parts: parts.map(|(index, finding)| part(index, finding)).collect(),
        ..Section::new("findings", "Findings", vec![])
    }
}

fn part(index: usize, finding: &Finding) -> Section {
    let mark = match finding.severity {
        Severity::Error => "×",
        Severity::Warning => "!",
        Severity::Info => "–",
    };
    let id = format!("finding-{}", index + 1);
    let mut parts = Vec::new();
    let to_do = remedies(&finding.remedies);
    if !to_do.is_empty() {
        parts.push(Section::new(format!("{id}-do"), "What to do", to_do));
    }
    Section {
        title: Text::of(&format!("{mark} "))
            .and_code(finding.rule)
            .say(&format!(" · {}", finding.confidence.name())),
        parts,
        ..Section::new(id, "", story(finding))
    }
}

/// What happened, for whom, on which evidence, and what would look the same.
fn story(finding: &Finding) -> Vec<Block> {
    let summary = Text::default().strong(&sentence(&finding.summary));
    let mut blocks = vec![Block::Paragraph(summary)];
    let paragraphs = finding.explanation.split("\n\n").map(str::trim);
    blocks.extend(paragraphs.filter(|text| !text.is_empty()).map(Block::prose));
    let mut labelled = Vec::new();
    for (label, names) in [("for", &finding.principals), ("scopes", &finding.scopes)] {
        let names: Vec<&String> = names.iter().filter(|name| !name.is_empty()).collect();
        if !names.is_empty() {
            labelled.push((label, listed(&names)));
        }
    }
    let cited = finding.transactions.iter().chain(&finding.facts);
    let proof = Text::default().citing(cited);
    if !proof.spans().is_empty() {
        labelled.push(("evidence", proof));
    }
    if !labelled.is_empty() {
        blocks.push(Block::Labelled(labelled));
    }
    blocks.extend(alternatives(finding));
    blocks
}

fn listed(names: &[&String]) -> Text {
    let mut text = Text::default();
    for (index, name) in names.iter().enumerate() {
        text = text.say(if index == 0 { "" } else { ", " }).and_code(name);
    }
    text
}

fn alternatives(finding: &Finding) -> Option<Block> {
    let mut table = Table::new(
        "Looks the same, and what tells it apart",
        &["could also be", "what would separate it"],
    );
    for one in &finding.alternatives {
        table.row(
            None,
            vec![
                Text::code(one.rule).into(),
                Text::of(&one.separate_by).into(),
            ],
        );
    }
    table.block()
}

/// Each under its label. Who may, and when it works, is said where it is not as before.
fn remedies(remedies: &[Remedy]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut before: Option<&Remedy> = None;
    for remedy in remedies {
        blocks.extend(self::remedy(remedy, &terms(remedy, before)));
        before = Some(remedy);
    }
    blocks
}

fn remedy(remedy: &Remedy, terms: &str) -> Vec<Block> {
    let (label, language) = match remedy.kind {
        RemedyKind::Ask => ("Ask first", "sh"),
        RemedyKind::Az => ("Azure CLI", "sh"),
        RemedyKind::Bicep => ("Bicep", "bicep"),
        RemedyKind::Terraform => ("Terraform", "hcl"),
        RemedyKind::Kubectl => ("Kubernetes", kubernetes(&remedy.text)),
        RemedyKind::Check => ("Check", "sh"),
        RemedyKind::Note => ("Note", ""),
    };
    let head = Text::default().strong(label);
    if remedy.kind == RemedyKind::Note {
        let text = head.say(&format!(": {}", sentence(&remedy.text)));
        return vec![Block::Paragraph(match terms {
            "" => text,
            terms => text.say(&format!(" ({terms})")),
        })];
    }
    let head = match terms {
        "" => head,
        terms => head.say(&format!(" · {terms}")),
    };
    vec![Block::Paragraph(head), Block::code(language, &remedy.text)]
}

/// A manifest, or commands.
fn kubernetes(text: &str) -> &'static str {
    if text.trim_start().starts_with("apiVersion:") {
        "yaml"
    } else {
        "sh"
    }
}

/// Who, and when it works.
fn terms(remedy: &Remedy, before: Option<&Remedy>) -> String {
    let is_new = |of: fn(&Remedy) -> &str| before.is_none_or(|before| of(before) != of(remedy));
    let who = match remedy.who.as_str() {
        "" | "nobody" => None,
        who => Some(format!("who: {who}")).filter(|_| is_new(|one| &one.who)),
    };
    let when = match remedy.takes_effect.as_str() {
        "" => None,
        when if changes(remedy.kind) => {
            Some(format!("works: {when}")).filter(|_| is_new(|one| &one.takes_effect))
        }
        when => Some(when.to_owned()).filter(|_| is_new(|one| &one.takes_effect)),
    };
    let parts: Vec<String> = who.into_iter().chain(when).collect();
    parts.join("; ")
}

/// Of what changes nothing nobody asks when it works.
fn changes(kind: RemedyKind) -> bool {
    match kind {
        RemedyKind::Az | RemedyKind::Kubectl | RemedyKind::Bicep | RemedyKind::Terraform => true,
        RemedyKind::Ask | RemedyKind::Check | RemedyKind::Note => false,
    }
}
