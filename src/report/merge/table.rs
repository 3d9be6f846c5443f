//! The merge for a person at a terminal.

use super::answer::noun;
use super::cells::{Detail, Text};
use super::count::{counted, listed};
use super::model::Merged;
use super::sheet::{Sheet, Sheets};
use crate::report::table::grid::{Grid, Group};
use crate::report::table::ink::{Style, finish, signs, styled};
use crate::report::table::wrap::{fold, hang, quiet, sentence};
use crate::report::{Look, ReportVerdict};

/// More are counted.
const NAMED: usize = 8;
/// Longer names of principals take several lines.
const TITLE: usize = 24;

/// Writes it.
pub fn render(merged: &Merged, look: &Look) -> String {
    let (mark, style) = match merged.verdict {
        ReportVerdict::Granted => ("√", Style::Good),
        ReportVerdict::Denied => ("×", Style::Bad),
        ReportVerdict::Inconclusive => ("?", Style::Warn),
    };
    let mark = styled(style, &signs(look, mark));
    let answer = styled(Style::Strong, &sentence(&merged.answer));
    let mut out = hang(look, &format!("{mark} "), "  ", &answer);
    out += &quiet(look, &circumstances(merged));
    for which in [Sheets::pools, Sheets::nodes] {
        let sheets = [Detail::Full, Detail::Short].map(|detail| which(&Sheets::of(merged, detail)));
        let set = sheets.iter().find_map(|sheet| grid(sheet, look));
        let [sheet, _] = sheets;
        out.push('\n');
        out += &set.unwrap_or_else(|| stacked(&sheet, look));
        if let Some(more) = &sheet.more {
            out += &quiet(look, more);
        }
    }
    out.push('\n');
    for trouble in troubles(merged) {
        let mark = styled(Style::Warn, "!");
        out += &hang(look, &format!("{mark} "), "  ", &sentence(&trouble));
    }
    out += &hang(look, "", "  ", &last_line(merged));
    finish(look, &out)
}

fn grid(sheet: &Sheet, look: &Look) -> Option<String> {
    let inked = |text: &Text| signs(look, &text.inked()).into_owned();
    let cell = |lines: &Vec<Text>| lines.iter().map(inked).collect::<Vec<_>>().join("\n");
    let title = |title: &String| {
        let lines = fold(&signs(look, title), TITLE);
        let lines: Vec<String> = lines.lines().map(|one| styled(Style::Dim, one)).collect();
        lines.join("\n")
    };
    let rows = sheet.rows.iter();
    let grid = Grid {
        header: sheet.header.iter().map(title).collect(),
        groups: vec![Group {
            title: None,
            rows: rows.map(|row| row.iter().map(cell).collect()).collect(),
        }],
    };
    grid.render(look)
}

/// Without room for columns: a paragraph for each row.
fn stacked(sheet: &Sheet, look: &Look) -> String {
    let mut out = String::new();
    for row in &sheet.rows {
        let cells = sheet.header.iter().zip(row);
        let parts: Vec<String> = cells
            .filter(|(_, lines)| !lines.is_empty())
            .map(|(title, lines)| {
                let lines: Vec<String> = lines
                    .iter()
                    .map(|one| one.inked().trim_start().to_owned())
                    .collect();
                format!("{}: {}", styled(Style::Dim, title), lines.join(", "))
            })
            .collect();
        out += &hang(look, "  ", "    ", &parts.join(" · "));
    }
    out
}

/// `10000 nodes · 40 node pools · acrwizdev.azurecr.io · first to last`.
pub(super) fn circumstances(merged: &Merged) -> String {
    let mut parts = vec![counted(merged.runs.read, noun(&merged.nodes))];
    let mut pools: Vec<_> = merged
        .pools
        .iter()
        .filter_map(|one| Some((&one.cluster, &one.region, one.pool.as_ref()?)))
        .collect();
    pools.sort_unstable();
    pools.dedup();
    if !pools.is_empty() {
        parts.push(counted(pools.len(), "node pool"));
    }
    let mut registries: Vec<&str> = merged
        .pools
        .iter()
        .map(|one| one.registry.as_str())
        .collect();
    registries.sort_unstable();
    registries.dedup();
    parts.push(match registries.as_slice() {
        [one] => (*one).to_owned(),
        several => format!("{} registries", several.len()),
    });
    parts.extend(match merged.runs.simulated {
        0 => None,
        all if all == merged.runs.read => Some("simulated, no Azure was asked".to_owned()),
        some => Some(format!("{some} of them simulated")),
    });
    let times = || merged.nodes.iter().map(|row| row.observed_at.as_str());
    if let (Some(first), Some(last)) = (times().min(), times().max()) {
        parts.push(match first == last {
            true => first.to_owned(),
            false => format!("{first} to {last}"),
        });
    }
    parts.join(" · ")
}

/// What is not whole, or not in the tables.
pub(super) fn troubles(merged: &Merged) -> Vec<String> {
    let mut out = Vec::new();
    if !merged.cut_off.is_empty() {
        let were = if merged.cut_off.len() == 1 {
            "was"
        } else {
            "were"
        };
        out.push(format!(
            "{} {were} cut off, without a footer: {}",
            counted(merged.cut_off.len(), "run"),
            listed(&merged.cut_off, NAMED)
        ));
    }
    if !merged.damaged.is_empty() {
        out.push(format!(
            "{} left out as damaged",
            counted(merged.damaged.len(), "recording")
        ));
    }
    for damaged in merged.damaged.iter().take(NAMED) {
        out.push(damaged.to_string());
    }
    if merged.damaged.len() > NAMED {
        let more = merged.damaged.len() - NAMED;
        out.push(format!("{more} more are damaged: --format json names them"));
    }
    if merged.runs.repeated > 0 {
        let times = counted(merged.runs.repeated, "time");
        out.push(format!("a run was there again {times}; it counts once"));
    }
    out
}

/// `denied: of 10000 nodes, 9250 granted, 750 denied, 0 inconclusive`.
pub(super) fn last_line(merged: &Merged) -> String {
    let runs = &merged.runs;
    let of = counted(runs.read, noun(&merged.nodes));
    let mut said = format!(
        "{}: of {of} {} granted, {} denied, {} inconclusive",
        merged.verdict.name(),
        runs.granted,
        runs.denied,
        runs.inconclusive
    );
    if runs.damaged > 0 {
        said += &format!("; {} damaged", runs.damaged);
    }
    said
}
