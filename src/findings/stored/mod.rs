//! Credentials in files: docker configs, pull secrets and the programs that docker asks.

pub mod acr_refresh_token_expired;
pub mod credential_key_mismatch;
pub mod credhelper_missing;
pub mod docker_config_malformed;
mod renew;
pub mod stale_docker_credential;
#[cfg(test)]
mod tests;

use super::case::Case;
use super::outcome::Verdict;
use crate::evidence::{
    CredentialForm, CredentialShown, Exec, Fact, FileRead, Observation, PlannedPrincipal,
};

/// True for a row whose credential lies in a docker config or a pull secret.
fn is_stored(principal: &PlannedPrincipal) -> bool {
    principal.kind == "stored"
}

/// True for a pull secret: the kubelet's rules count, and another remedy.
fn is_pull_secret(case: &Case<'_>) -> bool {
    case.principal().starts_with("pull-secret:")
}

/// What left a stored row without a credential.
fn left_by<'a>(case: &Case<'a>) -> Option<(&'a Fact, &'a Observation)> {
    let is_left =
        case.this.outcome.verdict == Verdict::Untried && is_stored(case.this.cell.principal);
    let fact = case.this.outcome.fact.filter(|_| is_left)?;
    Some((fact, &fact.observation))
}

/// An entry that is there, or not, and is not presented.
fn left_by_entry<'a>(case: &Case<'a>) -> Option<(&'a Fact, &'a CredentialShown)> {
    match left_by(case)? {
        (fact, Observation::Credential(shown)) => Some((fact, shown)),
        _ => None,
    }
}

/// A program that gave nothing usable.
fn left_by_program<'a>(case: &Case<'a>) -> Option<(&'a Fact, &'a Exec)> {
    match left_by(case)? {
        (fact, Observation::Exec(exec)) => Some((fact, exec)),
        _ => None,
    }
}

/// What was presented, with the fact that says so.
pub(super) fn presented<'a>(case: &Case<'a>) -> Option<(&'a Fact, &'a CredentialShown)> {
    case.this
        .trace
        .facts
        .iter()
        .find_map(|fact| match &fact.observation {
            Observation::Credential(shown) if shown.form.is_presented() => Some((*fact, shown)),
            _ => None,
        })
}

/// True where an identity token was presented.
pub(super) fn is_identity_token(case: &Case<'_>) -> bool {
    presented(case).is_some_and(|(_, shown)| shown.form == CredentialForm::IdentityToken)
}

/// True where what was presented is the entry without name and password.
pub(super) fn is_nobodys(case: &Case<'_>) -> bool {
    presented(case).is_some_and(|(_, shown)| shown.form == CredentialForm::Anonymous)
}

/// A row's file, as far as it was shown.
fn file<'a>(case: &Case<'a>) -> Option<&'a FileRead> {
    case.this
        .trace
        .facts
        .iter()
        .find_map(|fact| match &fact.observation {
            Observation::File(file) => Some(file),
            _ => None,
        })
}

/// The keys that the file has, for a sentence; none where it has none.
fn keys_in_words(case: &Case<'_>) -> Option<String> {
    let auths = file(case)?.shown.get("auths")?.as_array()?;
    let keys: Vec<String> = auths
        .iter()
        .filter_map(|key| key.as_str())
        .map(|key| format!("\"{key}\""))
        .collect();
    (!keys.is_empty()).then(|| keys.join(", "))
}

/// What the client does without a credential, and what comes of it where that was tried.
pub(super) fn goes_on_anonymously(case: &Case<'_>) -> String {
    let tried = case.others().find(|other| {
        other.cell.principal.kind == "anonymous" && other.cell.scope() == case.this.cell.scope()
    });
    let comes_of_it = match tried.map(|other| other.outcome.verdict) {
        Some(Verdict::Granted) => " The registry lets that pass: see the row anonymous.",
        Some(Verdict::Denied) => {
            " The registry refuses that: see the row anonymous, whose refusal is what the client's error would show."
        }
        _ => "",
    };
    format!(
        "A client that reads this goes on without a credential, anonymously.{comes_of_it} No request was made for this row."
    )
}
