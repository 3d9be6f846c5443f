//! The report's shape: contract, "The report", version 1. Readers ignore members they do not know.

use super::answer::answer;
use super::rows::principals;
use crate::evidence::{
    Fact, Identity, Node, Recording, Redaction, Required, Simulated, Target, TokenShown,
    Transaction, Untried, Waited,
};
use crate::findings::case::Judged;
use crate::findings::event::Beside;
use crate::findings::event_text;
use crate::findings::outcome::{Basis, Verdict};
use crate::findings::{Finding, RuledOut, diagnose};
use serde::Serialize;

/// Schema name and version of a report.
pub const SCHEMA: &str = "acr-probe.report/1";

/// The whole report.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    /// Name and version of this schema.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    pub schema: &'static str,
    /// Who made it.
    pub probe: Probe<'a>,
    /// When the run began, UTC.
    pub observed_at: &'a str,
    /// Whose requests were replayed.
    pub flow: &'a str,
    /// The scenario, where no Azure was asked.
    pub simulated: Option<&'a Simulated>,
    /// False where the recording was cut off.
    pub complete: bool,
    /// The node.
    pub node: &'a Node,
    /// What the exit code says.
    pub verdict: ReportVerdict,
    /// The first line: the answer, alone.
    pub answer: String,
    /// What `--wait` came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waited: Option<&'a Waited>,
    /// The cells that the verdict speaks of.
    pub required: &'a [Required],
    /// The images.
    pub targets: &'a [Target],
    /// The rows.
    pub principals: Vec<Principal<'a>>,
    /// The cells, in the plan's order.
    pub matrix: Vec<Cell<'a>>,
    /// The findings, what stands in the way first.
    pub findings: Vec<Finding>,
    /// The first pull that a pasted text tells of, and whether this run reproduces it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Beside>,
    /// All of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Beside>,
    /// What the evidence excludes.
    pub ruled_out: Vec<RuledOut>,
    /// What a reader should know about how the run was made.
    pub notes: &'a [String],
    /// What is not HTTP.
    pub facts: &'a [Fact],
    /// Requests and answers.
    pub transactions: &'a [Transaction],
    /// Tokens, decoded and not verified.
    pub tokens: &'a [TokenShown],
    /// What was removed.
    pub redactions: &'a [Redaction],
}

/// The program that made it.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
pub struct Probe<'a> {
    /// Its version.
    pub version: &'a str,
}

/// What the exit code says.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportVerdict {
    /// Every required cell is granted.
    Granted,
    /// A required cell is denied, or its content is missing.
    Denied,
    /// A required cell got no answer, or was not asked for.
    Inconclusive,
}

impl ReportVerdict {
    /// The contract's exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Granted => 0,
            Self::Denied => 1,
            Self::Inconclusive => 3,
        }
    }

    /// The contract's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// A row.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
pub struct Principal<'a> {
    /// Its SPEC.
    pub name: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Where the credential comes from.
    pub source: &'a str,
    /// Whose it is, tokens included.
    pub identity: Identity,
    /// When the first of its tokens ends, RFC 3339 in UTC, as far as its claims say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Why it was not tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub untried: Option<Untried>,
}

/// A cell.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
pub struct Cell<'a> {
    /// The image.
    pub target: &'a str,
    /// Who asks.
    pub principal: &'a str,
    /// The scope.
    pub scope: String,
    /// What it came to.
    pub verdict: Verdict,
    /// Where it stopped.
    #[cfg_attr(test, schemars(with = "Option<crate::evidence::Step>"))]
    pub stopped_at: Option<&'static str>,
    /// The decisive status.
    pub status: Option<u16>,
    /// The actions asked for.
    pub asked: Vec<String>,
    /// The actions the token carries.
    pub granted: Vec<String>,
    /// What the verdict rests on.
    pub basis: Basis,
    /// The rule that accounts for the stop.
    pub cause: Option<&'static str>,
    /// What the event of a pod that pulls as this principal will say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predicted_event: Option<String>,
    /// True where the exit code speaks of it.
    pub required: bool,
    /// The transactions it stands on.
    pub trace: Vec<&'a str>,
}

