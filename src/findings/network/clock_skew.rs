//! This machine's clock is wrong by minutes or more.
//!
//! As a cause it shows in the dates of a certificate. Otherwise it is worth a warning: the registry
//! dates its tokens 15 minutes back, so a small difference does no harm there.

use super::{UNTESTED, address_words, moment, tls_stop};
use crate::evidence::{CertificateShown, Clock, Fact, Observation, Recording, Step, TlsFault};
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{
    Answer, Because, Confidence, Family, Notice, Overview, Owner, Proof, Rule, Telling,
};

/// Our clock beside those of others.
pub static RULE: Rule = Rule {
    name: "clock-skew",
    family: Family::Network,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "this machine's clock is wrong by minutes or more",
    page: include_str!("clock_skew.md"),
    examine,
    tell,
    notice: Some(notice),
};

/// Seconds from which a difference is worth speaking of; Entra allows as much.
const WORTH_SAYING: u64 = 300;

fn examine(case: &Case<'_>) -> Answer {
    let Some((leaf, fact)) = out_of_time(case) else {
        return match case.clock() {
            Some((clock, fact)) if !is_off(clock) && case.stop() > Some(Step::Tls) => {
                Answer::Refuted(
                    Because::new(format!(
                        "our clock and the registry's differ by {} s",
                        clock.ahead().abs()
                    ))
                    .with_fact(Some(fact)),
                )
            }
            _ => Answer::Silent,
        };
    };
    if let Some((clock, fact)) = condemned_by(case) {
        return Answer::Refuted(
            Because::new(format!(
                "by the clock of {} too the certificate is out of its time",
                clock.host
            ))
            .with_fact(Some(fact)),
        );
    }
    let other = leaf.and_then(|leaf| acquitted_by(case.recording, leaf));
    let text = match other {
        Some(_) => "the certificate is out of its time by our clock, and valid by another host's",
        None => "the certificate is out of its time by our clock",
    };
    Answer::Consistent(
        Confidence::Likely,
        Because::new(text)
            .with_fact(Some(fact))
            .with_fact(other.map(|(_, fact)| fact))
            .separated_by("this machine's time beside that of any other host"),
    )
}

/// The certificate whose dates stopped this cell.
fn out_of_time<'a>(case: &Case<'a>) -> Option<(Option<&'a CertificateShown>, &'a Fact)> {
    match tls_stop(case)? {
        (tls, TlsFault::Expired(_) | TlsFault::NotYetValid(_), fact) => {
            Some((tls.chain.first(), fact))
        }
        _ => None,
    }
}

fn is_valid_at(certificate: &CertificateShown, time: i64) -> bool {
    (certificate.not_before..=certificate.not_after).contains(&time)
}

fn is_off(clock: &Clock) -> bool {
    clock.ahead().unsigned_abs() >= WORTH_SAYING
}

/// Every clock that was seen beside ours: a machine has one clock, whoever asked.
fn clocks(recording: &Recording) -> impl Iterator<Item = (&Clock, &Fact)> {
    recording
        .facts
        .iter()
        .filter_map(|fact| match &fact.observation {
            Observation::Clock(clock) => Some((clock, fact)),
            _ => None,
        })
}

fn differing(recording: &Recording) -> Vec<(&Clock, &Fact)> {
    clocks(recording)
        .filter(|(clock, _)| is_off(clock))
        .collect()
}

/// Another host's clock by which this certificate is valid.
fn acquitted_by<'a>(
    recording: &'a Recording,
    leaf: &CertificateShown,
) -> Option<(&'a Clock, &'a Fact)> {
    clocks(recording).find(|(clock, _)| is_valid_at(leaf, clock.peer))
}

/// Another host's clock by which it is the certificate that is wrong, where none says otherwise.
pub(super) fn condemned_by<'a>(case: &Case<'a>) -> Option<(&'a Clock, &'a Fact)> {
    let (leaf, _) = out_of_time(case)?;
    if acquitted_by(case.recording, leaf?).is_some() {
        return None;
    }
    clocks(case.recording).next()
}

