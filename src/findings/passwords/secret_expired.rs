//! The service principal's secret has run out.

use super::{Holder, given_elsewhere, holder, is_refused, refusal_in_words, says, user_in_words};
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::identity::aadsts;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// What a wrong secret looks like too; Entra alone tells.
pub static RULE: Rule = Rule {
    name: "secret-expired",
    family: Family::Passwords,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the service principal's secret has run out",
    page: include_str!("secret_expired.md"),
    examine,
    tell,
    notice: None,
};

/// Entra's number for an expired secret.
const EXPIRED: &str = "7000222";

fn examine(case: &Case<'_>) -> Answer {
    if case.stop() == Some(Step::IdentityToken) {
        return match case.decisive() {
            Some(answer) if aadsts(answer).as_deref() == Some(EXPIRED) => Answer::Confirmed(
                Because::new("Entra says that the secret has expired").citing(Some(answer)),
            ),
            _ => Answer::Silent,
        };
    }
    if !is_refused(case) || !is_application(case) {
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
        Because::new("the registry answers an expired secret as it does a wrong one")
            .citing(case.decisive())
            .separated_by("the same pair at Entra: 7000222 is expired, 7000215 is wrong; or the secret's end date"),
    )
}

fn is_application(case: &Case<'_>) -> bool {
    match holder(case) {
        Holder::Application(_) => true,
        Holder::Token(_) => says(case, "invalid clientid or client secret"),
        Holder::Admin | Holder::RefreshToken => false,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let id = user_in_words(case);
    let telling = if case.stop() == Some(Step::IdentityToken) {
        let said = case.decisive().map(seen::answer_in_words);
        Telling::error(format!(
            "the secret of application {id} has expired (AADSTS{EXPIRED})"
        ))
        .explain(said.unwrap_or_default())
    } else {
        Telling::error(format!(
            "the registry refuses the secret of application {id} (401); it may have expired"
        ))
        .explain(refusal_in_words(case))
    };
    telling
        .advise("see when the secret ended, and put a new one into every copy")
        .explain("Secrets often live for exactly one year; a pull that worked that long and fails everywhere at once is typical.")
        .remedy([
            remedy::expired_secrets(Some(&id)),
            remedy::new_secret(&observed.view(), Some(&id)),
        ])
}
