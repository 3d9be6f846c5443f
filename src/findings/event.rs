//! What a pasted text admits: candidates by name, each with what a run would show.
//!
//! A text proves nothing: confidence is `likely` where what it says has one usual cause, else `possible`.
//! The names are the contract's; a rule that the catalogue does not hold yet is still named.

mod access;
mod causes;
mod elsewhere;
mod here;
mod identity;
mod known;
mod network;
mod not_here;
mod refused;

pub use causes::{Candidates, Cause};
pub use here::{Beside, Here, Reproduction, beside};
pub use not_here::findings as not_here;

use super::finding::{Alternative, Finding};
use super::remedy::quote::shell_word;
use super::remedy::{Remedy, RemedyKind};
use super::rule::{Confidence, Severity};
use crate::event::{Attempt, Credential, Event, Role};

/// What one event comes to.
#[derive(Debug, Clone)]
pub struct Explained<'e> {
    /// The event.
    pub event: &'e Event,
    /// The attempt that decides.
    pub refusal: &'e Attempt,
    /// Its candidates, the likeliest first.
    pub candidates: Candidates,
    /// The findings: the cause, and what is only noise.
    pub findings: Vec<Finding>,
}

impl Explained<'_> {
    /// The likeliest rule.
    pub fn rule(&self) -> &'static str {
        self.candidates.causes[0].rule
    }

    /// The name that the answer begins with.
    pub fn subject(&self) -> &str {
        let event = self.event;
        let names = [&event.repository, &event.hostless, &event.registry];
        names
            .into_iter()
            .flatten()
            .next()
            .map_or("this pull", String::as_str)
    }

    /// The line that would settle it.
    pub fn settle(&self) -> String {
        settle(self.event, &self.candidates)
    }
}

/// Explains an event; none without an attempt.
pub fn explain(event: &Event) -> Option<Explained<'_>> {
    let refusal = event
        .attempts
        .iter()
        .find(|one| one.role == Role::Refusal)?;
    let candidates = causes::of(event, refusal);
    let mut explained = Explained {
        event,
        refusal,
        candidates,
        findings: vec![],
    };
    explained.findings.push(cause(&explained));
    explained.findings.extend(noise(&explained));
    Some(explained)
}

fn cause(explained: &Explained<'_>) -> Finding {
    let Candidates { reason, causes, .. } = &explained.candidates;
    let alternatives = causes[1..].iter().map(|one| Alternative {
        rule: one.rule,
        separate_by: format!("{}; a run then shows: {}", one.because, one.shows),
    });
    Finding {
        rule: causes[0].rule,
        severity: Severity::Error,
        confidence: explained.candidates.confidence(),
        principals: vec![],
        scopes: explained.event.scope.iter().cloned().collect(),
        transactions: vec![],
        facts: vec![],
        summary: format!("{}: {reason}", explained.subject()),
        advice: String::new(),
        explanation: format!(
            "{}. A run then shows: {}.",
            capital(causes[0].because),
            causes[0].shows
        ),
        alternatives: alternatives.collect(),
        remedies: vec![Remedy {
            kind: RemedyKind::Check,
            who: explained.candidates.place.to_owned(),
            takes_effect: String::new(),
            text: format!("{}\n", explained.settle()),
        }],
    }
}

/// The 401 that every kubelet's list ends with.
fn noise(explained: &Explained<'_>) -> Option<Finding> {
    let is_noise = |one: &&Attempt| {
        one.role == Role::Noise && one.credential == Credential::None && one.status == Some(401)
    };
    explained.event.attempts.iter().find(is_noise)?;
    Some(Finding {
        rule: "fallback-noise",
        severity: Severity::Info,
        confidence: Confidence::Likely,
        principals: vec![],
        scopes: explained.event.scope.iter().cloned().collect(),
        transactions: vec![],
        facts: vec![],
        summary: "the anonymous 401 is noise: the kubelet tries without a credential at last, whatever failed before".into(),
        advice: String::new(),
        explanation: "A private registry refuses everyone who presents nothing. That attempt says nothing about the cause.".into(),
        alternatives: vec![],
        remedies: vec![],
    })
}

fn settle(event: &Event, candidates: &Candidates) -> String {
    let options = candidates.options;
    match image(event) {
        Some(image) => format!("acr-probe run {}{options}", shell_word(&image)),
        None => {
            format!("acr-probe run \"${{IMAGE:?}}\"{options}   # IMAGE: the text does not name it")
        }
    }
}

/// The image as far as the text has it.
pub fn image(event: &Event) -> Option<String> {
    let registry = event.registry.as_ref()?;
    let Some(repository) = &event.repository else {
        return Some(registry.clone());
    };
    Some(match &event.reference {
        Some(digest) if digest.contains(':') => format!("{registry}/{repository}@{digest}"),
        Some(tag) => format!("{registry}/{repository}:{tag}"),
        None => format!("{registry}/{repository}"),
    })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
