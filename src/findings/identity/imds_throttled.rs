//! The identity endpoint is there, and asks to be left alone for a while.

use super::{UNTESTED, stopped_by};
use crate::findings::answer::is_proxy_page;
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Rule, Telling};

/// An answer that says nothing about a right.
pub static RULE: Rule = Rule {
    name: "imds-throttled",
    family: Family::Identity,
    owner: Owner::IdentityProvider,
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
    let because = Because::new("the identity endpoint answers that it cannot answer now")
        .citing(Some(answer))
        .separated_by("the same request after 70 seconds (--wait 2m)");
    match answer.status {
        Some(429) => Answer::Confirmed(because),
        Some(404 | 410 | 500..=599) => Answer::Consistent(Confidence::Likely, because),
        _ => Answer::Silent,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let status = case.decisive().and_then(|answer| answer.status);
    let reason = match status {
        Some(429) => "the identity endpoint is throttling (429)".to_owned(),
        Some(status @ (404 | 410)) => {
            format!("the identity endpoint is being updated ({status})")
        }
        Some(status) => format!("the identity endpoint fails for the moment ({status})"),
        None => "the identity endpoint fails for the moment".to_owned(),
    };
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
