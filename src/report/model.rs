//! The report's shape: contract, "The report", version 1. Readers ignore members they do not know.

use crate::evidence::{
    CredentialForm, CredentialShown, Fact, Identity, Node, Observation, Recording, Redaction,
    Required, Simulated, Target, TokenShown, Transaction, Untried,
};
use crate::findings::case::Judged;
use crate::findings::event_text;
use crate::findings::outcome::{Basis, Verdict};
use crate::findings::{Diagnosis, Finding, RuledOut, diagnose};
use crate::token::claims;
use serde::Serialize;

/// Schema name and version of a report.
pub const SCHEMA: &str = "acr-probe.report/1";

/// The whole report.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    /// [`SCHEMA`].
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
#[derive(Debug, Serialize)]
pub struct Probe<'a> {
    /// Its version.
    pub version: &'a str,
}

/// What the exit code says.
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
    /// Why it was not tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub untried: Option<Untried>,
}

/// A cell.
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
            required: &header.required,
            targets: &header.targets,
            principals: principals(recording),
            matrix,
            findings: diagnosis.findings,
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
    recording: &Recording,
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
            .collect(),
    }
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

/// The answer in one sentence.
fn answer(
    verdict: ReportVerdict,
    matrix: &[Cell<'_>],
    diagnosis: &Diagnosis<'_>,
    recording: &Recording,
) -> String {
    if !recording.complete {
        return "this recording was cut off: what follows is what it holds".to_owned();
    }
    let required: Vec<&Cell<'_>> = matrix.iter().filter(|cell| cell.required).collect();
    if verdict == ReportVerdict::Granted {
        return granted_answer(&required, recording);
    }
    let stopped = required.iter().find(|cell| {
        verdict == ReportVerdict::Inconclusive
            || matches!(cell.verdict, Verdict::Denied | Verdict::Missing)
    });
    let stopped = stopped
        .filter(|cell| cell.verdict != Verdict::Granted)
        .or_else(|| {
            required
                .iter()
                .find(|cell| cell.verdict != Verdict::Granted)
        });
    let Some(cell) = stopped else {
        return "no cell was required, so there is nothing to answer".to_owned();
    };
    let explains = |finding: &&Finding| {
        Some(finding.rule) == cell.cause
            && finding.principals.iter().any(|name| name == cell.principal)
            && finding.scopes.contains(&cell.scope)
    };
    match diagnosis.findings.iter().find(explains) {
        Some(finding) => finding.summary.clone(),
        None => format!("{} was not tried", cell.principal),
    }
}

/// What `--wait` adds to an answer.
fn after_waiting(recording: &Recording) -> String {
    let Some(waited) = recording
        .header
        .waited
        .as_ref()
        .filter(|waited| waited.tries > 1)
    else {
        return String::new();
    };
    let until = waited
        .until_then
        .as_ref()
        .map(|cause| format!("; {cause} until then"))
        .unwrap_or_default();
    format!(
        ": granted after {} s ({} tries{until})",
        waited.seconds, waited.tries
    )
}

fn granted_answer(required: &[&Cell<'_>], recording: &Recording) -> String {
    let mut names: Vec<&str> = required.iter().map(|cell| cell.principal).collect();
    names.dedup();
    let mut deeds: Vec<String> = required.iter().map(|cell| deed(cell, recording)).collect();
    deeds.dedup();
    if deeds.len() > 3 {
        deeds = vec![format!("do all {} things asked", deeds.len())];
    }
    format!(
        "{} can {}{}",
        names.join(" and "),
        deeds.join(", "),
        after_waiting(recording)
    )
}

fn deed(cell: &Cell<'_>, recording: &Recording) -> String {
    let target = recording
        .header
        .targets
        .iter()
        .find(|target| target.image == cell.target);
    let repository = target
        .map(|target| target.repository.as_str())
        .unwrap_or_default();
    match cell.asked.first().map(String::as_str) {
        _ if cell.scope.is_empty() => {
            format!("sign in to {} (this speaks of no repository)", cell.target)
        }
        Some("pull") => format!("pull {repository}"),
        Some("push") => format!("push to {repository}"),
        Some("delete") => format!("delete from {repository}"),
        _ => format!("use {}", cell.scope),
    }
}

fn principals(recording: &Recording) -> Vec<Principal<'_>> {
    let row = |planned| {
        let planned: &crate::evidence::PlannedPrincipal = planned;
        Principal {
            name: &planned.name,
            kind: &planned.kind,
            source: &planned.source,
            identity: identity(recording, planned),
            untried: planned
                .untried
                .clone()
                .or_else(|| left_with_nothing(recording, planned)),
        }
    };
    recording.header.principals.iter().map(row).collect()
}

/// Why a row whose credential was looked for turned out to have none.
fn left_with_nothing(
    recording: &Recording,
    planned: &crate::evidence::PlannedPrincipal,
) -> Option<Untried> {
    let own = |fact: &&Fact| fact.place.principal.as_deref() == Some(planned.name.as_str());
    let mut facts = recording.facts.iter().filter(own);
    let because = facts.find_map(|fact| match &fact.observation {
        Observation::Exec(exec) => exec
            .fault
            .as_ref()
            .map(|fault| format!("{}: {fault}", exec.program)),
        Observation::Credential(shown) if !shown.form.is_presented() => Some(in_words(shown)),
        _ => None,
    })?;
    let presented = recording
        .transactions
        .iter()
        .any(|one| one.place.principal.as_deref() == Some(planned.name.as_str()));
    (!presented).then_some(Untried {
        because,
        flag: String::new(),
    })
}

fn in_words(shown: &CredentialShown) -> String {
    let what = match shown.form {
        CredentialForm::Absent => "has no entry for this registry",
        CredentialForm::Empty => "has an empty entry for this registry",
        CredentialForm::Malformed => "has an entry for this registry that cannot be used",
        CredentialForm::RegistryToken => {
            "has a registrytoken alone, which container runtimes ignore"
        }
        CredentialForm::Unsupported => "cannot be asked here",
        CredentialForm::Password | CredentialForm::IdentityToken | CredentialForm::Anonymous => {
            "has a credential"
        }
    };
    match &shown.because {
        Some(because) => format!("{} {what}: {because}", shown.from),
        None => format!("{} {what}", shown.from),
    }
}

/// What the plan knew, completed by what stores and the Entra token say.
fn identity(recording: &Recording, planned: &crate::evidence::PlannedPrincipal) -> Identity {
    let mut identity = planned.identity.clone();
    for fact in recording
        .facts
        .iter()
        .filter(|fact| fact.place.principal.as_deref() == Some(planned.name.as_str()))
    {
        if let Observation::Credential(shown) = &fact.observation {
            identity.user_name = identity.user_name.or_else(|| shown.user_name.clone());
        }
    }
    let own = |transaction: &&Transaction| {
        transaction.experiment.is_none()
            && transaction.place.principal.as_deref() == Some(planned.name.as_str())
    };
    let of_answers = recording
        .transactions
        .iter()
        .filter(own)
        .filter_map(|one| recording.token_in(one));
    let facts = recording
        .facts
        .iter()
        .filter(|fact| fact.place.principal.as_deref() == Some(planned.name.as_str()));
    let of_facts = facts.filter_map(|fact| {
        recording
            .tokens
            .iter()
            .find(|token| token.fact.as_deref() == Some(&fact.id))
    });
    let tokens = of_answers.chain(of_facts);
    for token in tokens.filter(|token| token.kind == "entra") {
        identity.object_id = claims::object_id(&token.claims).or(identity.object_id);
        identity.client_id = claims::app_id(&token.claims).or(identity.client_id);
        identity.tenant_id = claims::tenant(&token.claims).or(identity.tenant_id);
        identity.resource_id = claims::resource_id(&token.claims).or(identity.resource_id);
    }
    identity
}
