//! How far a cell came, and what that means: verdict, step, status, what was granted.
//!
//! A pure reading of one trace. *Why* it stopped is the rules' question.

use super::answer::{is_proxy_page, is_registry_like};
use super::content::stop::Stop;
use crate::challenge::{self, ChallengeReading};
use crate::evidence::{Cell, Fact, Observation, Recording, Step, Trace, Transaction};
use crate::token::access;
use serde::Serialize;

/// What a cell came to (contract, `verdict` of a cell).
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The registry lets this principal do it.
    Granted,
    /// An answer that refuses.
    Denied,
    /// Allowed, but not there.
    Missing,
    /// No answer, or none of the registry's own.
    Unreachable,
    /// The probe would not send the credential.
    Withheld,
    /// Nothing at hand, or a credential that cannot be read.
    Untried,
}

impl Verdict {
    /// The contract's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::Missing => "missing",
            Self::Unreachable => "unreachable",
            Self::Withheld => "withheld",
            Self::Untried => "untried",
        }
    }
}

/// What a verdict rests on.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The registry was asked to do it.
    Answer,
    /// Only the token says so: push and delete are never tried.
    Claims,
}

/// How far a cell came.
#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    /// What it came to.
    pub verdict: Verdict,
    /// The step it stopped at; none where it was granted or not tried.
    pub stopped_at: Option<Step>,
    /// The status of the decisive answer.
    pub status: Option<u16>,
    /// What the verdict rests on.
    pub basis: Basis,
    /// The actions that the access token carries for the scope's resource.
    pub granted: Vec<String>,
    /// The decisive transaction.
    pub transaction: Option<&'a Transaction>,
    /// The decisive fact, where it was not HTTP.
    pub fact: Option<&'a Fact>,
}

impl<'a> Outcome<'a> {
    fn new(verdict: Verdict, stopped_at: Option<Step>) -> Self {
        Self {
            verdict,
            stopped_at,
            status: None,
            basis: Basis::Answer,
            granted: vec![],
            transaction: None,
            fact: None,
        }
    }

    fn stopped_by(verdict: Verdict, transaction: &'a Transaction) -> Self {
        Self {
            status: transaction.status,
            transaction: Some(transaction),
            ..Self::new(verdict, Some(transaction.step))
        }
    }

    fn stopped_by_fact(verdict: Verdict, fact: &'a Fact) -> Self {
        Self {
            fact: Some(fact),
            ..Self::new(verdict, Some(fact.step))
        }
    }

    /// True where the pull was granted and the content is in its way.
    pub fn is_of_content(&self) -> bool {
        let place = match (self.transaction, self.fact) {
            (Some(transaction), _) => Some(&transaction.place),
            (None, fact) => fact.map(|fact| &fact.place),
        };
        place.is_some_and(|place| place.content)
    }

    /// True where the registry lets it be done, be the content in the way or not.
    pub fn is_allowed(&self) -> bool {
        self.verdict == Verdict::Granted || self.is_of_content()
    }

    /// True where an answer of that status at that step decided.
    pub fn is_at(&self, step: Step, status: u16) -> bool {
        self.stopped_at == Some(step) && self.status == Some(status)
    }
}

/// Reads one cell. What the registry lets a principal pull may still not be there, or out of reach.
pub fn of_cell<'a>(recording: &'a Recording, cell: &Cell<'a>, trace: &Trace<'a>) -> Outcome<'a> {
    let outcome = of_trace(recording, cell, trace);
    if outcome.verdict != Verdict::Granted || !cell.is_pull() {
        return outcome;
    }
    match Stop::of(recording, cell.target) {
        Some(stop) => stop.outcome(&outcome),
        None => outcome,
    }
}

/// What the cell's own evidence comes to.
fn of_trace<'a>(recording: &'a Recording, cell: &Cell<'a>, trace: &Trace<'a>) -> Outcome<'a> {
    if let Some(outcome) = untried(cell, trace) {
        return outcome;
    }
    let steps = [
        Step::Resolve,
        Step::Connect,
        Step::Tls,
        Step::Challenge,
        Step::IdentityToken,
        Step::RefreshToken,
    ];
    for step in steps {
        if let Some(outcome) = stop_before_token(trace, step) {
            return outcome;
        }
    }
    if let Some(open) = trace.at(Step::Challenge).find(|one| is_open(one)) {
        return granted_without_token(cell, open);
    }
    if cell.is_bare()
        && trace.last(Step::RefreshToken).is_some()
        && trace.last(Step::AccessToken).is_none()
    {
        return Outcome {
            status: Some(200),
            transaction: trace.last(Step::RefreshToken),
            ..Outcome::new(Verdict::Granted, None)
        };
    }
    with_token(recording, cell, trace)
}

