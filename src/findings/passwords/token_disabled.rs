//! A repository-scoped token that is switched off, or whose password has run out.

use super::{Holder, given_elsewhere, holder, is_refused, refusal_in_words, says, user_in_words};
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// What a token's wrong password looks like too; only the control plane tells.
pub static RULE: Rule = Rule {
    name: "token-disabled",
    family: Family::Passwords,
    owner: Owner::Registry,
    proof: Proof::ControlPlane,
    summary: "the repository-scoped token is disabled, or its password has run out",
    page: include_str!("token_disabled.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    let is_of_a_token = matches!(holder(case), Holder::Token(_))
        && !says(case, "invalid clientid or client secret")
        && !says(case, "must be guid");
    if !is_refused(case) || !is_of_a_token {
        return Answer::Silent;
    }
    if let Some(given) = given_elsewhere(case) {
        return Answer::Refuted(
            Because::new("the same user name and password are given a token for something else")
                .citing(Some(given)),
        );
    }
    Answer::Consistent(
        Confidence::Possible,
        Because::new("a disabled token is refused as a wrong password is")
            .citing(case.decisive())
            .separated_by("the token's status and its passwords' end (az acr token show)"),
    )
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let name = user_in_words(case);
    Telling::error(format!(
        "the registry refuses the token {name} and its password (401); it may be disabled"
    ))
    .advise(format!("see whether {name} is enabled and when its password ends"))
    .explain(refusal_in_words(case))
    .explain(
        "A token that is disabled, a password that has run out and one that was made less than 60 seconds ago are refused alike.",
    )
    .remedy([
        remedy::token_show(&observed.view(), &name),
        remedy::new_token_password(&observed.view(), &name),
    ])
}
