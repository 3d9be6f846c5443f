//! The node and the client: whether the credential that is there is used at all.

pub mod client_flow_differs;
pub mod credential_provider_not_used;
pub mod fallback_noise;
mod host;
pub mod kubelet_qps;
pub mod login_server_mismatch;
pub mod login_server_not_matched;
mod plugin;
mod pods_without_secret;
pub mod protocol_mismatch;
pub mod pull_secret_not_referenced;
pub mod reference_parse;
#[cfg(test)]
mod tests;

use super::case::{Case, Judged};
use super::outcome::Verdict;
use crate::evidence::{Fact, Observation, Step, Transaction};

/// True for a host that older nodes do not take for a registry's.
pub(super) fn is_odd_host(registry: &str) -> bool {
    host::Shape::of(registry).is_some()
}

/// True for the row of the kubelet's plugins.
fn is_plugin_row(case: &Case<'_>) -> bool {
    case.this.cell.principal.kind == "credential-provider"
}

/// What left the plugins' row without a credential.
fn left_by<'a>(case: &Case<'a>) -> Option<(&'a Fact, &'a Observation)> {
    let is_left = case.this.outcome.verdict == Verdict::Untried && is_plugin_row(case);
    let fact = case.this.outcome.fact.filter(|_| is_left)?;
    Some((fact, &fact.observation))
}

/// The row of the kubelet's identity for the same scope.
fn kubelet<'a>(case: &Case<'a>) -> Option<&'a Judged<'a>> {
    let scope = case.this.cell.scope();
    case.others()
        .find(|other| other.cell.principal.name == "kubelet" && other.cell.scope() == scope)
}

/// What the row of the kubelet's identity says beside the plugins' row.
fn kubelet_in_words(case: &Case<'_>) -> &'static str {
    match kubelet(case).map(|row| row.outcome.verdict) {
        Some(Verdict::Granted) => {
            " The row kubelet is granted: the node's identity and its right are in order, and no pod here gets to use them."
        }
        Some(Verdict::Denied) => {
            " The row kubelet, which asks with the node's identity as the plugin would, is refused too: see there."
        }
        _ => "",
    }
}

/// What the kubelet does without a credential of its own.
const GOES_ON: &str = "The kubelet then tries the pod's pull secrets, and without one it lets the runtime pull anonymously: the \
    event says \"failed to fetch anonymous token\", and nothing of the reason.";

/// An experiment of this row at the access token, for the same image and scope, that passed.
fn passed_otherwise<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    let cell = case.this.cell;
    let fits = |part: &Option<String>, own: &str| part.as_deref().is_none_or(|one| one == own);
    let scope = cell.scope();
    case.experiments(Step::AccessToken).find(|one| {
        one.status == Some(200)
            && is_of_form(one)
            && fits(&one.place.target, &cell.target.image)
            && fits(&one.place.scope, &scope)
    })
}

/// True where the client's form was varied, and not the credential, the action or the repository.
fn is_of_form(one: &Transaction) -> bool {
    let varied = one.experiment.as_deref();
    varied.is_some_and(|varied| varied.starts_with("form "))
}

/// A request in one clause: method, and which grant or header it carried.
fn form_in_words(transaction: &Transaction) -> String {
    let form = &transaction.request.form;
    let grant = form.iter().find(|(name, _)| name == "grant_type");
    let basic = transaction
        .request
        .headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let how = match grant {
        Some((_, grant)) => format!(" with grant_type={grant}"),
        None if basic => " with Basic".to_owned(),
        None => String::new(),
    };
    format!("{}{how}", transaction.method)
}
