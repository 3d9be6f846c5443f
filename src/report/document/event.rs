//! The document of a pasted text: what was tried, what it admits, and what would settle it.

use super::run::made_by;
use super::{Block, Document, Section, Table, Text, Tone};
use crate::event::{Attempt, Event};
use crate::findings::event::Explained;
use crate::report::EventReport;
use crate::report::event::{asked, presented, role, settling, stopped};
use crate::report::plain::one_line;
use crate::report::table::wrap::sentence;

/// The document of a pasted text.
pub(in crate::report) fn of_event(report: &EventReport<'_>) -> Document {
    let explained = report.explained();
    let (mark, tone) = match explained {
        [one, ..] if one.candidates.causes.len() == 1 => ("×", Tone::Bad),
        _ => ("?", Tone::Warn),
    };
    let events = explained.iter().enumerate();
    Document {
        tone,
        answer: format!("{mark} {}", one_line(report.answer())),
        lead: vec![Block::prose(
            "Read from a pasted text: nothing was asked and nothing is proven.",
        )],
        sections: events.map(|(index, one)| section(index, one)).collect(),
        made_by: made_by(env!("CARGO_PKG_VERSION"), crate::report::SCHEMA),
    }
}

fn section(index: usize, one: &Explained<'_>) -> Section {
    let mut blocks = Vec::new();
    if let Some(finding) = one.findings.first() {
        let summary = Text::default().strong(&sentence(&finding.summary));
        blocks.push(Block::Paragraph(summary));
    }
    let tried = asked(one.event, one.refusal);
    blocks.push(Block::prose(&sentence(&tried)));
    blocks.extend(attempts(one.event).block());
    blocks.extend(causes(one).block());
    blocks.push(Block::prose(&settling(one)));
    blocks.push(Block::code("sh", &one.settle()));
    if !one.event.correlation_ids.is_empty() {
        let ids = one.event.correlation_ids.iter().map(|id| Text::code(id));
        blocks.push(Block::prose("Correlation ids, for support:"));
        blocks.push(Block::Items(ids.collect()));
    }
    let mut section = Section::new(format!("event-{}", index + 1), "", blocks);
    section.title = Text::code(one.subject()).say(": ").and_code(one.rule());
    section
}

fn attempts(event: &Event) -> Table {
    let mut table = Table::new(
        "What was tried, in the text's order",
        &["attempt", "credential", "stopped at", "what it is", "line"],
    );
    for (index, one) in event.attempts.iter().enumerate() {
        let one: &Attempt = one;
        table.row(
            None,
            vec![
                (index + 1).to_string().as_str().into(),
                presented(one).into(),
                stopped(one).as_str().into(),
                role(one).into(),
                one.line.to_string().as_str().into(),
            ],
        );
    }
    table
}

fn causes(one: &Explained<'_>) -> Table {
    let mut table = Table::new(
        &format!("{}; the likeliest first", one.candidates.question),
        &["rule", "what happened then", "a run then shows"],
    );
    for cause in one.candidates.causes {
        table.row(
            None,
            vec![
                Text::code(cause.rule).into(),
                cause.because.into(),
                cause.shows.into(),
            ],
        );
    }
    table
}
