//! No rule accounts for this stop. Said so, with the evidence.

use crate::challenge::{self, ChallengeReading};
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::identity;
use crate::findings::outcome::Verdict;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};
use crate::token::claims;

/// The last resort.
pub static RULE: Rule = Rule {
    name: "unexplained",
    family: Family::Last,
    owner: Owner::Nobody,
    proof: Proof::Nothing,
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
    if let Some(said) = refused_token(case) {
        telling = telling.explain(said);
    }
    telling.remedy([
        remedy::open_ticket(&observed.view()),
        remedy::second_opinion(&observed.view()),
    ])
}

/// Where the registry would not take the token that its own token endpoint had just given: what the
/// challenge says of it, and what its claims say.
fn refused_token(case: &Case<'_>) -> Option<String> {
    let answer = case
        .decisive()
        .filter(|answer| answer.step == Step::Manifest && answer.status == Some(401))?;
    let ChallengeReading::Bearer(challenge) =
        challenge::read(answer.header_lines("www-authenticate"))
    else {
        return None;
    };
    let error = challenge.error?;
    let claims = &case.access_token()?.claims;
    let expiry = match claims::lifetime(claims).seconds_left(case.now()) {
        Some(left) if left <= 0 => {
            format!("its exp was {} s ago by the registry's own clock", -left)
        }
        Some(left) => format!("it is valid for another {left} s by the registry's clock"),
        None => "it names no exp".to_owned(),
    };
    let issuer = claims::issuer(claims).unwrap_or_else(|| "nobody".into());
    let audience = claims::audience(claims).join(", ");
    Some(format!(
        "The token endpoint had just given this token, and the registry answers error=\"{error}\": {expiry}; issuer {issuer}, \
         audience {audience}. Which of signature, key, issuer, audience or time it minds, its answer does not say."
    ))
}
