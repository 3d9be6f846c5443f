//! The identity lives in another tenant than the registry, or the exchange named the wrong one.

use super::seen;
use crate::evidence::Transaction;
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};
use crate::token::claims;

/// The refusal of an identity whose tenant may not be the registry's.
pub static RULE: Rule = Rule {
    name: "wrong-tenant",
    family: Family::Registry,
    owner: Owner::Caller,
    proof: Proof::Experiment,
    summary: "the identity belongs to another Entra tenant than the registry",
    page: include_str!("wrong_tenant.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    if !seen::is_about_a_right(case) {
        return Answer::Silent;
    }
    let because = Because::new("the registry may belong to another tenant")
        .citing(case.identity_answer())
        .citing(seen::exchange(case))
        .separated_by(
            "the registry's tenant (az account show for the registry's subscription), beside tid",
        );
    if let Some(passed) = passed_with_its_own(case) {
        return Answer::Confirmed(
            Because::new("the same token passes where the exchange names the token's own tenant")
                .citing(case.identity_answer())
                .citing(seen::exchange(case))
                .citing(Some(passed)),
        );
    }
    let because = because.citing(seen::own_tenant(case));
    let Some(own) = own_tenant(case) else {
        return Answer::Consistent(Confidence::Possible, because);
    };
    if named_tenant(case).is_some_and(|named| !named.eq_ignore_ascii_case(&own)) {
        return Answer::Consistent(Confidence::Likely, because);
    }
    match registry_tenant(case) {
        Some((tenant, fellow)) if tenant.eq_ignore_ascii_case(&own) => Answer::Refuted(
            Because::new("an identity of the same tenant passes the exchange at this registry")
                .citing(seen::exchange(&fellow)),
        ),
        Some((_, fellow)) => {
            Answer::Consistent(Confidence::Likely, because.citing(seen::exchange(&fellow)))
        }
        None if seen::passes_otherwise(case).is_some() => {
            let passed = seen::passes_otherwise(case);
            Answer::Refuted(Because::new(seen::PASSES_OTHERWISE).citing(passed))
        }
        None => Answer::Consistent(Confidence::Possible, because),
    }
}

/// The experiment with the token's own tenant, where it passed: only the name was wrong.
fn passed_with_its_own<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    seen::own_tenant(case).filter(|one| one.status == Some(200))
}

/// `tid` of this cell's Entra token.
fn own_tenant(case: &Case<'_>) -> Option<String> {
    case.identity_claims().and_then(claims::tenant)
}

/// The tenant that the exchange named: for the kubelet `tenantId` of azure.json. Other clients name none.
fn named_tenant<'a>(case: &Case<'a>) -> Option<&'a str> {
    let named = seen::sent(seen::exchange(case)?, "tenant")?;
    (!named.is_empty()).then_some(named)
}

/// The registry's tenant, as the tokens of an identity that it takes show it.
fn registry_tenant<'a>(case: &Case<'a>) -> Option<(String, Case<'a>)> {
    seen::passed_fellows(case).find_map(|fellow| {
        let refresh = fellow
            .refresh_token()
            .and_then(|token| claims::tenant(&token.claims));
        Some((refresh.or_else(|| own_tenant(&fellow))?, fellow))
    })
}

fn tell(case: &Case<'_>) -> Telling {
    if let Some(passed) = passed_with_its_own(case) {
        return misnamed(case, passed);
    }
    let observed = case.observed();
    let own = own_tenant(case).unwrap_or_else(|| "unknown".into());
    let other = registry_tenant(case).map(|(tenant, fellow)| {
        format!(
            "{} passes the exchange, and its tenant is {tenant}: that is the registry's.",
            fellow.principal()
        )
    });
    let named = named_tenant(case).filter(|named| !named.eq_ignore_ascii_case(&own));
    let mut telling = Telling::error(format!(
        "the registry refuses its identity at the token exchange (401); its tenant, {own}, may not be the registry's"
    ))
    .advise(format!("compare tenant {own} with the registry's"))
    .explain(seen::token_in_words(case))
    .explain(seen::refusal_in_words(case));
    if let Some(named) = named {
        telling = telling.explain(format!(
            "The exchange named tenant {named} (tenantId of azure.json), the token is of tenant {own}. Either the identity lives \
             in another tenant, or only azure.json names the wrong one."
        ));
    }
    if let Some(refused) = seen::own_tenant(case) {
        telling = telling
            .explain(seen::experiment_in_words(refused))
            .explain("So the name in azure.json is not all: the identity itself is refused.");
    }
    if let Some(other) = other {
        telling = telling.explain(other);
    }
    telling
        .explain("A registry takes the tokens of one tenant, that of its subscription.")
        .remedy([remedy::ask_tenant(&observed.view()), remedy::cross_tenant()])
}

/// The identity is of the registry's tenant, and `azure.json` names another.
fn misnamed(case: &Case<'_>, passed: &Transaction) -> Telling {
    let observed = case.observed();
    let (named, own) = (named_tenant(case).unwrap_or_default(), own_tenant(case));
    let own = own.unwrap_or_else(|| "unknown".into());
    let mut telling = Telling::error(format!(
        "azure.json names tenant {named} and its identity is of {own}: the exchange is refused with the one (401) and passes \
         with the other"
    ))
    .advise(format!("correct tenantId in azure.json to {own}"))
    .explain(seen::token_in_words(case))
    .explain(seen::refusal_in_words(case))
    .explain(seen::experiment_in_words(passed));
    if let Some(event) = seen::event_in_words(case) {
        telling = telling.explain(event);
    }
    telling.remedy([
        remedy::ask_tenant(&observed.view()),
        remedy::reconcile_identity(&observed.view()),
    ])
}
