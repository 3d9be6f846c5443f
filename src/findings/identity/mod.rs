//! Entra, IMDS, and the node's own file.

pub mod azure_json_unusable;
pub mod identity_not_found;
pub mod imds_throttled;
pub mod imds_unreachable;
pub mod multiple_identities;
#[cfg(test)]
mod tests;

use crate::evidence::{Step, Transaction};
use crate::findings::case::Case;

/// The number of Entra's error (`AADSTS700016` is `700016`), where the answer has one.
pub(in crate::findings) fn aadsts(answer: &Transaction) -> Option<String> {
    let body = answer.body.as_deref()?;
    let digits: String = body
        .split("AADSTS")
        .nth(1)?
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    (!digits.is_empty()).then_some(digits)
}

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

/// What a stop at the identity token leaves open.
const UNTESTED: &str = "The registry was not asked to exchange anything, so every later step is untested: a missing role, for \
                        one, would only show once this is mended.";