impl<'a> Report<'a> {
    /// Judges a recording.
    pub fn of(recording: &'a Recording) -> Self {
        let diagnosis = diagnose(recording);
        let matrix: Vec<Cell<'a>> = diagnosis
            .cells
            .iter()
            .zip(&diagnosis.causes)
            .map(|(judged, cause)| cell(recording, &diagnosis.cells, judged, *cause))
            .collect();
        let verdict = verdict(&matrix);
        let header = &recording.header;
        Self {
            schema: SCHEMA,
            probe: Probe {
                version: &header.version,
            },
            observed_at: &header.observed_at,
            flow: &header.flow,
            simulated: header.simulated.as_ref(),
            complete: recording.complete,
            node: &header.node,
            verdict,
            answer: answer(verdict, &matrix, &diagnosis, recording),
            waited: header.waited.as_ref(),
            required: &header.required,
            targets: &header.targets,
            principals: principals(recording),
            matrix,
            findings: diagnosis.findings,
            event: diagnosis.beside.first().cloned(),
            events: diagnosis.beside,
            ruled_out: diagnosis.ruled_out,
            notes: &header.notes,
            facts: &recording.facts,
            transactions: &recording.transactions,
            tokens: &recording.tokens,
            redactions: &recording.redactions,
        }
    }
}

fn cell<'a>(
    recording: &'a Recording,
    cells: &[Judged<'a>],
    judged: &Judged<'a>,
    cause: Option<&'static str>,
) -> Cell<'a> {
    let outcome = &judged.outcome;
    Cell {
        target: &judged.cell.target.image,
        principal: &judged.cell.principal.name,
        scope: judged.cell.scope(),
        verdict: outcome.verdict,
        stopped_at: outcome.stopped_at.map(crate::evidence::Step::name),
        status: outcome.status,
        asked: judged.cell.asked(),
        granted: outcome.granted.clone(),
        basis: outcome.basis,
        cause,
        predicted_event: event_text::predict(cells, judged).filter(|_| pulls_for_pods(judged)),
        required: recording.is_required(&judged.cell),
        trace: judged
            .trace
            .transactions
            .iter()
            .map(|one| one.id.as_str())
            .chain(of_content(recording, judged))
            .collect(),
    }
}

/// The check of the content, where it decided.
fn of_content<'a>(recording: &'a Recording, judged: &Judged<'a>) -> Vec<&'a str> {
    if !judged.outcome.is_of_content() {
        return vec![];
    }
    let check = recording.content(judged.cell.target);
    check
        .transactions
        .iter()
        .map(|one| one.id.as_str())
        .collect()
}

/// The kubelet pulls for pods: with its own credential, by its plugin, or with a pod's secret.
fn pulls_for_pods(judged: &Judged<'_>) -> bool {
    let name = &judged.cell.principal.name;
    name == "kubelet" || name.starts_with("credential-provider") || name.starts_with("pull-secret:")
}

/// Denied wins over inconclusive; nothing required is inconclusive, never a success.
fn verdict(matrix: &[Cell<'_>]) -> ReportVerdict {
    let mut required = matrix
        .iter()
        .filter(|cell| cell.required)
        .map(|cell| cell.verdict)
        .peekable();
    if required.peek().is_none() {
        return ReportVerdict::Inconclusive;
    }
    let verdicts: Vec<Verdict> = required.collect();
    if verdicts
        .iter()
        .any(|one| matches!(one, Verdict::Denied | Verdict::Missing))
    {
        return ReportVerdict::Denied;
    }
    if verdicts.iter().all(|one| *one == Verdict::Granted) {
        ReportVerdict::Granted
    } else {
        ReportVerdict::Inconclusive
    }
}
