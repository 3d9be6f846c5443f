//! No rule accounts for this stop. Said so, with the evidence.

use crate::findings::case::Case;
use crate::findings::identity;
use crate::findings::outcome::Verdict;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Rule, Telling};

/// The last resort.
pub static RULE: Rule = Rule {
    name: "unexplained",
    family: Family::Last,
    owner: Owner::Nobody,
    summary: "a refusal that no rule accounts for",
    page: include_str!("unexplained.md"),
    examine,
    tell,
    notice: None,
};

/// Consistent with any stop, and less likely than any rule that says why.
fn examine(case: &Case<'_>) -> Answer {
    if matches!(
        case.this.outcome.verdict,
        Verdict::Granted | Verdict::Untried
    ) || is_accounted_for(case)
    {
        return Answer::Silent;
    }
    Answer::Consistent(
        Confidence::Possible,
        Because::new("no rule accounts for this answer")
            .citing(case.decisive())
            .with_fact(case.this.outcome.fact),
    )
}

/// True where another rule speaks of this stop: then this one has nothing to add.
fn is_accounted_for(case: &Case<'_>) -> bool {
    let others = crate::findings::RULES
        .iter()
        .filter(|rule| rule.name != RULE.name);
    others.into_iter().any(|rule| {
        matches!(
            (rule.examine)(case),
            Answer::Consistent(..) | Answer::Confirmed(_)
        )
    })
}

fn tell(case: &Case<'_>) -> Telling {
    if let Some(telling) = identity::by_number(case) {
        return telling;
    }
    let observed = case.observed();
    let what = match (case.decisive(), case.stop()) {
        (Some(transaction), Some(step)) => match transaction.status {
            Some(status) => format!(
                "{} answered {status}, and no rule accounts for it",
                step.name()
            ),
            None => format!(
                "{} got no usable answer, and no rule accounts for it",
                step.name()
            ),
        },
        (_, Some(step)) => format!("it stopped at {}, and no rule accounts for it", step.name()),
        _ => "no rule accounts for it".to_owned(),
    };
    let mut telling = Telling::error(what).explain(
        "The evidence is complete in the recording. Keep the correlation id and the time: with them the registry's operator can \
         find the request.",
    );
    if let Some((code, message)) = case.decisive().and_then(|one| one.registry_error()) {
        telling = telling.explain(format!("The registry's own words: {code}: {message}"));
    }
    telling.remedy([
        remedy::open_ticket(&observed.view()),
        remedy::second_opinion(&observed.view()),
    ])
}
