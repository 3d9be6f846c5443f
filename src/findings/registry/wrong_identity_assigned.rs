//! The role was given, but to another identity.

use super::seen;
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// The refusal of one identity beside another that passes the very same exchange.
pub static RULE: Rule = Rule {
    name: "wrong-identity-assigned",
    family: Family::Registry,
    owner: Owner::Registry,
    proof: Proof::Experiment,
    summary: "the role was given to another identity than the one that pulls",
    page: include_str!("wrong_identity_assigned.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    if !seen::is_about_a_right(case) {
        return Answer::Silent;
    }
    if let Some(passed) = seen::passes_otherwise(case) {
        return Answer::Refuted(Because::new(seen::PASSES_OTHERWISE).citing(Some(passed)));
    }
    let refused = Because::new("the registry may know another identity of this machine or cluster")
        .citing(case.identity_answer())
        .citing(seen::exchange(case))
        .separated_by(
            "a second row with the cluster's other identity (--principal managed-identity:client-id=ID), \
             or the role assignments",
        );
    match seen::passed_other_identity(case) {
        Some(fellow) => {
            Answer::Consistent(Confidence::Likely, refused.citing(seen::exchange(&fellow)))
        }
        None => Answer::Consistent(Confidence::Possible, refused),
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let object = seen::object_in_words(case);
    let telling = match seen::passed_other_identity(case) {
        Some(fellow) => Telling::error(format!(
            "the registry refuses its identity at the token exchange (401) and takes that of {}",
            fellow.principal()
        ))
        .advise(format!(
            "give object {object} the role; so far object {} has one",
            seen::object_in_words(&fellow)
        ))
        .explain(seen::token_in_words(case))
        .explain(seen::refusal_in_words(case))
        .explain(format!(
            "{} passes the very same exchange. Two identities, one registry, one machine: what differs is the right. An AKS \
             cluster has several identities, and only the kubelet's pulls images.",
            fellow.principal()
        )),
        None => Telling::error(
            "the registry refuses its identity at the token exchange (401); another identity may have the role",
        )
        .advise(format!("compare object {object} with the registry's role assignments"))
        .explain(seen::token_in_words(case))
        .explain(seen::refusal_in_words(case)),
    };
    telling
        .remedy([remedy::list_assignments(&observed.view())])
        .remedy(remedy::give_pull_role(&observed.view()))
}
