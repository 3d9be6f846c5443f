//! What a pasted text comes to, for a person and for programs.

use super::model::{Probe, ReportVerdict, SCHEMA};
use super::table::Look;
use super::table::ink::{Style, finish, signs, styled};
use super::table::wrap::{Labels, columns, hang, measure, paragraph, sentence};
use crate::event::{Attempt, Event, Reading, Role};
use crate::evidence::{Fact, Node, Recording, Redaction, Step, Target};
use crate::findings::event::{Cause, Explained, explain, image};
use crate::findings::{Finding, RuledOut};
use serde::Serialize;

/// The contract's report, without a matrix, with an event.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
pub(super) struct EventReport<'r> {
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    schema: &'static str,
    probe: Probe<'static>,
    observed_at: Option<&'static str>,
    flow: Option<&'static str>,
    node: Node,
    verdict: ReportVerdict,
    answer: String,
    targets: Vec<Target>,
    principals: [(); 0],
    matrix: [(); 0],
    findings: Vec<Finding>,
    ruled_out: Vec<RuledOut>,
    notes: Vec<String>,
    facts: &'r [Fact],
    transactions: [(); 0],
    tokens: [(); 0],
    redactions: &'r [Redaction],
    event: Option<&'r Event>,
    events: Vec<&'r Event>,
    #[serde(skip)]
    explained: Vec<Explained<'r>>,
}

impl<'r> EventReport<'r> {
    /// Judges what was read in a recording that holds a text alone.
    pub fn of(reading: &'r Reading, recording: &'r Recording) -> Self {
        let explained: Vec<Explained<'r>> = reading.events.iter().filter_map(explain).collect();
        let verdict = match explained.as_slice() {
            [] => ReportVerdict::Inconclusive,
            _ => ReportVerdict::Denied,
        };
        Self {
            schema: SCHEMA,
            probe: Probe {
                version: env!("CARGO_PKG_VERSION"),
            },
            observed_at: None,
            flow: None,
            node: Node::default(),
            verdict,
            answer: answer(&explained, reading),
            targets: explained
                .iter()
                .filter_map(|one| target(one.event))
                .collect(),
            principals: [],
            matrix: [],
            findings: explained
                .iter()
                .flat_map(|one| one.findings.clone())
                .map(|finding| Finding {
                    facts: recording.facts.iter().map(|fact| fact.id.clone()).collect(),
                    ..finding
                })
                .collect(),
            ruled_out: vec![],
            notes: vec!["read from a pasted text: nothing was asked and nothing is proven".into()],
            facts: &recording.facts,
            transactions: [],
            tokens: [],
            redactions: &recording.redactions,
            event: explained.first().map(|one| one.event),
            events: explained.iter().map(|one| one.event).collect(),
            explained,
        }
    }

    /// The events with what they come to.
    pub(super) fn explained(&self) -> &[Explained<'r>] {
        &self.explained
    }

    /// The first line: the answer, alone.
    pub(super) fn answer(&self) -> &str {
        &self.answer
    }

    /// 0 where a cause is named, 3 where nothing is recognised.
    pub fn exit_code(&self) -> u8 {
        if self.explained.is_empty() { 3 } else { 0 }
    }

    /// For a person at a terminal.
    pub(super) fn table(&self, look: &Look) -> String {
        if self.explained.is_empty() {
            let mark = styled(Style::Warn, &signs(look, "?"));
            return finish(look, &hang(look, &format!("{mark} "), "  ", &self.answer));
        }
        let events: Vec<String> = self.explained.iter().map(|one| event(one, look)).collect();
        finish(look, &events.join("\n"))
    }
}

