//! The document of a comparison: where two recordings part, and what else differs.

use super::run::made_by;
use super::{Block, Document, Field, Section, Table, Text, Tone};
use crate::findings::compare::{Comparison, Pair, Party, Row};
use crate::report::compare::{image, last_sentence, mark};
use crate::report::plain::one_line;
use crate::report::table::wrap::sentence;

/// The document of a comparison.
pub(in crate::report) fn of_comparison(comparison: &Comparison) -> Document {
    let main = comparison.pairs.get(comparison.main);
    let (sign, tone) = match main {
        Some(main) => {
            let (sign, style) = mark(comparison, main);
            (sign, style.into())
        }
        None => ("–", Tone::Plain),
    };
    let others = comparison.pairs.iter().enumerate();
    let others = others.filter(|(index, _)| *index != comparison.main);
    let mut sections: Vec<Section> = main
        .into_iter()
        .chain(others.map(|(_, pair)| pair))
        .enumerate()
        .map(|(index, pair)| section(index, pair))
        .collect();
    sections.push(recordings(comparison));
    sections.extend(notes(comparison));
    Document {
        tone,
        answer: format!("{sign} {}", one_line(&sentence(&comparison.answer))),
        lead: lead(comparison, main),
        sections,
        made_by: made_by(env!("CARGO_PKG_VERSION"), comparison.schema),
    }
}

fn lead(comparison: &Comparison, main: Option<&Pair>) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(main) = main.filter(|main| !main.advice.is_empty()) {
        blocks.push(Block::prose(&sentence(&main.advice)));
    }
    let mut labelled = Vec::new();
    labelled.extend(main.map(|main| ("image", Text::code(&image(main)))));
    let verdict = Text::default()
        .strong(comparison.verdict.name())
        .say(&format!(": {}", last_sentence(comparison)));
    labelled.push(("verdict", verdict));
    blocks.push(Block::Labelled(labelled));
    blocks
}

/// The title names both; the table says the rest.
fn section(index: usize, pair: &Pair) -> Section {
    let mut blocks = vec![Block::prose(&sentence(&pair.sentence))];
    if index > 0 && !pair.advice.is_empty() {
        blocks.push(Block::prose(&sentence(&pair.advice)));
    }
    blocks.extend(table(pair).block());
    if !pair.caution.is_empty() {
        blocks.push(Block::prose(&pair.caution));
    }
    let mut section = Section::new(format!("pair-{}", index + 1), "", blocks);
    section.title = Text::code(&pair.a.principal)
        .say(" beside ")
        .and_code(&pair.b.principal)
        .say(if pair.required { "" } else { " (not required)" });
    section
}

fn table(pair: &Pair) -> Table {
    let head = |party: &Party| format!("{} · {}", party.recording, party.principal);
    let (a, b) = (head(&pair.a), head(&pair.b));
    let caption = format!("{} at {}", pair.scope, image(pair));
    let mut table = Table::new(&caption, &["what", &a, &b, "differs"]);
    for row in &pair.rows {
        let (differs, tone) = difference(row);
        let field = |text: &str| Field {
            tone,
            ..Field::from(text)
        };
        table.row(
            None,
            vec![
                row.what.into(),
                field(&row.a),
                field(&row.b),
                field(differs),
            ],
        );
    }
    table
}

fn difference(row: &Row) -> (&'static str, Tone) {
    match (row.parted, row.differs) {
        (true, _) => ("← parted here", Tone::Bad),
        (false, true) => ("differs", Tone::Warn),
        (false, false) if row.a == row.b => ("the same", Tone::Quiet),
        (false, false) => ("follows from the parting", Tone::Quiet),
    }
}

fn recordings(comparison: &Comparison) -> Section {
    let mut table = Table::new(
        "The two recordings",
        &["recording", "begun", "flow", "scenario", "whole"],
    );
    for source in &comparison.recordings {
        table.row(
            None,
            vec![
                Text::code(&source.name).into(),
                Text::code(&source.observed_at).into(),
                source.flow.as_str().into(),
                source.simulated.as_deref().unwrap_or("none").into(),
                if source.complete { "yes" } else { "cut off" }.into(),
            ],
        );
    }
    Section::new(
        "recordings",
        "Recordings",
        table.block().into_iter().collect(),
    )
}

fn notes(comparison: &Comparison) -> Option<Section> {
    let items: Vec<Text> = comparison
        .notes
        .iter()
        .map(|note| Text::of(&sentence(note)))
        .collect();
    (!items.is_empty()).then(|| Section::new("notes", "Notes", vec![Block::Items(items)]))
}
