//! The Entra token is for something that is neither the registry service nor Azure Resource Manager.

use super::seen;
use crate::evidence::{Step, Transaction};
use crate::findings::case::Case;
use crate::findings::identity::aadsts;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};
use crate::token::claims::{self, AudienceKind};

/// Entra does not know the audience, or the token is for another one.
pub static RULE: Rule = Rule {
    name: "wrong-audience",
    family: Family::Registry,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the Entra token is for something else than registries",
    page: include_str!("wrong_audience.md"),
    examine,
    tell,
    notice: None,
};

/// The resource is not in the tenant (50001, 500011), or its service principal there is disabled (500014).
const UNKNOWN_RESOURCE: [&str; 3] = ["50001", "500011", "500014"];

fn examine(case: &Case<'_>) -> Answer {
    if case.stop() == Some(Step::IdentityToken) {
        return match case.decisive() {
            Some(answer) if is_unknown_resource(answer) => Answer::Confirmed(
                Because::new("Entra does not know the audience in this tenant")
                    .citing(Some(answer)),
            ),
            _ => Answer::Silent,
        };
    }
    if !seen::is_refused_at_exchange(case) {
        return Answer::Silent;
    }
    if let Some(passed) = seen::exchange_with(case, AudienceKind::Arm, 200) {
        return Answer::Consistent(
            Confidence::Likely,
            Because::new("the same identity passes with a token for Azure Resource Manager")
                .citing(seen::exchange(case))
                .citing(Some(passed))
                .separated_by("aud of the two Entra tokens side by side"),
        );
    }
    match seen::audience(case) {
        Some(AudienceKind::Acr) => Answer::Refuted(
            Because::new("the Entra token is for the registry's own audience")
                .citing(case.identity_answer()),
        ),
        Some(AudienceKind::Foreign) => Answer::Consistent(
            Confidence::Likely,
            Because::new("the Entra token is for something else than registries")
                .citing(case.identity_answer())
                .citing(seen::exchange(case))
                .separated_by(
                    "the same exchange with a token for https://containerregistry.azure.net",
                ),
        ),
        Some(AudienceKind::Arm) | None => Answer::Silent,
    }
}

fn is_unknown_resource(answer: &Transaction) -> bool {
    let by_number = aadsts(answer).is_some_and(|code| UNKNOWN_RESOURCE.contains(&code.as_str()));
    by_number
        || answer
            .identity_error()
            .is_some_and(|(error, _)| error == "invalid_resource")
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let telling = match case
        .decisive()
        .filter(|_| case.stop() == Some(Step::IdentityToken))
    {
        Some(answer) => unknown_resource(answer),
        None => refused(case),
    };
    telling.remedy([remedy::ask_audience(&observed.view())])
}

fn unknown_resource(answer: &Transaction) -> Telling {
    let audience = seen::asked(answer, "resource").unwrap_or_else(|| "that was asked for".into());
    Telling::error(format!(
        "Entra gives no token for the audience {audience} in this tenant ({})",
        aadsts(answer).map_or_else(
            || "invalid_resource".to_owned(),
            |code| format!("AADSTS{code}")
        )
    ))
    .advise("let an Entra administrator look for the service principal of Azure Container Registry in this tenant")
    .explain(seen::answer_in_words(answer))
    .explain(
        "The identity is known; what it asked a token for is not. The registry was not asked, so every later step is untested. \
         Where https://containerregistry.azure.net cannot be had, a client may ask for Azure Resource Manager's audience, as \
         long as the registry takes it: the command below shows that.",
    )
}

fn refused(case: &Case<'_>) -> Telling {
    let audience = case
        .identity_claims()
        .map(|all| claims::audience(all).join(", "))
        .filter(|named| !named.is_empty())
        .unwrap_or_else(|| "unknown".into());
    let telling = Telling::error(format!(
        "the registry refuses a token made for {audience} at the token exchange (401)"
    ))
    .advise("let the client ask for https://containerregistry.azure.net")
    .explain(seen::token_in_words(case))
    .explain(seen::refusal_in_words(case));
    if seen::exchange_with(case, AudienceKind::Arm, 200).is_some() {
        return telling.explain(
            "The same identity passes with a token for Azure Resource Manager: it has a right here, and the audience alone \
             makes the difference.",
        );
    }
    telling.explain(
        "A registry takes tokens for https://containerregistry.azure.net, and by default those for Azure Resource Manager. \
         Whether this identity has a right on the registry is untested until it comes with such a token.",
    )
}
