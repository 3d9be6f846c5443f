//! The facts a rule reads: one cell in focus, with the whole recording around it.

use super::outcome::{self, Outcome, Verdict};
use super::remedy::{self, Cloud, Mode, Observed};
use crate::evidence::{
    Cell, Clock, Fact, Observation, Recording, Step, TokenShown, Trace, Transaction,
};
use crate::token::claims;
use serde_json::{Map, Value};

/// A cell, its evidence, and how far it came.
#[derive(Debug, Clone)]
pub struct Judged<'a> {
    /// Its place in the plan's order.
    pub number: usize,
    /// The cell.
    pub cell: Cell<'a>,
    /// Its evidence.
    pub trace: Trace<'a>,
    /// How far it came.
    pub outcome: Outcome<'a>,
    /// How far each attempt came, in order, where the client had several credentials.
    pub attempts: Vec<Outcome<'a>>,
}

/// Reads every cell of a recording.
pub fn judge_cells(recording: &Recording) -> Vec<Judged<'_>> {
    let cells = recording.cells();
    cells
        .into_iter()
        .enumerate()
        .map(|(number, cell)| judge_cell(recording, number, cell))
        .collect()
}

/// A client that has several credentials is granted by the first that passes; where none does, the
/// first refusal is the cause and the rest is what it tried in despair.
fn judge_cell<'a>(recording: &'a Recording, number: usize, cell: Cell<'a>) -> Judged<'a> {
    let whole = recording.trace(&cell);
    let mut judged: Vec<Judged<'a>> = whole
        .attempts()
        .into_iter()
        .map(|attempt| {
            let trace = whole.of_attempt(attempt);
            let outcome = outcome::of_cell(recording, &cell, &trace);
            Judged {
                number,
                cell,
                trace,
                outcome,
                attempts: vec![],
            }
        })
        .collect();
    let attempts: Vec<Outcome<'a>> = judged.iter().map(|one| one.outcome.clone()).collect();
    let granted = judged.iter().position(|one| one.outcome.is_allowed());
    Judged {
        attempts,
        ..judged.swap_remove(granted.unwrap_or(0))
    }
}

/// One cell in focus.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// All evidence.
    pub recording: &'a Recording,
    /// Every cell, this one included.
    pub all: &'a [Judged<'a>],
    /// The cell in focus.
    pub this: &'a Judged<'a>,
}

impl<'a> Case<'a> {
    /// The step this cell stopped at.
    pub fn stop(&self) -> Option<Step> {
        self.this.outcome.stopped_at
    }

    /// True where an answer of that status at that step decided.
    pub fn is_at(&self, step: Step, status: u16) -> bool {
        self.this.outcome.is_at(step, status)
    }

    /// True where this cell came further than `step`.
    pub fn is_beyond(&self, step: Step) -> bool {
        match self.this.outcome.stopped_at {
            Some(stop) => stop > step,
            None => self.this.outcome.verdict == Verdict::Granted,
        }
    }

