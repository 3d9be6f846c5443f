//! What support will ask for, and what was removed.

use super::{Block, Section, Table, Text};
use crate::report::Report;
use crate::report::table::closing::when;

/// Every answer that the registry gave an id, with its time.
pub(super) fn section(report: &Report<'_>) -> Section {
    let mut table = Table::new(
        "Correlation ids and times, UTC",
        &["id", "time", "as", "step", "status", "correlation id"],
    );
    for one in report.transactions {
        let Some(correlation) = &one.correlation_id else {
            continue;
        };
        let status = one.status.map(|status| status.to_string());
        table.row(
            None,
            vec![
                Text::default().citing([&one.id]).into(),
                Text::code(&when(report.observed_at, one.started_ms)).into(),
                Text::code(one.place.principal.as_deref().unwrap_or("everyone")).into(),
                one.step.name().into(),
                status.as_deref().unwrap_or("none").into(),
                Text::code(correlation).into(),
            ],
        );
    }
    let mut blocks: Vec<Block> = table.block().into_iter().collect();
    let required = report.matrix.iter().filter(|cell| cell.required);
    let mut predicted = required.filter_map(|cell| cell.predicted_event.as_deref());
    if let Some(text) = predicted.next() {
        blocks.push(Block::prose("What the pod's event says then:"));
        blocks.push(Block::code("text", text));
    }
    Section::new("support", "For support", blocks)
}

/// What was removed before anything was kept.
pub(super) fn removed(report: &Report<'_>) -> Section {
    let mut table = Table::new("What was removed, and how often", &["what", "count"]);
    for one in report.redactions {
        let count = one.count.to_string();
        table.row(
            None,
            vec![Text::code(&one.what).into(), count.as_str().into()],
        );
    }
    let block = table
        .block()
        .unwrap_or_else(|| Block::prose("Nothing had to be removed."));
    Section::new("removed", "Removed", vec![block])
}