fn answer(explained: &[Explained<'_>], reading: &Reading) -> String {
    match explained {
        [] => reading.lack().unwrap_or_default(),
        [one, ..] => one
            .findings
            .first()
            .map_or_else(String::new, |finding| sentence(&finding.summary)),
    }
}

fn target(event: &Event) -> Option<Target> {
    Some(Target {
        image: image(event)?,
        registry: event.registry.clone()?,
        repository: event.repository.clone().unwrap_or_default(),
        reference: event.reference.clone().unwrap_or_default(),
        pods: vec![],
    })
}

/// One event: the answer, what was tried, why, and what would settle it.
fn event(one: &Explained<'_>, look: &Look) -> String {
    let summary = one.findings.first().map_or("", |finding| &finding.summary);
    let (mark, style) = match one.candidates.causes.len() {
        1 => ("×", Style::Bad),
        _ => ("?", Style::Warn),
    };
    let mark = styled(style, &signs(look, mark));
    let strong = styled(Style::Strong, &sentence(summary));
    let mut out = hang(look, &format!("{mark} "), "  ", &strong);
    out.push_str(&paragraph(look, &sentence(&asked(one.event, one.refusal))));
    if one.event.attempts.len() > 1 {
        out.push('\n');
        out.push_str(&attempts(one.event, look));
    }
    out.push('\n');
    out.push_str(&causes(one, look));
    out.push('\n');
    out.push_str(&paragraph(look, &settling(one)));
    out.push_str(&format!("    {}\n", one.settle()));
    if !one.event.correlation_ids.is_empty() {
        let ids = one.event.correlation_ids.join(", ");
        out.push_str(&paragraph(
            look,
            &styled(Style::Dim, &format!("support  correlation {ids}")),
        ));
    }
    out
}

/// `containerd asked acrwizdev.azurecr.io for repository:guestbook:pull with none: access-token 401`
pub(super) fn asked(event: &Event, refusal: &Attempt) -> String {
    let client = event.client.unwrap_or("a client");
    let registry = event
        .registry
        .as_deref()
        .unwrap_or("a registry that the text does not name");
    let scope = event.scope.as_ref().map(|scope| format!(" for {scope}"));
    let with = match refusal.credential.name() {
        Some("none") => " with none",
        Some(_) => " with a credential",
        None => "",
    };
    let scope = scope.unwrap_or_default();
    format!(
        "{client} asked {registry}{scope}{with}: {}",
        stopped(refusal)
    )
}

/// `access-token 401`
pub(super) fn stopped(attempt: &Attempt) -> String {
    let step = attempt.step.map_or("no step named", Step::name);
    let status = attempt.status.map(|status| format!(" {status}"));
    let address = attempt
        .address
        .as_ref()
        .map(|address| format!(", {address}"));
    format!(
        "{step}{}{}",
        status.unwrap_or_default(),
        address.unwrap_or_default()
    )
}

/// What an attempt presented.
pub(super) fn presented(attempt: &Attempt) -> &'static str {
    match attempt.credential.name() {
        Some("none") => "none",
        Some(_) => "a credential",
        None => "not said",
    }
}

/// What an attempt is to the whole.
pub(super) fn role(attempt: &Attempt) -> &'static str {
    match attempt.role {
        Role::Refusal => "the first real refusal",
        Role::Noise => "noise",
        Role::Later => "later",
    }
}

/// Each attempt: what was presented, where it stopped, what it is to the whole.
fn attempts(event: &Event, look: &Look) -> String {
    let mut out = String::new();
    for (number, one) in event.attempts.iter().enumerate() {
        let credential = presented(one);
        let style = match one.role {
            Role::Refusal => Style::Strong,
            Role::Noise | Role::Later => Style::Dim,
        };
        let role = role(one);
        let text = format!(
            "{credential:<13} {:<26} {} · line {}",
            stopped(one),
            styled(style, role),
            one.line
        );
        let text = signs(look, &text);
        out.push_str(&format!("  {}  {text}\n", number + 1));
    }
    out
}

/// The candidates in three columns; one below the other where there is no room.
fn causes(one: &Explained<'_>, look: &Look) -> String {
    let list = one.candidates.causes;
    let widest = |of: fn(&Cause) -> &'static str| {
        let widths = list.iter().map(|cause| columns(of(cause)));
        widths.max().unwrap_or_default()
    };
    let question = one.candidates.question;
    let first = widest(|cause| cause.rule).max(columns(question));
    let second = widest(|cause| cause.because);
    let third = widest(|cause| cause.shows).max(columns("a run then shows"));
    let is_narrow = 2 + first + 2 + second + 2 + third > measure(look);
    if is_narrow {
        return stacked(one, look, first);
    }
    let head = format!("{question:<first$}  {:second$}  a run then shows", "");
    let mut out = format!("  {}\n", styled(Style::Dim, &head));
    for (at, cause) in list.iter().enumerate() {
        let rule = pad(&named(cause, at), columns(cause.rule), first);
        out.push_str(&format!(
            "  {rule}  {:<second$}  {}\n",
            cause.because, cause.shows
        ));
    }
    out
}

fn stacked(one: &Explained<'_>, look: &Look, first: usize) -> String {
    let column = Labels {
        indent: 2,
        text: (4 + first).min(measure(look) / 2),
    };
    let mut out = paragraph(
        look,
        &styled(
            Style::Dim,
            &format!("{} (and what a run then shows)", one.candidates.question),
        ),
    );
    for cause in one.candidates.causes {
        out.push_str(&column.prose(
            look,
            cause.rule,
            &format!("{} ({})", cause.because, cause.shows),
        ));
    }
    out
}

/// The likeliest stands out.
fn named(cause: &Cause, at: usize) -> String {
    if at == 0 {
        styled(Style::Strong, cause.rule)
    } else {
        cause.rule.to_owned()
    }
}

fn pad(text: &str, taken: usize, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(taken)))
}

/// What leads to the line that tells the candidates apart.
pub(super) fn settling(one: &Explained<'_>) -> String {
    let candidates = &one.candidates;
    match candidates.causes.len() {
        1 => format!(
            "The text admits no second cause. This confirms it, {}:",
            candidates.place
        ),
        _ => format!(
            "The text cannot decide between them; the first is the likeliest. This does, {}:",
            candidates.place
        ),
    }
}
