//! What experiments of a row showed: one factor varied, and what was answered then. The labels are the
//! exchange's (`src/exchange/experiment`).

use crate::evidence::{Step, Transaction};
use crate::findings::case::Case;
use crate::findings::registry::seen::answer_in_words;
use crate::token::access::{self, Access};
use crate::token::claims;

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

/// The exchange with the token's own tenant in place of the one that was named.
pub(in crate::findings) fn own_tenant<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    varied(case, Step::RefreshToken, "tenant").next()
}

/// The identity endpoint, asked with another client id, or with none.
pub(in crate::findings) fn other_identity<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    varied(case, Step::IdentityToken, "client id").next()
}

/// The token that nobody's credential was given where a stored one was refused.
pub(in crate::findings) fn without_credential<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    varied(case, Step::AccessToken, "credential").find(|one| one.status == Some(200))
}

/// The manifest of the other repository, where it was asked for.
pub(in crate::findings) fn sibling_manifest<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    varied(case, Step::Manifest, "repository").next()
}

/// The same manifest at the global login server.
pub(in crate::findings) fn at_global<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    let cell = case.this.cell;
    case.recording.transactions.iter().find(|one| {
        factor(one, "login server").is_some()
            && one.place.principal.as_deref() == Some(cell.principal.name.as_str())
            && one.place.target.as_deref() == Some(cell.target.image.as_str())
    })
}

/// The same manifest asked by GET, whoever of the rows asked.
pub(in crate::findings) fn with_words<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    let image = case.this.cell.target.image.as_str();
    case.recording
        .transactions
        .iter()
        .find(|one| factor(one, "method").is_some() && one.place.target.as_deref() == Some(image))
}

/// What the identity endpoint said when it was asked otherwise, and whose token it gave then.
pub(in crate::findings) fn identity_in_words(case: &Case<'_>, one: &Transaction) -> String {
    let said = experiment_in_words(one);
    let claims = case.recording.token_in(one).map(|token| &token.claims);
    let Some(claims) = claims.filter(|_| one.status == Some(200)) else {
        return said;
    };
    let (object, application) = (claims::object_id(claims), claims::app_id(claims));
    match (object, application) {
        (Some(object), Some(application)) => format!(
            "{said} That token is of the identity with the client id {application}, object {object}: that one is on this machine."
        ),
        _ => said,
    }
}