fn tell(case: &Case<'_>) -> Telling {
    let leaf = out_of_time(case).and_then(|(leaf, _)| leaf);
    let is_early = matches!(tls_stop(case), Some((_, TlsFault::NotYetValid(_), _)));
    let state = if is_early { "not yet valid" } else { "expired" };
    let mut telling = Telling::error(format!(
        "the registry's certificate is {state} by this machine's clock"
    ))
    .advise("set this machine's clock right");
    if let Some(leaf) = leaf {
        telling = telling.explain(format!(
            "{} showed a certificate that is valid from {} to {}. This machine took the time to be about {}.",
            address_words(case),
            moment(leaf.not_before),
            moment(leaf.not_after),
            case.recording.header.observed_at
        ));
    }
    let compared = match leaf.and_then(|leaf| acquitted_by(case.recording, leaf)) {
        Some((clock, _)) => format!("{}.", difference(clock)),
        None => "No other host's time was seen, so a certificate that really is out of date cannot be told from a wrong clock: \
                 compare with `date -u` elsewhere."
            .to_owned(),
    };
    telling
        .explain(format!(
            "{compared} Azure renews its registries' certificates, so the clock is the likelier fault. No credential was sent. \
             {UNTESTED}"
        ))
        .remedy([remedy::sync_clock()])
}

/// `This machine's clock is 7 min ahead of that of reg.azurecr.io (…)`.
fn difference(clock: &Clock) -> String {
    let way = if clock.ahead() > 0 {
        "ahead of"
    } else {
        "behind"
    };
    format!(
        "This machine's clock is {} {way} that of {} ({} here, {} there)",
        span(clock.ahead().unsigned_abs()),
        clock.host,
        moment(clock.local),
        moment(clock.peer)
    )
}

/// `7 min`, `3 h`, `12 days`.
fn span(seconds: u64) -> String {
    match seconds {
        0..7200 => format!("{} min", (seconds + 30) / 60),
        7200..172_800 => format!("{} h", (seconds + 1800) / 3600),
        _ => format!("{} days", (seconds + 43_200) / 86_400),
    }
}

fn notice(overview: &Overview<'_>) -> Vec<Notice> {
    let off = differing(overview.recording);
    // The registry's own clock is the one that counts for a pull.
    let of_registry = |one: &&(&Clock, &Fact)| one.1.place.registry.is_some();
    let Some((shown, _)) = off.iter().find(of_registry).or(off.first()) else {
        return vec![];
    };
    // Where it already is a cell's cause, a second finding would say the same.
    if overview.cases().any(|case| out_of_time(&case).is_some()) {
        return vec![];
    }
    let way = if shown.ahead() > 0 { "fast" } else { "slow" };
    let hosts = off.iter().map(|(clock, _)| clock.host.as_str());
    let agree = hosts.clone().any(|host| host != shown.host);
    let because = off.iter().fold(
        Because::new("the Date header beside our own time"),
        |because, (_, fact)| because.with_fact(Some(fact)),
    );
    let tried = overview.recording.header.principals.iter();
    vec![Notice {
        principals: tried
            .filter(|one| one.untried.is_none())
            .map(|one| one.name.clone())
            .collect(),
        scopes: vec![],
        // One other clock may be the wrong one; two that agree are not.
        confidence: if agree {
            Confidence::Proven
        } else {
            Confidence::Likely
        },
        because: because.separated_by("the Date header of a second host"),
        telling: warning(shown, way),
    }]
}

fn warning(shown: &Clock, way: &str) -> Telling {
    Telling::warning(format!(
        "this machine's clock is {} {way} by that of {}",
        span(shown.ahead().unsigned_abs()),
        shown.host
    ))
    .advise("set this machine's clock right before it gets worse")
    .explain(format!(
        "{}. The registry dates the beginning of its tokens 15 min back, so a small difference does no harm there. Entra allows \
         about 5 min; a larger one makes good tokens and certificates look expired or not yet valid.",
        difference(shown)
    ))
    .remedy([remedy::sync_clock()])
}
