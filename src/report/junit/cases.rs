//! The cases: of a run its required cells, of a comparison its required pairs, of a text its events.

use super::{Case, Outcome, Reason, Suite};
use crate::findings::Finding;
use crate::findings::compare::{Comparison, Likeness, Pair};
use crate::findings::event::Explained;
use crate::findings::outcome::Verdict;
use crate::findings::remedy::Remedy;
use crate::report::table::verdict::sides_taken;
use crate::report::table::wrap::sentence;
use crate::report::{Cell, EventReport, Report};

/// A case for each required cell.
pub(in crate::report) fn of_run(report: &Report<'_>) -> Suite {
    let required = report.matrix.iter().filter(|cell| cell.required);
    let mut cases: Vec<Case> = required.map(|cell| cell_case(report, cell)).collect();
    if cases.is_empty() {
        // A pipeline takes an empty suite for a good one; the exit code says otherwise.
        cases.push(nothing("the run", &report.answer));
    }
    let mut properties = vec![
        ("probe", format!("acr-probe {}", report.probe.version)),
        ("schema", report.schema.to_owned()),
        ("flow", report.flow.to_owned()),
        ("answer", report.answer.clone()),
        (
            "verdict",
            format!("{}{}", report.verdict.name(), sides_taken(report)),
        ),
    ];
    let scenario = report.simulated.map(|one| one.scenario.clone());
    properties.extend(scenario.map(|name| ("scenario", name)));
    properties.extend(report.node.name.clone().map(|name| ("node", name)));
    if !report.complete {
        properties.push(("cut-off", "true".to_owned()));
    }
    Suite {
        name: "acr-probe".to_owned(),
        begun: Some(report.observed_at.to_owned()),
        properties,
        cases,
    }
}

fn nothing(group: &str, answer: &str) -> Case {
    Case {
        group: group.to_owned(),
        name: "answer".to_owned(),
        seconds: 0.0,
        properties: vec![],
        outcome: Outcome::Unanswered(Reason {
            kind: "inconclusive".to_owned(),
            message: answer.to_owned(),
            text: sentence(answer),
        }),
    }
}

fn cell_case(report: &Report<'_>, cell: &Cell<'_>) -> Case {
    let action = match cell.asked.first() {
        Some(action) if !cell.scope.is_empty() => action.as_str(),
        _ => "sign in",
    };
    let mut properties = vec![
        ("scope", cell.scope.clone()),
        ("verdict", cell.verdict.name().to_owned()),
    ];
    let step = cell.stopped_at.map(|step| ("step", step.to_owned()));
    properties.extend(step);
    properties.extend(cell.status.map(|status| ("status", status.to_string())));
    properties.extend(cell.cause.map(|cause| ("cause", cause.to_owned())));
    properties.extend(cell.predicted_event.clone().map(|text| ("pod-event", text)));
    let milliseconds = report
        .transactions
        .iter()
        .filter(|one| cell.trace.contains(&one.id.as_str()))
        .map(|one| one.elapsed_ms);
    Case {
        group: cell.target.to_owned(),
        name: format!("{} {action}", cell.principal),
        seconds: milliseconds.sum::<f64>() / 1000.0,
        properties,
        outcome: outcome(report, cell),
    }
}

fn outcome(report: &Report<'_>, cell: &Cell<'_>) -> Outcome {
    match cell.verdict {
        Verdict::Granted => Outcome::Passed,
        Verdict::Denied | Verdict::Missing => Outcome::Failed(reason(report, cell)),
        Verdict::Unreachable | Verdict::Withheld | Verdict::Untried => {
            Outcome::Unanswered(reason(report, cell))
        }
    }
}

/// The finding that accounts for the cell, else why its row was not tried.
fn reason(report: &Report<'_>, cell: &Cell<'_>) -> Reason {
    let accounts = |finding: &&Finding| {
        Some(finding.rule) == cell.cause
            && finding.principals.iter().any(|name| name == cell.principal)
            && finding.scopes.contains(&cell.scope)
    };
    if let Some(finding) = report.findings.iter().find(accounts) {
        return Reason {
            kind: finding.rule.to_owned(),
            message: finding.summary.clone(),
            text: story(finding),
        };
    }
    let row = report
        .principals
        .iter()
        .find(|one| one.name == cell.principal);
    let why = row.and_then(|row| row.untried.as_ref());
    let because = why.map_or_else(|| cell.verdict.name(), |why| why.because.as_str());
    let flag = why
        .filter(|why| !why.flag.is_empty())
        .map(|why| format!("\n\nTry {}", why.flag));
    let message = format!("{}: {because}", cell.principal);
    Reason {
        kind: cell.verdict.name().to_owned(),
        text: format!("{}{}", sentence(&message), flag.unwrap_or_default()),
        message,
    }
}

