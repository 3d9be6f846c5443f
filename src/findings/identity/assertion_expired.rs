//! What proves who asks is older than it may be: a federated token, or a user's sign-in.

use super::aadsts::{self, aadsts};
use super::presented::{clock, moment, presented};
use super::{UNTESTED, stopped_by};
use crate::evidence::{Exec, Fact, Observation};
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// An assertion lives for minutes, a sign-in for weeks.
pub static RULE: Rule = Rule {
    name: "assertion-expired",
    family: Family::Identity,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the assertion or the sign-in has expired",
    page: include_str!("assertion_expired.md"),
    examine,
    tell,
    notice: None,
};

/// The assertion is outside its time.
const ASSERTION: &str = "700024";
/// A user's sign-in: not used for too long, too old for the tenant, revoked.
const SIGN_IN: [&str; 3] = ["700082", "70043", "50173"];

/// What has expired.
enum Stale<'a> {
    /// The assertion, by Entra's word.
    Assertion,
    /// The assertion, by its own times.
    ByItsTimes,
    /// A user's sign-in, by Entra's word.
    SignIn(String),
    /// A user's sign-in, by what `az` printed.
    Program(String, &'a Fact, &'a Exec),
}

fn stale<'a>(case: &Case<'a>) -> Option<Stale<'a>> {
    if let Some((number, fact, exec)) = stale_program(case) {
        return Some(Stale::Program(number, fact, exec));
    }
    let answer = stopped_by(case)?;
    match aadsts(answer) {
        Some(number) if number == ASSERTION => Some(Stale::Assertion),
        Some(number) if SIGN_IN.contains(&number.as_str()) => Some(Stale::SignIn(number)),
        _ => {
            let is_refusal = answer.status.is_some_and(|status| status / 100 == 4);
            (is_refusal && is_past(case)).then_some(Stale::ByItsTimes)
        }
    }
}

/// `az` that failed with one of these numbers.
fn stale_program<'a>(case: &Case<'a>) -> Option<(String, &'a Fact, &'a Exec)> {
    let fact = case
        .this
        .outcome
        .fact
        .filter(|_| case.this.outcome.verdict == Verdict::Untried)?;
    let Observation::Exec(exec) = &fact.observation else {
        return None;
    };
    let number = aadsts::in_words(&exec.stderr)?;
    SIGN_IN
        .contains(&number.as_str())
        .then_some((number, fact, exec))
}

/// True where the file's own times say that it is over.
fn is_past(case: &Case<'_>) -> bool {
    presented(case)
        .and_then(|file| file.time("expires"))
        .is_some_and(|expires| expires <= clock(case).0)
}

fn examine(case: &Case<'_>) -> Answer {
    let file = presented(case).map(|one| one.fact);
    let said = |text: String| {
        Because::new(text)
            .citing(stopped_by(case))
            .with_fact(file)
            .separated_by("the same request with a new assertion")
    };
    match stale(case) {
        None => Answer::Silent,
        Some(Stale::Assertion) => Answer::Confirmed(said(format!(
            "Entra says that the assertion is outside its time (AADSTS{ASSERTION})"
        ))),
        Some(Stale::SignIn(number)) => Answer::Confirmed(said(format!(
            "Entra says that the sign-in has expired (AADSTS{number})"
        ))),
        Some(Stale::Program(number, fact, _)) => Answer::Confirmed(
            Because::new(format!(
                "az says that its sign-in has expired (AADSTS{number})"
            ))
            .with_fact(Some(fact)),
        ),
        Some(Stale::ByItsTimes) => Answer::Consistent(
            Confidence::Likely,
            said("by its own times the assertion has expired".to_owned()),
        ),
    }
}

fn tell(case: &Case<'_>) -> Telling {
    match stale(case) {
        Some(Stale::SignIn(number)) => signed_out(case, &number, None),
        Some(Stale::Program(number, _, exec)) => signed_out(case, &number, Some(exec)),
        Some(Stale::Assertion) => expired(case, &format!(" (AADSTS{ASSERTION})")),
        Some(Stale::ByItsTimes) | None => {
            let number = stopped_by(case).and_then(aadsts);
            expired(
                case,
                &number.map_or_else(String::new, |one| format!(" (Entra said AADSTS{one})")),
            )
        }
    }
}

fn expired(case: &Case<'_>, quoted: &str) -> Telling {
    let (now, whose) = clock(case);
    let file = presented(case);
    let time = |name: &str| file.as_ref().and_then(|one| one.time(name));
    let (begins, ends) = (time("not_before"), time("expires"));
    let is_early = begins.is_some_and(|begins| begins > now);
    let reason = match (is_early, ends) {
        (true, _) => format!("its assertion is not valid yet{quoted}"),
        (false, Some(ends)) if ends <= now => {
            format!("its assertion expired {} ago{quoted}", span(now - ends))
        }
        (false, _) => format!("its assertion is outside the time it is valid for{quoted}"),
    };
    let shown = |time: Option<i64>| time.map_or_else(|| "unknown".to_owned(), moment);
    let mut telling = Telling::error(reason)
        .advise("take a new assertion just before the pull, and use it at once")
        .explain(format!(
            "The assertion is valid from {} to {}; by {whose} it was {}.",
            shown(begins),
            shown(ends),
            moment(now)
        ));
    if let Some(file) = &file {
        telling = telling.explain(format!(
            "It was read from {} at this run. In a pod the kubelet writes that file anew long before its end: a copy, a file that \
             was made once, or a pipeline that fetched its token early and pulls late is what grows old.",
            file.file.path
        ));
    }
    if let Some(answer) = stopped_by(case) {
        telling = telling.explain(seen::answer_in_words(answer));
    }
    telling
        .explain(
            "Entra judges by its own clock and allows about 5 minutes. Where the times above look right, the clock of the machine \
             that issues the assertion is wrong (clock-skew).",
        )
        .explain(UNTESTED)
        .remedy(remedy::new_assertion(&case.observed().view()))
}

fn signed_out(case: &Case<'_>, number: &str, exec: Option<&Exec>) -> Telling {
    let meaning = aadsts::find(number).map_or("the sign-in has expired", |code| code.meaning);
    let mut telling =
        Telling::error(format!("{meaning} (AADSTS{number})")).advise("sign in again: az login");
    if let Some(exec) = exec {
        telling = telling.explain(format!(
            "{} was run and printed no token. It wrote: {}",
            exec.program,
            exec.stderr.trim()
        ));
    }
    if let Some(answer) = stopped_by(case) {
        telling = telling.explain(seen::answer_in_words(answer));
    }
    telling
        .explain(
            "A person's sign-in must be renewed by that person. What runs without one, a pipeline or a node, should have an \
             identity of its own.",
        )
        .explain(UNTESTED)
        .remedy([remedy::sign_in(&case.observed().view())])
}

/// `40 s`, `7 min`, `3 h`, `12 days`.
fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}
