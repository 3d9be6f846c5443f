//! The registry takes no Entra token that was made for Azure Resource Manager.

use super::seen;
use crate::evidence::{Step, Transaction};
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{
    Answer, Because, Confidence, Family, Notice, Overview, Owner, Proof, Rule, Telling,
};
use crate::token::claims::AudienceKind;

/// One identity, two audiences, two answers.
pub static RULE: Rule = Rule {
    name: "arm-audience-disabled",
    family: Family::Registry,
    owner: Owner::Registry,
    proof: Proof::Experiment,
    summary: "the registry takes no Entra token made for Azure Resource Manager",
    page: include_str!("arm_audience_disabled.md"),
    examine,
    tell,
    notice: Some(notice),
};

fn examine(case: &Case<'_>) -> Answer {
    if !seen::is_refused_at_exchange(case) {
        return Answer::Silent;
    }
    match seen::audience(case) {
        Some(AudienceKind::Acr) => Answer::Refuted(
            Because::new("the registry's own audience was asked").citing(case.identity_answer()),
        ),
        Some(AudienceKind::Arm) => refused_with_arm(case),
        Some(AudienceKind::Foreign) | None => Answer::Silent,
    }
}

fn refused_with_arm(case: &Case<'_>) -> Answer {
    let because = Because::new("a token for Azure Resource Manager was refused")
        .citing(case.identity_answer())
        .citing(seen::exchange(case));
    match seen::exchange_with(case, AudienceKind::Acr, 200) {
        Some(passed) => Answer::Confirmed(because.citing(Some(passed))),
        None => Answer::Consistent(
            Confidence::Possible,
            because.separated_by(
                "the same exchange with a token for https://containerregistry.azure.net",
            ),
        ),
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    Telling::error(
        "the registry refuses a token made for Azure Resource Manager at the token exchange (401)",
    )
    .advise(ASK_FOR)
    .explain(seen::token_in_words(case))
    .explain(seen::refusal_in_words(case))
    .explain(WHY)
    .remedy([
        remedy::ask_audience(&observed.view()),
        remedy::arm_audience_enable(&observed.view()),
    ])
}

const ASK_FOR: &str = "let the client ask Entra for https://containerregistry.azure.net, or take a newer one that does";

const WHY: &str = "Every registry takes tokens made for https://containerregistry.azure.net. Tokens for Azure Resource Manager \
                   can be switched off (azureADAuthenticationAsArmPolicy). Clients that send those: the kubelet's provider \
                   before 1.29.14, 1.30.11, 1.31.5 and 1.32.4, az aks check-acr, and older builds of docker-credential-acr-env.";

/// The experiment beside an exchange that passed: this row is not hit, older clients are.
fn notice(overview: &Overview<'_>) -> Vec<Notice> {
    let mut notices: Vec<(String, Notice)> = Vec::new();
    for case in overview.cases() {
        let Some((passed, refused)) = differential(&case) else {
            continue;
        };
        let registry = case.this.cell.target.registry.clone();
        match notices.iter_mut().find(|(own, _)| *own == registry) {
            Some((_, one)) => add(one, &case, passed, refused),
            None => {
                let mut one = first(&case);
                add(&mut one, &case, passed, refused);
                notices.push((registry, one));
            }
        }
    }
    notices.into_iter().map(|(_, one)| one).collect()
}

/// The exchange that passed and the one that was refused, with the audience alone varied.
fn differential<'a>(case: &Case<'a>) -> Option<(&'a Transaction, &'a Transaction)> {
    let passed = seen::exchange(case).filter(|one| one.status == Some(200))?;
    if seen::audience(case) != Some(AudienceKind::Acr) || !case.is_beyond(Step::RefreshToken) {
        return None;
    }
    Some((passed, seen::exchange_with(case, AudienceKind::Arm, 401)?))
}

fn first(case: &Case<'_>) -> Notice {
    let observed = case.observed();
    Notice {
        principals: vec![],
        scopes: vec![],
        confidence: Confidence::Proven,
        because: Because::new("one identity, two audiences, two answers"),
        telling: Telling::warning(format!(
            "{} takes no Entra token made for Azure Resource Manager: older clients are refused, this one is not",
            case.this.cell.target.registry
        ))
        .advise(ASK_FOR)
        .explain(format!(
            "{} was exchanged with the registry's own audience and refused with the one of Azure Resource Manager; nothing else \
             was varied.",
            case.principal()
        ))
        .explain(WHY)
        .remedy([
            remedy::ask_audience(&observed.view()),
            remedy::arm_audience_enable(&observed.view()),
        ]),
    }
}

fn add(notice: &mut Notice, case: &Case<'_>, passed: &Transaction, refused: &Transaction) {
    let add_new = |list: &mut Vec<String>, one: &str| {
        if !list.iter().any(|own| own == one) {
            list.push(one.to_owned());
        }
    };
    add_new(&mut notice.principals, case.principal());
    add_new(&mut notice.scopes, &case.this.cell.scope());
    add_new(&mut notice.because.transactions, &passed.id);
    add_new(&mut notice.because.transactions, &refused.id);
}
