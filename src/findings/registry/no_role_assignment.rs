//! The registry knows no right for this identity.

use super::seen;
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// The refusal at the exchange of an identity whose Entra token is in order.
pub static RULE: Rule = Rule {
    name: "no-role-assignment",
    family: Family::Registry,
    owner: Owner::Registry,
    proof: Proof::ControlPlane,
    summary: "the registry knows no right for this identity",
    page: include_str!("no_role_assignment.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    if !case.is_entra() || case.stop() < Some(Step::RefreshToken) {
        return Answer::Silent;
    }
    // Where a right works there is nothing to rule out.
    if seen::is_granted_something(case) {
        return Answer::Silent;
    }
    if case.is_beyond(Step::RefreshToken) {
        return Answer::Refuted(
            Because::new("the exchange passed: the registry knows a right for it")
                .citing(seen::exchange(case)),
        );
    }
    if !seen::is_about_a_right(case) {
        return Answer::Silent;
    }
    if let Some(passed) = seen::passes_otherwise(case) {
        return Answer::Refuted(Because::new(seen::PASSES_OTHERWISE).citing(Some(passed)));
    }
    // Another identity with the right makes it likelier that the right went to the wrong one.
    let confidence = match seen::passed_other_identity(case) {
        Some(_) => Confidence::Possible,
        None => Confidence::Likely,
    };
    Answer::Consistent(
        confidence,
        Because::new(
            "an Entra token was refused at the exchange with 401, one error and no detail",
        )
        .citing(case.identity_answer())
        .citing(seen::exchange(case))
        .separated_by(
            "the registry's role assignments for this object id (az role assignment list)",
        ),
    )
}

fn tell(case: &Case<'_>) -> Telling {
    let object = seen::object_in_words(case);
    let mut telling =
        Telling::error("the registry refuses its identity at the token exchange (401)")
            .advise(format!("give object {object} the role AcrPull"))
            .explain(seen::token_in_words(case))
            .explain(format!(
                "The registry knows no right for this identity: {}",
                seen::refusal_in_words(case)
            ));
    if let Some(event) = seen::event_in_words(case) {
        telling = telling.explain(event);
    }
    if let Some(granted) = granted_others(case) {
        telling = telling.explain(format!(
            "{granted} passes with another credential and another right: that says nothing about this identity."
        ));
    }
    telling.remedy(remedy::give_pull_role(&case.observed().view()))
}

fn granted_others(case: &Case<'_>) -> Option<String> {
    let granted = case
        .others()
        .filter(|other| other.outcome.is_allowed() && other.cell.is_pull());
    let mut names: Vec<String> = granted
        .map(|other| other.cell.principal.name.clone())
        .collect();
    names.dedup();
    (!names.is_empty()).then(|| names.join(" and "))
}