    /// The decisive transaction.
    pub fn decisive(&self) -> Option<&'a Transaction> {
        self.this.outcome.transaction
    }

    /// The principal's name.
    pub fn principal(&self) -> &'a str {
        &self.this.cell.principal.name
    }

    /// True for an Entra identity that must be exchanged.
    pub fn is_entra(&self) -> bool {
        self.this.trace.last(Step::IdentityToken).is_some()
            || self.this.cell.principal.is_exchanged()
    }

    /// True for `anonymous`.
    pub fn is_anonymous(&self) -> bool {
        self.this.cell.principal.kind == "anonymous"
    }

    /// True for a user name and password.
    pub fn is_password(&self) -> bool {
        !self.is_entra() && !self.is_anonymous()
    }

    /// The answer that carried the Entra token.
    pub fn identity_answer(&self) -> Option<&'a Transaction> {
        self.this.trace.last(Step::IdentityToken)
    }

    /// The Entra token that was shown to the registry: from an answer, or from a program's output.
    pub fn identity_token(&self) -> Option<&'a TokenShown> {
        match self.identity_answer() {
            Some(answer) => self.recording.token_in(answer),
            None => self
                .recording
                .token_with(&self.this.trace, Step::IdentityToken),
        }
    }

    /// The ACR refresh token that the exchange gave.
    pub fn refresh_token(&self) -> Option<&'a TokenShown> {
        self.recording
            .token_in(self.this.trace.last(Step::RefreshToken)?)
    }

    /// The access token.
    pub fn access_token(&self) -> Option<&'a TokenShown> {
        self.recording
            .token_in(self.this.trace.last(Step::AccessToken)?)
    }

    /// The claims of the Entra token.
    pub fn identity_claims(&self) -> Option<&'a Map<String, Value>> {
        self.identity_token().map(|token| &token.claims)
    }

    /// The registry's time when it answered, else ours: what lifetimes are judged by. Seconds since 1970.
    pub fn now(&self) -> i64 {
        let peer = self.clock().map(|(clock, _)| clock.peer);
        peer.or_else(|| observed_at(self.recording))
            .unwrap_or_default()
    }

    /// The registry's clock beside ours.
    pub fn clock(&self) -> Option<(&'a Clock, &'a Fact)> {
        self.this
            .trace
            .facts
            .iter()
            .find_map(|fact| match &fact.observation {
                Observation::Clock(clock) if fact.place.registry.is_some() => Some((clock, *fact)),
                _ => None,
            })
    }

    /// Experiments of this principal at a step, by what they varied.
    pub fn experiments(&self, step: Step) -> impl Iterator<Item = &'a Transaction> + use<'a> {
        let place = (
            self.this.cell.principal.name.as_str(),
            self.this.cell.target.registry.as_str(),
        );
        self.recording.transactions.iter().filter(move |one| {
            one.experiment.is_some()
                && one.step == step
                && one.place.principal.as_deref() == Some(place.0)
                && one
                    .place
                    .registry
                    .as_deref()
                    .is_none_or(|registry| registry == place.1)
        })
    }

    /// The cells of the same target: in the plan's order they stand side by side.
    pub fn here(&self) -> &'a [Judged<'a>] {
        let image = &self.this.cell.target.image;
        let is_here = |other: &&Judged<'_>| other.cell.target.image == *image;
        let (before, rest) = self.all.split_at(self.this.number);
        let from = before.len() - before.iter().rev().take_while(is_here).count();
        let to = before.len() + rest.iter().take_while(is_here).count();
        &self.all[from..to]
    }

    /// The other rows of the same target.
    pub fn others(&self) -> impl Iterator<Item = &'a Judged<'a>> + use<'a> {
        let name = self.this.cell.principal.name.as_str();
        let here = self.here().iter();
        here.filter(move |other| other.cell.principal.name != name)
    }

    /// What a remedy is filled in with.
    pub fn observed(&self) -> ObservedOwned<'a> {
        let target = self.this.cell.target;
        let host = target.registry.split(':').next().unwrap_or_default();
        let claims = self.identity_claims();
        let file = self
            .this
            .trace
            .facts
            .iter()
            .find_map(|fact| match &fact.observation {
                Observation::File(file) => Some(file),
                _ => None,
            });
        let shown = |name: &str| {
            file.and_then(|file| file.shown.get(name)?.as_str())
                .map(str::to_owned)
        };
        ObservedOwned {
            registry_name: remedy::registry_name(host).to_owned(),
            login_server: host.to_owned(),
            repository: target.repository.clone(),
            object_id: claims.and_then(claims::object_id),
            mode: self.mode(),
            node_resource_group: shown("resourceGroup"),
            location: shown("location"),
            image: target.image.clone(),
            principal: self.principal(),
        }
    }

    /// The registry's role assignment mode, as far as a token gives it away: the claim `aad_identity`
    /// is how acr-cli recognises ABAC mode.
    fn mode(&self) -> Mode {
        match self.refresh_token() {
            Some(token) if claims::has_aad_identity(&token.claims) => Mode::Abac,
            _ => Mode::Unknown,
        }
    }
}

/// [`Observed`] with its strings.
#[derive(Debug, Clone)]
pub struct ObservedOwned<'a> {
    registry_name: String,
    login_server: String,
    repository: String,
    object_id: Option<String>,
    mode: Mode,
    node_resource_group: Option<String>,
    location: Option<String>,
    image: String,
    principal: &'a str,
}

impl ObservedOwned<'_> {
    /// The view that the remedies take.
    pub fn view(&self) -> Observed<'_> {
        Observed {
            registry_name: &self.registry_name,
            login_server: &self.login_server,
            repository: &self.repository,
            object_id: self.object_id.as_deref(),
            mode: self.mode,
            cloud: Cloud::of_login_server(&self.login_server),
            node_resource_group: self.node_resource_group.as_deref(),
            location: self.location.as_deref(),
            image: &self.image,
            principal: self.principal,
        }
    }
}

fn observed_at(recording: &Recording) -> Option<i64> {
    let format = time::format_description::well_known::Rfc3339;
    time::OffsetDateTime::parse(&recording.header.observed_at, &format)
        .ok()
        .map(time::OffsetDateTime::unix_timestamp)
}
