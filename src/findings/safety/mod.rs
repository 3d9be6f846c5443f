//! What the probe would not do.
//!
//! The gate has judged already and left its word in the evidence; these rules say what it means.

pub mod insecure_realm;
pub mod look_alike_registry;
pub mod realm_elsewhere;
pub mod redirect_refused;
#[cfg(test)]
mod tests;

use super::case::Case;
use super::rule::{Answer, Because};
use crate::evidence::{Fact, Observation, Withheld};

/// What was withheld from this cell under that rule.
fn withheld<'a>(case: &Case<'a>, rule: &str) -> Option<(&'a Withheld, &'a Fact)> {
    let fact = case.this.outcome.fact?;
    match &fact.observation {
        Observation::Withheld(withheld) if withheld.rule == rule => Some((withheld, fact)),
        _ => None,
    }
}

/// Where the gate named the rule, nothing else accounts for the stop.
fn examine(case: &Case<'_>, rule: &str) -> Answer {
    match withheld(case, rule) {
        Some((withheld, fact)) => Answer::Confirmed(
            Because::new(withheld.because.clone())
                .with_fact(Some(fact))
                .citing(case.decisive()),
        ),
        None => Answer::Silent,
    }
}
