//! What experiments of a row showed: one factor varied, and what was answered then. The labels are the
//! exchange's (`src/exchange/experiment`).

use crate::evidence::{Step, Transaction};
use crate::findings::case::Case;
use crate::findings::registry::seen::answer_in_words;
use crate::token::access::{self, Access};

/// The factor of an experiment behind its word: `metadata_read` of `action metadata_read`.
pub(in crate::findings) fn factor<'a>(one: &'a Transaction, word: &str) -> Option<&'a str> {
    one.experiment
        .as_deref()?
        .strip_prefix(word)?
        .strip_prefix(' ')
}

/// An experiment of this row, for this image, at a step, by the word of what it varied.
fn varied<'a>(
    case: &Case<'a>,
    step: Step,
    word: &'static str,
) -> impl Iterator<Item = &'a Transaction> + use<'a> {
    let image = case.this.cell.target.image.as_str();
    case.experiments(step)
        .filter(move |one| one.place.target.as_deref().is_none_or(|own| own == image))
        .filter(move |one| factor(one, word).is_some())
}

/// The token that was given for another action of the same repository, and carries it.
pub(in crate::findings) fn second_action<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    let repository = &case.this.cell.target.repository;
    varied(case, Step::AccessToken, "action").find(|one| {
        factor(one, "action").is_some_and(|action| carries(case, one, repository, action))
    })
}

/// The action that such an experiment asked for.
pub(in crate::findings) fn action_of(one: &Transaction) -> Option<String> {
    factor(one, "action").map(str::to_owned)
}

/// The token that was given for another repository, and carries a pull.
pub(in crate::findings) fn sibling<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    varied(case, Step::AccessToken, "repository")
        .find(|one| factor(one, "repository").is_some_and(|name| carries(case, one, name, "pull")))
}

/// What an experiment varied and met, in a sentence.
pub(in crate::findings) fn experiment_in_words(one: &Transaction) -> String {
    format!(
        "An experiment varied one thing alone ({}): {}",
        one.experiment.as_deref().unwrap_or_default(),
        answer_in_words(one)
    )
}

fn carries(case: &Case<'_>, one: &Transaction, repository: &str, action: &str) -> bool {
    let granted = |access: Access| access.grants("repository", repository, action);
    one.status == Some(200)
        && case
            .recording
            .token_in(one)
            .is_some_and(|token| granted(access::access(&token.claims)))
}
