//! Entra, IMDS, and the node's own file.

mod aadsts;
pub mod app_not_in_tenant;
pub mod assertion_expired;
mod authority;
pub mod azure_json_unusable;
pub mod entra_unreachable;
pub mod federated_subject_mismatch;
pub mod identity_not_found;
pub mod imds_throttled;
pub mod imds_unreachable;
pub mod multiple_identities;
mod presented;
pub mod sovereign_cloud_mismatch;
#[cfg(test)]
mod tests;

pub(in crate::findings) use aadsts::{aadsts, known};

use crate::evidence::{Step, Transaction};
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::Telling;

/// The answer of the identity endpoint that stopped this cell.
fn stopped_by<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    case.decisive()
        .filter(|one| one.step == Step::IdentityToken && case.stop() == Some(Step::IdentityToken))
}

/// True where the endpoint refused with words that hold this text.
fn refuses_with(case: &Case<'_>, text: &str) -> bool {
    stopped_by(case).is_some_and(|answer| {
        matches!(answer.status, Some(400 | 401 | 403))
            && answer
                .body
                .as_deref()
                .is_some_and(|body| body.to_ascii_lowercase().contains(text))
    })
}

/// What Entra's number means and wants changed, where no rule of its own speaks of it.
pub(in crate::findings) fn by_number(case: &Case<'_>) -> Option<Telling> {
    let answer = stopped_by(case)?;
    let number = aadsts(answer)?;
    let observed = case.observed();
    let telling = match aadsts::find(&number) {
        Some(code) => Telling::error(format!("{} (AADSTS{number})", code.meaning))
            .advise(code.change)
            .remedy([remedy::as_entra_says(code.change, code.who)]),
        None => Telling::error(format!(
            "Entra refuses with AADSTS{number}, and no rule accounts for it"
        ))
        .advise(format!(
            "look the number up: https://login.microsoftonline.com/error?code={number}"
        ))
        .remedy([remedy::open_ticket(&observed.view())]),
    };
    Some(
        telling
            .explain(seen::answer_in_words(answer))
            .explain(
                "Entra gave the reason; this catalogue has no rule of its own for it. Time, trace id and correlation id of the \
                 refusal are in the recording: the tenant's sign-in log is searched by them.",
            )
            .explain(UNTESTED),
    )
}

/// What a stop at the identity token leaves open.
const UNTESTED: &str = "The registry was not asked to exchange anything, so every later step is untested: a missing role, for \
                        one, would only show once this is mended.";
