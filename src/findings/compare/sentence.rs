//! The comparison in one sentence.

use super::beyond::surplus;
use super::pair::deed;
use super::row::Row;
use super::side::Focus;
use super::{Likeness, Pair};
use crate::evidence::Step;
use crate::findings::outcome::Verdict;
use crate::findings::rule::Confidence;
use crate::findings::words::listed;

/// Of all pairs the one that matters most: what the exit code speaks of, then what differs.
pub(super) fn main(pairs: &[Pair]) -> usize {
    let is_different = |pair: &Pair| pair.verdict == Likeness::Different;
    let first = |is: &dyn Fn(&Pair) -> bool| pairs.iter().position(is);
    first(&|pair| pair.required && is_different(pair))
        .or_else(|| first(&|pair| pair.required))
        .or_else(|| first(&is_different))
        .unwrap_or_default()
}

/// The main pair's sentence, and how many more part.
pub(super) fn answer(pairs: &[Pair], main: usize) -> String {
    let sentence = &pairs[main].sentence;
    let others = pairs
        .iter()
        .enumerate()
        .filter(|(index, pair)| *index != main && pair.verdict == Likeness::Different);
    match others.count() {
        0 => sentence.clone(),
        1 => format!("{sentence}; one more pair parts"),
        more => format!("{sentence}; {more} more pairs part"),
    }
}

/// One pair.
pub(super) fn of(one: &Focus<'_>, other: &Focus<'_>, parted: Option<Step>, rows: &[Row]) -> String {
    let names = format!("{} and {}", one.label(), other.label());
    let mut text = match parted {
        Some(step) => format!(
            "{names} part at {}, {}",
            step.name(),
            parting(one, other, step)
        ),
        None => together(one, other, &names),
    };
    for (own, others) in [(one, other), (other, one)] {
        let more = surplus(own, others);
        if !more.is_empty() {
            text.push_str(&format!("; {} can also {}", own.label(), listed(&more)));
        }
    }
    let claims: Vec<String> = rows
        .iter()
        .filter(|row| row.differs && row.is_claim)
        .map(|row| row.what.to_owned())
        .collect();
    match claims.as_slice() {
        [] => {}
        [one] => text.push_str(&format!("; the {one} differs")),
        _ => text.push_str(&format!("; {} differ", listed(&claims))),
    }
    text
}

/// Who stops there, and why.
fn parting(one: &Focus<'_>, other: &Focus<'_>, step: Step) -> String {
    let stops = |focus: &Focus<'_>| focus.judged.outcome.stopped_at == Some(step);
    let with_reason = |focus: &Focus<'_>| match reason(focus) {
        Some(reason) => format!("where {} stops: {reason}", focus.label()),
        None => format!("where {} stops", focus.label()),
    };
    let (first, second) = match (stops(one), stops(other)) {
        (true, true) => {
            let verdict = |focus: &Focus<'_>| {
                format!(
                    "{} is {}",
                    focus.label(),
                    focus.judged.outcome.verdict.name()
                )
            };
            return format!("where {} and {}", verdict(one), verdict(other));
        }
        (true, false) => (one, other),
        (false, _) => (other, one),
    };
    match second.judged.outcome.stopped_at {
        Some(later) => format!(
            "{}; {} stops later, at {}",
            with_reason(first),
            second.label(),
            later.name()
        ),
        None => with_reason(first),
    }
}

/// The clause of the finding's summary that says why.
fn reason<'s>(focus: &Focus<'s>) -> Option<&'s str> {
    let summary = &focus.finding()?.summary;
    summary
        .split_once(": ")
        .map(|(_, reason)| reason.trim_end_matches('.'))
}

/// They do not part.
fn together(one: &Focus<'_>, other: &Focus<'_>, names: &str) -> String {
    let (own, others) = (&one.judged.outcome, &other.judged.outcome);
    let deed = deed(one.judged.cell.ask);
    match (own.verdict, others.verdict) {
        (Verdict::Granted, Verdict::Granted) => {
            format!("{names} do not part at {deed}: both are granted")
        }
        (Verdict::Untried, Verdict::Untried) => format!("{names} were not tried"),
        (Verdict::Untried, _) => untried(one, other),
        (_, Verdict::Untried) => untried(other, one),
        _ => {
            let step = own.stopped_at.map_or("the end", Step::name);
            let why = match (one.cause, other.cause) {
                (Some(a), Some(b)) if a != b => format!(", for different reasons: {a} and {b}"),
                (Some(cause), Some(_)) => format!(", {cause}"),
                _ => String::new(),
            };
            format!("{names} do not part: both stop at {step}{why}")
        }
    }
}

fn untried(untried: &Focus<'_>, tried: &Focus<'_>) -> String {
    let why = untried.judged.cell.principal.untried.as_ref();
    let why = why.map_or("there is nothing to compare", |one| one.because.as_str());
    format!(
        "{} was not tried, and {} is {}: {}",
        untried.label(),
        tried.label(),
        tried.judged.outcome.verdict.name(),
        why.trim_end_matches('.')
    )
}

/// `Likely no-role-assignment: give object … the role AcrPull`, for the side that stopped.
pub(super) fn advice(one: &Focus<'_>, other: &Focus<'_>) -> String {
    let stopped = [one, other]
        .into_iter()
        .filter(|focus| focus.judged.outcome.stopped_at.is_some())
        .min_by_key(|focus| focus.judged.outcome.stopped_at);
    let Some(finding) = stopped.and_then(Focus::finding) else {
        return String::new();
    };
    if one.is_like(other) || finding.advice.is_empty() {
        return String::new();
    }
    let word = match finding.confidence {
        Confidence::Possible => "Possible",
        Confidence::Likely => "Likely",
        Confidence::Proven => "Proven",
    };
    format!("{word} {}: {}", finding.rule, finding.advice)
}

/// That one credential works says nothing about another.
pub(super) fn caution(one: &Focus<'_>, other: &Focus<'_>) -> String {
    let kind = |focus: &Focus<'_>| focus.judged.cell.principal.kind.clone();
    let granted = |focus: &Focus<'_>| focus.judged.outcome.verdict == Verdict::Granted;
    let (can, cannot) = match (granted(one), granted(other)) {
        (true, false) => (one, other),
        (false, true) => (other, one),
        _ => return String::new(),
    };
    if kind(one) == kind(other) {
        return String::new();
    }
    format!(
        "What {} may do says nothing about {}: different credential, different right.",
        can.label(),
        cannot.label()
    )
}
