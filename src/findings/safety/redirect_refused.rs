//! A step that carries a credential was answered with a redirect.

use super::withheld;
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::remedy::{self, Observed};
use crate::findings::rule::{Family, Owner, Proof, Rule, Telling};

/// A redirect that was not followed.
pub static RULE: Rule = Rule {
    name: "redirect-refused",
    family: Family::Safety,
    owner: Owner::Registry,
    proof: Proof::Wire,
    summary: "a step that carries a credential was answered with a redirect",
    page: include_str!("redirect_refused.md"),
    examine: |case| super::examine(case, "redirect-refused"),
    tell,
    notice: None,
};

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let Some((withheld, fact)) = withheld(case, "redirect-refused") else {
        return Telling::error("a redirect would carry the credential elsewhere");
    };
    let destination = &withheld.destination;
    let step = fact.step.name();
    let status = case
        .decisive()
        .and_then(|one| one.status)
        .map_or_else(|| "a redirect".to_owned(), |status| status.to_string());
    // Past the challenge the registry itself has seen a credential; the redirect's target has not.
    let untouched = match fact.step {
        Step::Challenge => case.this.cell.target.registry.clone(),
        _ => target_of(destination),
    };
    let asked = case
        .decisive()
        .and_then(crate::evidence::Transaction::host)
        .unwrap_or_else(|| case.this.cell.target.registry.clone());
    Telling::error(format!(
        "the answer at {step} redirects to {destination}; it was not followed"
    ))
    .advise("find out who sends this redirect and who owns its target")
    .explain(format!(
        "{asked} answered {step} with {status} to {destination}. The credential would have gone there next. The request that \
         got this answer {}; nothing was sent on to {destination}. Later steps are untested.",
        what_was_sent(fact.step, &asked)
    ))
    .explain(
        "No redirect of an Azure registry is known at this step; only a layer may be fetched from elsewhere, and then without \
         the credential. A gateway or login page before the registry does this, or somebody who collects credentials.",
    )
    .remedy([remedy::leave_withheld(&Observed {
        login_server: &untouched,
        ..observed.view()
    })])
}

/// The host of the address that the redirect names, or that address as it is.
fn target_of(destination: &str) -> String {
    url::Url::parse(destination)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| destination.to_owned())
}

/// Only the first step asks without a credential.
fn what_was_sent(step: Step, asked: &str) -> String {
    match step {
        Step::Challenge => "carried no credential".to_owned(),
        Step::Resolve
        | Step::Connect
        | Step::Tls
        | Step::IdentityToken
        | Step::RefreshToken
        | Step::AccessToken
        | Step::Manifest
        | Step::Blob => format!("went to {asked} itself, as always"),
    }
}