/// Nothing at hand, or a file, store, helper or plugin that left the principal without a credential.
fn untried<'a>(cell: &Cell<'a>, trace: &Trace<'a>) -> Option<Outcome<'a>> {
    if cell.target.registry.is_empty() {
        return Some(Outcome::new(Verdict::Untried, None));
    }
    // A store may hold an empty entry beside a good one: what is presented decides.
    let is_presented = |fact: &&Fact| matches!(&fact.observation, Observation::Credential(shown) if shown.form.is_presented());
    if trace.facts.iter().any(is_presented) {
        return None;
    }
    let left_with_nothing = trace
        .facts
        .iter()
        .copied()
        .find(|fact| fact.observation.leaves_nothing());
    match left_with_nothing {
        Some(fact) => Some(Outcome {
            fact: Some(fact),
            ..Outcome::new(Verdict::Untried, None)
        }),
        None => cell
            .principal
            .untried
            .is_some()
            .then(|| Outcome::new(Verdict::Untried, None)),
    }
}

/// A stop at one of the steps before the access token, if there is one.
fn stop_before_token<'a>(trace: &Trace<'a>, step: Step) -> Option<Outcome<'a>> {
    if let Some(fact) = trace
        .facts_at(step)
        .find(|fact| matches!(fact.observation, Observation::Withheld(_)))
    {
        let met = trace.last(step);
        return Some(Outcome {
            status: met.and_then(|met| met.status),
            transaction: met,
            ..Outcome::stopped_by_fact(Verdict::Withheld, fact)
        });
    }
    if let Some(fact) = trace.facts_at(step).find(|fact| is_fault(fact)) {
        return Some(Outcome::stopped_by_fact(Verdict::Unreachable, fact));
    }
    // Two challenges may have been asked for (the provider's and the runtime's): one that stops is enough.
    trace.at(step).find_map(|one| match step {
        Step::Challenge => challenge_stop(one),
        _ => (!is_success(one)).then(|| refused(one)),
    })
}

fn challenge_stop(transaction: &Transaction) -> Option<Outcome<'_>> {
    match transaction.status {
        Some(401) => match challenge::read(transaction.header_lines("www-authenticate")) {
            ChallengeReading::Bearer(_) => None,
            _ => Some(Outcome::stopped_by(
                if is_proxy_page(transaction) {
                    Verdict::Unreachable
                } else {
                    Verdict::Denied
                },
                transaction,
            )),
        },
        Some(200) if is_open(transaction) => None,
        Some(404) if is_registry_like(transaction) && transaction.method == "HEAD" => {
            Some(Outcome {
                stopped_at: Some(Step::Manifest),
                ..Outcome::stopped_by(Verdict::Missing, transaction)
            })
        }
        _ => Some(refused(transaction)),
    }
}

/// A registry that asks for no credential says that it is one; a web page with a 200 is none.
fn is_open(transaction: &Transaction) -> bool {
    transaction.status == Some(200)
        && transaction
            .header("docker-distribution-api-version")
            .is_some()
}

fn granted_without_token<'a>(cell: &Cell<'a>, open: &'a Transaction) -> Outcome<'a> {
    // A registry that asks for no credential lets anybody pull; of pushes it has said nothing.
    let verdict = if cell.is_pull() || cell.is_bare() {
        Verdict::Granted
    } else {
        Verdict::Untried
    };
    Outcome {
        status: open.status,
        transaction: Some(open),
        ..Outcome::new(verdict, None)
    }
}

/// The steps from the access token on.
fn with_token<'a>(recording: &'a Recording, cell: &Cell<'a>, trace: &Trace<'a>) -> Outcome<'a> {
    if let Some(outcome) = stop_at(trace, Step::AccessToken) {
        return outcome;
    }
    let Some(answer) = trace.last(Step::AccessToken) else {
        // An interrupted run did not come so far: that says nothing about the registry.
        let verdict = if recording.complete {
            Verdict::Unreachable
        } else {
            Verdict::Untried
        };
        return Outcome::new(verdict, recording.complete.then_some(Step::AccessToken));
    };
    if !is_success(answer) {
        return refused(answer);
    }
    let (kind, name) = cell.resource();
    let token = recording.token_in(answer);
    let readable = token.filter(|token| token.kind != "opaque");
    let granted = readable
        .map(|token| access::access(&token.claims).granted_actions(&kind, &name))
        .unwrap_or_default();
    let asked = cell.asked();
    let covers = asked
        .iter()
        .all(|action| granted.iter().any(|own| own == action || own == "*"));
    let base = Outcome {
        granted,
        ..Outcome::stopped_by(Verdict::Denied, answer)
    };
    if readable.is_some() && !covers {
        return base;
    }
    if !cell.is_pull() {
        let verdict = if readable.is_some() || cell.is_bare() {
            Verdict::Granted
        } else {
            Verdict::Unreachable
        };
        let basis = if cell.is_bare() {
            Basis::Answer
        } else {
            Basis::Claims
        };
        return Outcome {
            verdict,
            basis,
            stopped_at: None,
            ..base
        };
    }
    manifest(trace, base)
}

