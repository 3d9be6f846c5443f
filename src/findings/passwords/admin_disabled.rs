//! The registry's admin user is switched off, which is the default.

use super::{Holder, given_elsewhere, holder, is_refused, refusal_in_words, says};
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// What a wrong admin password looks like too; only the control plane tells.
pub static RULE: Rule = Rule {
    name: "admin-disabled",
    family: Family::Passwords,
    owner: Owner::Registry,
    proof: Proof::ControlPlane,
    summary: "the registry's admin user is switched off",
    page: include_str!("admin_disabled.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    if !is_refused(case) || holder(case) != Holder::Admin {
        return Answer::Silent;
    }
    if let Some(given) = given_elsewhere(case) {
        return Answer::Refuted(
            Because::new("the same user name and password are given a token for something else")
                .citing(Some(given)),
        );
    }
    let because = Because::new("a switched-off admin user is refused as a wrong password is")
        .citing(case.decisive())
        .separated_by("az acr show --query adminUserEnabled");
    // No such words are known from the registry itself; where it says them, they decide.
    if says(case, "admin user is disabled") {
        return Answer::Confirmed(because);
    }
    Answer::Consistent(Confidence::Possible, because)
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    Telling::error("the registry refuses the admin user and its password (401); it may be switched off")
        .advise("see whether the admin user is on; for nodes and pipelines an identity is the better way")
        .explain(refusal_in_words(case))
        .explain(
            "The admin user is off by default, and then no password works for it. The registry says the same to a wrong \
             password, so only its settings tell the two apart.",
        )
        .remedy([
            remedy::ask_admin(&observed.view()),
            remedy::enable_admin(&observed.view()),
        ])
}
