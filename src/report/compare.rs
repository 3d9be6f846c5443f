//! Two recordings side by side, for a person at a terminal.

mod columns;

use super::Look;
use super::table::ink::{Style, finish, signs, styled};
use super::table::wrap::{hang, paragraph, quiet, sentence};
use crate::findings::compare::{Comparison, Likeness, Pair, Row, Source};
use crate::findings::outcome::Verdict;
use columns::grid;

/// The comparison in columns: the pair that the answer speaks of in full, of the others what differs.
pub(super) fn table(comparison: &Comparison, look: &Look) -> String {
    let Some(main) = comparison.pairs.get(comparison.main) else {
        return String::new();
    };
    let (mark, style) = mark(comparison, main);
    let mark = styled(style, &signs(look, mark));
    let answer = styled(Style::Strong, &sentence(&comparison.answer));
    let mut out = hang(look, &format!("{mark} "), "  ", &answer);
    out.push_str(&advice(main, look));
    out.push('\n');
    out.push_str(&paragraph(look, &styled(Style::Strong, &image(main))));
    for source in &comparison.recordings {
        out.push_str(&quiet(look, &circumstances(source)));
    }
    out.push('\n');
    out.push_str(&grid(main, &main.rows.iter().collect::<Vec<_>>(), look));
    if !main.caution.is_empty() {
        out.push('\n');
        out.push_str(&paragraph(look, &main.caution));
    }
    let others = comparison.pairs.iter().enumerate();
    for (_, pair) in others.filter(|(index, _)| *index != comparison.main) {
        out.push('\n');
        out.push_str(&other(main, pair, look));
    }
    out.push('\n');
    for note in &comparison.notes {
        out.push_str(&hang(look, "  note  ", "        ", &sentence(note)));
    }
    out.push_str(&last_line(comparison, look));
    finish(look, &out)
}

/// That both end alike is good only where both are granted.
pub(super) fn mark(comparison: &Comparison, main: &Pair) -> (&'static str, Style) {
    let is_cut_off = comparison.recordings.iter().any(|one| !one.complete);
    match comparison.verdict {
        _ if is_cut_off => ("!", Style::Warn),
        Likeness::Different => ("×", Style::Bad),
        Likeness::Same if main.a.verdict == Verdict::Granted => ("√", Style::Good),
        Likeness::Same => ("–", Style::Dim),
    }
}

fn circumstances(source: &Source) -> String {
    let mut parts = vec![source.name.clone()];
    let world = source.simulated.as_ref();
    parts.extend(world.map(|world| format!("simulated ({world})")));
    parts.push(format!("flow {}", source.flow));
    parts.push(source.observed_at.clone());
    parts.join(" · ")
}

pub(super) fn image(pair: &Pair) -> String {
    if pair.a.target == pair.b.target {
        return pair.a.target.clone();
    }
    format!("{} · {}", pair.a.target, pair.b.target)
}

/// One of the other pairs: its sentence, and what differs.
fn other(main: &Pair, pair: &Pair, look: &Look) -> String {
    let (mark, style) = match pair.verdict {
        Likeness::Different => ("×", Style::Bad),
        Likeness::Same => ("–", Style::Dim),
    };
    let mark = styled(style, &signs(look, mark));
    let mut out = hang(look, &format!("{mark} "), "  ", &sentence(&pair.sentence));
    if image(pair) != image(main) {
        out.push_str(&quiet(look, &image(pair)));
    }
    out.push_str(&advice(pair, look));
    let rows: Vec<&Row> = pair.rows.iter().filter(|row| row.differs).collect();
    out.push_str(&grid(pair, &rows, look));
    out
}

fn advice(pair: &Pair, look: &Look) -> String {
    if pair.advice.is_empty() {
        return String::new();
    }
    paragraph(look, &sentence(&pair.advice))
}

/// `different: 3 differences, exit 1`.
fn last_line(comparison: &Comparison, look: &Look) -> String {
    let style = match comparison.verdict {
        Likeness::Different => Style::Bad,
        Likeness::Same => Style::Good,
    };
    let word = styled(style, comparison.verdict.name());
    let text = last_sentence(comparison);
    hang(look, "", "  ", &format!("{word}: {text}"))
}

/// What the verdict rests on, and how much differs.
pub(super) fn last_sentence(comparison: &Comparison) -> String {
    let rows = comparison.pairs.iter().flat_map(|pair| &pair.rows);
    let count = match rows.filter(|row| row.differs).count() {
        0 => "nothing differs".to_owned(),
        1 => "1 difference".to_owned(),
        many => format!("{many} differences"),
    };
    let required: Vec<&Pair> = comparison
        .pairs
        .iter()
        .filter(|pair| pair.required)
        .collect();
    match (comparison.verdict, required.is_empty()) {
        (Likeness::Different, _) => format!("a required cell's verdict or step differs; {count}"),
        (Likeness::Same, false) => format!("the required cells end alike; {count}"),
        (Likeness::Same, true) => format!("neither run required what is compared; {count}"),
    }
}
