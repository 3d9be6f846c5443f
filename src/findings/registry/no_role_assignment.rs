//! The registry knows no right for this identity.

use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Rule, Telling};
use crate::token::claims::{self, AudienceKind, Lifetime};

/// The refusal at the exchange of an identity whose Entra token is in order.
pub static RULE: Rule = Rule {
    name: "no-role-assignment",
    family: Family::Registry,
    owner: Owner::Registry,
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
    let exchange = case.this.trace.last(Step::RefreshToken);
    if case.is_beyond(Step::RefreshToken) {
        return Answer::Refuted(
            Because::new("the exchange passed: the registry knows a right for it").citing(exchange),
        );
    }
    if !case.is_at(Step::RefreshToken, 401) {
        return Answer::Silent;
    }
    Answer::Consistent(
        Confidence::Likely,
        Because::new(
            "a good Entra token was refused at the exchange with 401, one error and no detail",
        )
        .citing(case.identity_answer())
        .citing(exchange)
        .separated_by(
            "the registry's role assignments for this object id (az role assignment list)",
        ),
    )
}

fn tell(case: &Case<'_>) -> Telling {
    let claims = case.identity_claims();
    let object = claims
        .and_then(claims::object_id)
        .unwrap_or_else(|| "its object id".into());
    let is_kubelet = case.principal() == "kubelet";
    let observed = case.observed();
    let mut telling = Telling::error("the registry refuses its identity at the token exchange (401)")
        .advise(format!("give object {object} the role AcrPull"))
        .explain(token_in_words(case))
        .explain(
            "The registry then answered POST /oauth2/exchange with 401, one error and no detail: it knows no right for this \
             identity. No repository was asked for yet, so later steps are untested.",
        );
    if is_kubelet {
        telling = telling.explain(
            "The pod's event says \"anonymous\" because the kubelet, left without a credential, let the container runtime pull \
             with none; only that last 401 was reported.",
        );
    }
    if let Some(granted) = granted_others(case) {
        telling = telling.explain(format!(
            "{granted} passes with another credential and another right: that says nothing about this identity."
        ));
    }
    telling.remedy(remedy::give_pull_role(&observed.view()))
}

/// What Entra said about this identity, and that it is in order.
fn token_in_words(case: &Case<'_>) -> String {
    let Some(claims) = case.identity_claims() else {
        return "Entra gave this identity a token; it could not be decoded, so its audience, tenant and lifetime are unknown.".into();
    };
    let audience = claims::audience(claims);
    let kind = audience.first().map(|one| claims::audience_kind(one));
    let audience_said = match kind {
        Some(AudienceKind::Acr) => "for the registry's own audience".to_owned(),
        Some(AudienceKind::Arm) => "for Azure Resource Manager".to_owned(),
        Some(AudienceKind::Foreign) | None => format!("for the audience {}", audience.join(", ")),
    };
    let lifetime: Lifetime = claims::lifetime(claims);
    let lifetime_said = match lifetime.seconds_left(case.now()) {
        Some(left) if left > 0 => format!(
            "valid for another {} min by the registry's clock",
            left / 60
        ),
        Some(left) => format!("expired {} min ago by the registry's clock", -left / 60),
        None => "of unknown lifetime".to_owned(),
    };
    let tenant = claims::tenant(claims).unwrap_or_else(|| "unknown".into());
    format!(
        "Entra gave this identity a token {audience_said}, tenant {tenant}, {lifetime_said} (decoded, not verified)."
    )
}

fn granted_others(case: &Case<'_>) -> Option<String> {
    use crate::findings::outcome::Verdict;
    let granted = case
        .others()
        .filter(|other| other.outcome.verdict == Verdict::Granted && other.cell.is_pull());
    let mut names: Vec<String> = granted
        .map(|other| other.cell.principal.name.clone())
        .collect();
    names.dedup();
    (!names.is_empty()).then(|| names.join(" and "))
}
