//! The registry is asked too often. Nobody is denied.

use super::upstream_throttled;
use crate::evidence::Transaction;
use crate::findings::case::Case;
use crate::findings::network::{asker, registry_answer};
use crate::findings::remedy::{self, Observed};
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// 429 from the registry.
pub static RULE: Rule = Rule {
    name: "throttled",
    family: Family::Service,
    owner: Owner::Service,
    proof: Proof::Wire,
    summary: "the registry is asked too often (429)",
    page: include_str!("throttled.md"),
    examine,
    tell,
    notice: None,
};

const SEPARATE_BY: &str =
    "another repository of the registry at the same time: the registry's own limit holds for all";

fn throttle<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    registry_answer(case).filter(|one| one.status == Some(429))
}

fn examine(case: &Case<'_>) -> Answer {
    let Some(answer) = throttle(case) else {
        return Answer::Silent;
    };
    let because = Because::new("429 says that it is asked too often").citing(Some(answer));
    // At the manifest the source behind a cache rule may be what throttles.
    match upstream_throttled::confidence(case) {
        None => Answer::Confirmed(because),
        Some(Confidence::Possible) => {
            Answer::Consistent(Confidence::Likely, because.separated_by(SEPARATE_BY))
        }
        Some(_) => Answer::Consistent(Confidence::Possible, because.separated_by(SEPARATE_BY)),
    }
}

/// `50 s`, or a date as it was sent.
fn pause(answer: &Transaction) -> Option<String> {
    let text = answer.header("retry-after")?.trim();
    Some(match text.parse::<u64>() {
        Ok(seconds) => format!("{seconds} s"),
        Err(_) => format!("until {}", text.chars().take(40).collect::<String>()),
    })
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let view = Observed {
        principal: asker(case),
        ..observed.view()
    };
    let Some(answer) = throttle(case) else {
        return Telling::error("the registry is asked too often (429)");
    };
    let step = answer.step.name();
    let (reason, said) = match pause(answer) {
        Some(pause) => (
            format!("the registry is asked too often and wants a pause of {pause} (429)"),
            format!("Retry-After asks for a pause: {pause}."),
        ),
        None => (
            "the registry is asked too often (429)".to_owned(),
            "It did not say for how long (no Retry-After).".to_owned(),
        ),
    };
    let mut telling = Telling::error(reason)
        .advise("wait, then ask less often; nobody's right is in question")
        .explain(format!(
            "The registry answered 429 at {step}. {said} The limits are the registry's, so whoever asks meets them; rights were \
             not judged, and later steps are untested."
        ));
    if let Some((code, message)) = answer.registry_error() {
        telling = telling.explain(format!(
            "The registry's own words: {code}: {message}. If they name another registry, the source behind a cache rule is what \
             throttles."
        ));
    }
    telling
        .explain(
            "Many nodes that pull at once, a client that fetches a token for each request, or a scanner use the limit up. All \
             anonymous clients count as one.",
        )
        .remedy([remedy::wait(&view)])
}
