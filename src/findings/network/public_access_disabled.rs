//! The registry answers only through its private endpoint, and this request came in publicly.

use super::firewall_ip::{Forbidden, SEPARATE, path_words};
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// The same 403 as the firewall's; only the control plane tells the two apart.
pub static RULE: Rule = Rule {
    name: "public-access-disabled",
    family: Family::Network,
    owner: Owner::Registry,
    proof: Proof::ControlPlane,
    summary: "the registry admits no public network at all",
    page: include_str!("public_access_disabled.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    match Forbidden::of(case) {
        Some(forbidden) if forbidden.is_own && !forbidden.knows_caller(case) => Answer::Consistent(
            Confidence::Possible,
            Because::new("the 403 is the same where public access is off altogether")
                .citing(Some(forbidden.answer))
                .separated_by(SEPARATE),
        ),
        _ => Answer::Silent,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    Telling::error("the registry admits no requests from public networks (403)")
        .advise("come through the registry's private endpoint")
        .explain(format!(
            "The registry answered 403. {} Identities are not judged yet, so this holds whoever asks; later steps are \
             untested.",
            path_words(case)
        ))
        .remedy([
            remedy::ask_public_access(&observed.view()),
            remedy::public_access_enable(&observed.view()),
        ])
}
