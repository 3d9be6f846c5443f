//! Experiments: after the base walk, one factor is varied where it can change the answer. They are
//! recorded as experiments and never turn a cell green. What they are told is evidence; a token that one
//! is given opens nothing further but what that same experiment asks for.
//!
//! A label is a word and the factor: `action metadata_read`. The rules read it (`findings`).

mod action;
mod audience;
mod credential;
mod form;
mod identity;
mod region;
mod sibling;
mod tenant;
mod words;

use super::challenge::Challenged;
use super::presented::Presented;
use super::{CellIndex, Credential, Walk, access_token, form as client};
use crate::evidence::{Ask, Place, Step};
use crate::plan::Flow;
use crate::secret::Secret;
use crate::transport::Stopped;

/// What was presented for a cell, and the token that came of it.
pub(super) struct Attempt {
    pub cell: CellIndex,
    pub presented: Presented,
    pub token: Option<Secret>,
}

/// What the token endpoint made of an attempt.
#[derive(Clone, Copy, PartialEq)]
enum Came {
    /// No token; the status, where there was an answer.
    Refused(Option<u16>),
    /// A token without what was asked.
    Short,
    /// A token with what was asked.
    Granted,
    /// A token that cannot be read, or a scope word for word.
    Unread,
}

/// Runs what the plan allows.
pub(super) async fn run(walk: &Walk<'_>) {
    if !walk.plan.experiments {
        return;
    }
    let mut attempts = std::mem::take(&mut *crate::evidence::redact::lock(&walk.shared.attempts));
    attempts.sort_by_key(|one| {
        let CellIndex {
            target,
            principal,
            ask,
        } = one.cell;
        (target, principal, ask, one.presented.attempt)
    });
    if walk.plan.arm_audience {
        audience::run(walk).await;
    }
    identity::run(walk).await;
    tenant::run(walk).await;
    form::run(walk, &attempts).await;
    credential::run(walk, &attempts).await;
    action::run(walk, &attempts).await;
    sibling::run(walk, &attempts).await;
    words::run(walk, &attempts).await;
    region::run(walk, &attempts).await;
}

impl Attempt {
    /// True for the credential that a client tries first: its refusal is the cell's.
    fn is_first(&self) -> bool {
        matches!(self.presented.attempt, None | Some(1))
    }

    /// True where a credential was presented at all.
    fn is_of_somebody(&self) -> bool {
        !matches!(self.presented.credential, Credential::None)
    }

    /// Whose evidence it is.
    fn place(&self, walk: &Walk<'_>) -> Place {
        Place {
            attempt: self.presented.attempt,
            ..walk.asker(self.cell).place
        }
    }

    /// What was answered at a step.
    fn status(&self, walk: &Walk<'_>, step: Step) -> Option<u16> {
        walk.recorder.last_status(&self.place(walk), step)
    }

    fn came(&self, walk: &Walk<'_>) -> Came {
        if self.token.is_none() {
            return Came::Refused(self.status(walk, Step::AccessToken));
        }
        let Ask::Action(action) = &walk.plan.asks[self.cell.ask] else {
            return Came::Unread;
        };
        let repository = &walk.plan.targets[self.cell.target].repository;
        match walk.recorder.last_granted(&self.place(walk), repository) {
            None => Came::Unread,
            Some(granted) if granted.iter().any(|own| own == action || own == "*") => Came::Granted,
            Some(_) => Came::Short,
        }
    }

    /// A token for the same image, with one thing varied: the credential, the client's form or the scope.
    async fn ask_again(
        &self,
        walk: &Walk<'_>,
        credential: &Credential,
        flow: Flow,
        scope: String,
        factor: String,
    ) -> Result<Secret, Stopped> {
        let Challenged::Bearer(challenge) = walk.challenged(self.cell).await? else {
            return Err(Stopped);
        };
        let mut asker = walk.asker(self.cell).varied(factor);
        asker.place.attempt = self.presented.attempt;
        asker.place.scope = Some(scope.clone());
        asker.client = client::client(flow);
        access_token::ask(
            &walk.recorder,
            &asker,
            &challenge,
            credential,
            &[scope],
            flow,
        )
        .await
    }
}

/// The pulls among the attempts, by the credential that a client tries first.
fn first_pulls<'a>(
    walk: &'a Walk<'_>,
    attempts: &'a [Attempt],
) -> impl Iterator<Item = &'a Attempt> {
    attempts
        .iter()
        .filter(|one| one.is_first() && walk.is_pull(one.cell))
}

/// Registries that nothing was sent to are left out.
fn first_of_each_registry(walk: &Walk<'_>) -> Vec<usize> {
    let mut seen = std::collections::HashSet::new();
    let targets = walk.plan.targets.iter().enumerate();
    targets
        .filter(|(_, target)| walk.admit(&target.registry) && seen.insert(target.registry.clone()))
        .map(|(index, _)| index)
        .collect()
}
