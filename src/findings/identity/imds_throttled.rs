//! The identity endpoint is there, and asks to be left alone for a while.

use super::entra_unreachable::asks_entra;
use super::imds_unreachable::page;
use super::{UNTESTED, aadsts, known, stopped_by};
use crate::evidence::Transaction;
use crate::findings::answer::is_proxy_page;
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// An answer that says nothing about a right.
pub static RULE: Rule = Rule {
    name: "imds-throttled",
    family: Family::Identity,
    owner: Owner::IdentityProvider,
    proof: Proof::Wire,
    summary: "the identity endpoint is busy, being updated, or failing for the moment",
    page: include_str!("imds_throttled.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    let Some(answer) = stopped_by(case).filter(|answer| !is_proxy_page(answer)) else {
        return Answer::Silent;
    };
    // Its own failures are JSON; a page is somebody else's (imds-unreachable). Entra's may be pages.
    if !asks_entra(case) && page(case).is_some() {
        return Answer::Silent;
    }
    let because = Because::new("the identity endpoint answers that it cannot answer now")
        .citing(Some(answer))
        .separated_by("the same request after 70 seconds (--wait 2m)");
    if is_passing(answer) {
        return Answer::Confirmed(because);
    }
    match answer.status {
        Some(429) => Answer::Confirmed(because),
        Some(404 | 410 | 500..=599) => Answer::Consistent(Confidence::Likely, because),
        _ => Answer::Silent,
    }
}

/// Entra's own numbers for a disturbance, a throttled tenant, and a client in a loop.
const PASSING: [&str; 3] = ["90033", "90055", "50196"];

fn is_passing(answer: &Transaction) -> bool {
    known(answer).is_some_and(|code| PASSING.contains(&code.number))
}

fn reason(answer: Option<&Transaction>) -> String {
    if let Some(code) = answer.filter(|one| is_passing(one)).and_then(known) {
        return format!("{} (AADSTS{})", code.meaning, code.number);
    }
    let number = answer
        .and_then(aadsts)
        .map_or_else(String::new, |number| format!(", AADSTS{number}"));
    match answer.and_then(|one| one.status) {
        Some(429) => format!("the identity endpoint is throttling (429{number})"),
        Some(status @ (404 | 410)) => {
            format!("the identity endpoint is being updated ({status}{number})")
        }
        Some(status) => {
            format!("the identity endpoint fails for the moment ({status}{number})")
        }
        None => "the identity endpoint fails for the moment".to_owned(),
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let reason = reason(case.decisive());
    let pause = case
        .decisive()
        .and_then(|answer| answer.header("retry-after"))
        .map_or_else(
            || "It named no pause; Azure's documents say up to 70 seconds.".to_owned(),
            |seconds| format!("It asks for a pause of {seconds} seconds (Retry-After)."),
        );
    let mut telling = Telling::error(reason)
        .advise("wait and try again (--wait 2m); this says nothing of rights");
    if let Some(answer) = stopped_by(case) {
        telling = telling.explain(seen::answer_in_words(answer));
    }
    telling
        .explain(format!(
            "{pause} If it comes again and again, something on this node asks for a token at every pull instead of keeping it. \
             The probe asked once; a stock client would have tried again by itself."
        ))
        .explain(UNTESTED)
        .remedy([remedy::wait(&observed.view())])
}