fn manifest<'a>(trace: &Trace<'a>, base: Outcome<'a>) -> Outcome<'a> {
    if let Some(outcome) = stop_at(trace, Step::Manifest) {
        return Outcome {
            granted: base.granted,
            ..outcome
        };
    }
    let Some(answer) = trace.last(Step::Manifest) else {
        return Outcome {
            verdict: Verdict::Unreachable,
            stopped_at: Some(Step::Manifest),
            ..base
        };
    };
    if is_success(answer) {
        return Outcome {
            status: answer.status,
            transaction: Some(answer),
            stopped_at: None,
            verdict: Verdict::Granted,
            ..base
        };
    }
    Outcome {
        granted: base.granted,
        ..refused(answer)
    }
}

/// A step whose request was withheld or never got an answer.
fn stop_at<'a>(trace: &Trace<'a>, step: Step) -> Option<Outcome<'a>> {
    if let Some(fact) = trace
        .facts_at(step)
        .find(|fact| matches!(fact.observation, Observation::Withheld(_)))
    {
        let met = trace.last(step);
        return Some(Outcome {
            status: met.and_then(|met| met.status),
            transaction: met,
            ..Outcome::stopped_by_fact(Verdict::Withheld, fact)
        });
    }
    trace
        .at(step)
        .find(|one| one.failure.is_some())
        .map(|one| Outcome::stopped_by(Verdict::Unreachable, one))
}

/// An answer that is no success, in the contract's classes.
fn refused(transaction: &Transaction) -> Outcome<'_> {
    let verdict = match transaction.status {
        None => Verdict::Unreachable,
        Some(_) if is_proxy_page(transaction) => Verdict::Unreachable,
        Some(404 | 410) if transaction.step == Step::IdentityToken => Verdict::Unreachable,
        Some(404) if transaction.step == Step::Manifest => Verdict::Missing,
        Some(429) => Verdict::Unreachable,
        // At the challenge anything that is not a registry's own answer says nothing about a right.
        Some(status)
            if transaction.step == Step::Challenge
                && status != 401
                && !is_registry_like(transaction) =>
        {
            Verdict::Unreachable
        }
        Some(400..=499) => Verdict::Denied,
        Some(_) => Verdict::Unreachable,
    };
    Outcome::stopped_by(verdict, transaction)
}

fn is_success(transaction: &Transaction) -> bool {
    transaction
        .status
        .is_some_and(|status| (200..300).contains(&status))
        && carries_what_it_should(transaction)
}

/// A token endpoint's 200 without a token is not an answer that a client can use.
fn carries_what_it_should(transaction: &Transaction) -> bool {
    let has = |name: &str| {
        transaction.json().is_some_and(|body| {
            body.get(name)
                .is_some_and(|value| value.as_str().is_some_and(|text| !text.is_empty()))
        })
    };
    match transaction.step {
        Step::IdentityToken => has("access_token"),
        Step::RefreshToken => has("refresh_token"),
        Step::AccessToken => has("access_token") || has("token"),
        Step::Manifest => is_manifest(transaction),
        Step::Resolve | Step::Connect | Step::Tls | Step::Challenge | Step::Blob => true,
    }
}

/// A manifest comes from a registry, with a digest or a type of its own: a proxy's page with a 200 is none.
fn is_manifest(transaction: &Transaction) -> bool {
    let kind = transaction.header("content-type").unwrap_or_default();
    transaction.header("docker-content-digest").is_some()
        || kind.contains("manifest")
        || kind.contains("image.index")
}

fn is_fault(fact: &Fact) -> bool {
    match &fact.observation {
        Observation::Dns(dns) => dns.fault.is_some(),
        Observation::Connect(connect) => connect.fault.is_some(),
        Observation::Tls(tls) => tls.fault.is_some(),
        Observation::Clock(_)
        | Observation::File(_)
        | Observation::Withheld(_)
        | Observation::Credential(_)
        | Observation::Exec(_)
        | Observation::Event(_) => false,
    }
}