/// The finding as text: what, why, what else, what to do.
fn story(finding: &Finding) -> String {
    let mut text = format!(
        "{}\n{} ({})\n",
        sentence(&finding.summary),
        finding.rule,
        finding.confidence.name()
    );
    if !finding.explanation.is_empty() {
        text.push_str(&format!("\n{}\n", finding.explanation.trim()));
    }
    for one in &finding.alternatives {
        text.push_str(&format!(
            "\ncould also be {}: {}",
            one.rule, one.separate_by
        ));
    }
    if !finding.alternatives.is_empty() {
        text.push('\n');
    }
    for one in &finding.remedies {
        text.push_str(&remedy(one));
    }
    text
}

fn remedy(remedy: &Remedy) -> String {
    let kind = remedy.kind.name();
    let who = match remedy.who.as_str() {
        "" | "nobody" => String::new(),
        who => format!(" (who: {who})"),
    };
    format!("\n{kind}{who}\n{}\n", remedy.text.trim_end())
}

/// A case for each required pair.
pub(in crate::report) fn of_comparison(comparison: &Comparison) -> Suite {
    let required = comparison.pairs.iter().filter(|pair| pair.required);
    let [a, b] = &comparison.recordings;
    Suite {
        name: format!("{} beside {}", a.name, b.name),
        begun: None,
        properties: vec![
            ("probe", format!("acr-probe {}", env!("CARGO_PKG_VERSION"))),
            ("schema", comparison.schema.to_owned()),
            ("answer", comparison.answer.clone()),
            ("verdict", comparison.verdict.name().to_owned()),
        ],
        cases: required.map(pair_case).collect(),
    }
}

fn pair_case(pair: &Pair) -> Case {
    let parted = pair.parted_at.map(|step| ("parted-at", step.to_owned()));
    Case {
        group: pair.a.target.clone(),
        name: format!("{} beside {}", pair.a.principal, pair.b.principal),
        seconds: 0.0,
        properties: [("scope", pair.scope.clone())]
            .into_iter()
            .chain(parted)
            .collect(),
        outcome: match pair.verdict {
            Likeness::Same => Outcome::Passed,
            Likeness::Different => Outcome::Failed(Reason {
                kind: "different".to_owned(),
                message: pair.sentence.clone(),
                text: differences(pair),
            }),
        },
    }
}

fn differences(pair: &Pair) -> String {
    let mut text = format!("{}\n", sentence(&pair.sentence));
    if !pair.advice.is_empty() {
        text.push_str(&format!("{}\n", sentence(&pair.advice)));
    }
    for row in pair.rows.iter().filter(|row| row.differs) {
        let parted = if row.parted { " (parted here)" } else { "" };
        text.push_str(&format!(
            "\n{}{parted}\n  {}: {}\n  {}: {}\n",
            row.what, pair.a.recording, row.a, pair.b.recording, row.b
        ));
    }
    text
}

/// A case for each event: a text that is explained tells of a refusal.
pub(in crate::report) fn of_event(report: &EventReport<'_>) -> Suite {
    let mut cases: Vec<Case> = report.explained().iter().map(event_case).collect();
    if cases.is_empty() {
        cases.push(nothing("the text", report.answer()));
    }
    Suite {
        name: "acr-probe explain".to_owned(),
        begun: None,
        properties: vec![
            ("probe", format!("acr-probe {}", env!("CARGO_PKG_VERSION"))),
            ("schema", crate::report::SCHEMA.to_owned()),
            ("answer", report.answer().to_owned()),
        ],
        cases,
    }
}

fn event_case(one: &Explained<'_>) -> Case {
    let message = one.findings.first().map(|finding| finding.summary.clone());
    let text: Vec<String> = one.findings.iter().take(1).map(story).collect();
    Case {
        group: one.event.registry.clone().unwrap_or_default(),
        name: one.subject().to_owned(),
        seconds: 0.0,
        properties: vec![("place", one.candidates.place.to_owned())],
        outcome: Outcome::Failed(Reason {
            kind: one.rule().to_owned(),
            message: message.unwrap_or_default(),
            text: text.concat(),
        }),
    }
}
