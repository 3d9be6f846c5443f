//! The user name is known, and the password that came with it is wrong.

use super::{Holder, given_elsewhere, holder, is_refused, refusal_in_words, user_in_words};
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::identity::aadsts;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// The likeliest meaning of a refused pair.
pub static RULE: Rule = Rule {
    name: "bad-password",
    family: Family::Passwords,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the password or secret is wrong",
    page: include_str!("bad_password.md"),
    examine,
    tell,
    notice: None,
};

/// Entra's number for a wrong secret.
const WRONG_SECRET: &str = "7000215";

fn examine(case: &Case<'_>) -> Answer {
    if case.stop() == Some(Step::IdentityToken) {
        return match case.decisive() {
            Some(answer) if aadsts(answer).as_deref() == Some(WRONG_SECRET) => Answer::Confirmed(
                Because::new("Entra says that the secret is wrong").citing(Some(answer)),
            ),
            _ => Answer::Silent,
        };
    }
    if !is_refused(case) {
        return Answer::Silent;
    }
    if let Some(given) = given_elsewhere(case) {
        return Answer::Refuted(
            Because::new("the same user name and password are given a token for something else")
                .citing(Some(given)),
        );
    }
    Answer::Consistent(
        Confidence::Likely,
        Because::new("the token endpoint refuses the user name and password with 401")
            .citing(case.decisive())
            .separated_by(separate_by(case)),
    )
}

fn separate_by(case: &Case<'_>) -> &'static str {
    match holder(case) {
        Holder::Admin => {
            "the present password, tried without showing it (az acr credential show | acr-probe)"
        }
        Holder::Application(_) => "the same pair at Entra: 7000215 is wrong, 7000222 is expired",
        Holder::RefreshToken => "exp of the stored token (acr-probe decode)",
        Holder::Token(_) => "the token's state and passwords (az acr token show)",
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let view = observed.view();
    let user = user_in_words(case);
    if case.stop() == Some(Step::IdentityToken) {
        return refused_by_entra(case, &user);
    }
    let what = match holder(case) {
        Holder::Admin => format!("the password of the admin user {user}"),
        Holder::Application(_) => format!("the secret of application {user}, wrong or expired"),
        Holder::RefreshToken => "the stored ACR refresh token".to_owned(),
        Holder::Token(_) => format!("the password of {user}"),
    };
    let telling = Telling::error(format!("the registry refuses {what} (401)"))
        .explain(refusal_in_words(case));
    match holder(case) {
        Holder::Admin => telling
            .advise("put the admin user's present password into every copy, if the admin user is on")
            .explain(
                "Either the password was regenerated and this copy is old, or the admin user is off; the registry says the same \
                 to both. A regeneration needs up to 60 seconds.",
            )
            .remedy([remedy::ask_admin(&view), remedy::admin_password_show(&view)]),
        Holder::Application(id) => telling
            .advise("see when the secret ended; if it has not, the value (not its id) is wrong")
            .explain(
                "The registry has one answer for a wrong secret and for an expired one. Entra tells them apart. A frequent slip: \
                 the secret's id was stored in place of its value.",
            )
            .remedy([
                remedy::expired_secrets(Some(&id)),
                remedy::new_secret(&view, Some(&id)),
            ]),
        Holder::RefreshToken => telling
            .advise("sign in again, or use a credential that lasts: an ACR refresh token lives 3 hours")
            .explain(
                "This user name goes with an ACR refresh token, as az acr login --expose-token prints it. Stored in a pull \
                 secret it dies within hours.",
            )
            .remedy(remedy::give_pull_role(&view)),
        Holder::Token(name) => telling
            .advise(format!("see whether the token {name} is enabled, then give it a new password"))
            .explain(
                "A token that is disabled and a password that has expired or was regenerated less than 60 seconds ago are \
                 answered in the same way.",
            )
            .remedy([
                remedy::token_show(&view, &name),
                remedy::new_token_password(&view, &name),
            ]),
    }
}

/// Entra tells a wrong secret from an expired one.
fn refused_by_entra(case: &Case<'_>, application: &str) -> Telling {
    let said = case.decisive().map(seen::answer_in_words);
    let observed = case.observed();
    Telling::error(format!(
        "Entra says that the secret of application {application} is wrong (AADSTS{WRONG_SECRET})"
    ))
    .advise("put the secret's present value into this copy: the value, not its id")
    .explain(said.unwrap_or_default())
    .explain(format!(
        "Tenant and application are right, and the secret has not run out: Entra would say so. It came from: {}. A frequent slip: \
         the secret's id was stored in place of its value, which the portal shows only once. The registry was not asked.",
        case.this.cell.principal.source
    ))
    .remedy([
        remedy::expired_secrets(Some(application)),
        remedy::new_secret(&observed.view(), Some(application)),
    ])
}
