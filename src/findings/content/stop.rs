//! What the check of the content found that stops a granted pull. It was made with one principal's
//! token, and holds for everyone who may pull.

use crate::evidence::{Fact, Observation, Platform, Recording, Step, Target, Trace, Transaction};
use crate::findings::outcome::{Outcome, Verdict};

/// What is in the way of a pull that the registry allows.
#[derive(Debug, Clone)]
pub(in crate::findings) enum Stop<'a> {
    /// The probe would not follow a layer's redirect.
    Withheld(&'a Fact),
    /// An index without an image for the platform wanted.
    NoPlatform {
        index: &'a Transaction,
        wanted: Platform,
        there: Vec<Platform>,
    },
    /// What the tag leads to is not there.
    Gone(&'a Transaction),
    /// The registry refuses what it has let be asked for.
    Refused(&'a Transaction),
    /// No connection to the layers' host.
    NoWay(&'a Fact),
    /// The layers' host gave no answer, or one that refuses.
    NoLayer(&'a Transaction),
}

impl<'a> Stop<'a> {
    /// What stops the pulls of a target, if something does.
    pub(in crate::findings) fn of(recording: &'a Recording, target: &Target) -> Option<Self> {
        let check = recording.content(target);
        let withheld = check
            .facts
            .iter()
            .find(|fact| matches!(fact.observation, Observation::Withheld(_)));
        if let Some(fact) = withheld {
            return Some(Self::Withheld(fact));
        }
        let at_registry = |one: &&&'a Transaction| is_registrys(one, target);
        let own = check.transactions.iter().filter(at_registry);
        for one in own {
            match one.status {
                Some(404) => return Some(Self::Gone(one)),
                Some(401 | 403) => return Some(Self::Refused(one)),
                // A busy or failing registry has granted the pull all the same.
                _ => {}
            }
        }
        no_platform(recording, &check).or_else(|| layer(&check, target))
    }

    /// How far a granted pull really comes.
    pub(in crate::findings) fn outcome(&self, granted: &Outcome<'a>) -> Outcome<'a> {
        let base = Outcome {
            status: None,
            transaction: None,
            ..granted.clone()
        };
        let by = |verdict, one: &'a Transaction| Outcome {
            verdict,
            stopped_at: Some(one.step),
            status: one.status,
            transaction: Some(one),
            ..base.clone()
        };
        let by_fact = |verdict, fact: &'a Fact| Outcome {
            verdict,
            stopped_at: Some(fact.step),
            fact: Some(fact),
            ..base.clone()
        };
        match self {
            Self::Withheld(fact) => by_fact(Verdict::Withheld, fact),
            Self::NoPlatform { index, .. } => by(Verdict::Missing, index),
            Self::Gone(one) => by(Verdict::Missing, one),
            Self::Refused(one) => by(Verdict::Denied, one),
            Self::NoWay(fact) => by_fact(Verdict::Unreachable, fact),
            Self::NoLayer(one) => by(Verdict::Unreachable, one),
        }
    }
}

fn is_registrys(transaction: &Transaction, target: &Target) -> bool {
    let host = target.registry.split(':').next().unwrap_or_default();
    transaction.host().as_deref() == Some(host)
}

fn no_platform<'a>(recording: &Recording, check: &Trace<'a>) -> Option<Stop<'a>> {
    let wanted = Platform::parse(recording.header.platform.as_deref()?)?;
    let index = check
        .at(Step::Manifest)
        .find(|one| one.status == Some(200))?;
    let there: Vec<Platform> = Platform::entries(&index.json()?)?
        .into_iter()
        .map(|entry| entry.platform)
        .collect();
    // An index of nothing but signatures or charts is no image at all: other platforms must be there.
    let lacks = !there.is_empty() && !there.iter().any(|one| wanted.takes(one));
    lacks.then_some(Stop::NoPlatform {
        index,
        wanted,
        there,
    })
}

/// The host that a layer's redirect names, and what was met there.
fn layer<'a>(check: &Trace<'a>, target: &Target) -> Option<Stop<'a>> {
    if let Some(one) = check.at(Step::Blob).find(|one| !is_registrys(one, target)) {
        return match one.status {
            Some(200..=399) => None,
            Some(404) => Some(Stop::Gone(one)),
            Some(_) | None => Some(Stop::NoLayer(one)),
        };
    }
    let host = redirected_to(check, target)?;
    let fault = check
        .facts_at(Step::Blob)
        .find(|fact| fault_at(&fact.observation) == Some(host.as_str()))?;
    Some(Stop::NoWay(fault))
}

/// The layers' host, as the registry named it.
pub(in crate::findings) fn redirected_to(check: &Trace<'_>, target: &Target) -> Option<String> {
    let redirect = check
        .at(Step::Blob)
        .find(|one| is_registrys(one, target) && one.header("location").is_some())?;
    let location = url::Url::parse(redirect.header("location")?).ok()?;
    location.host_str().map(str::to_owned)
}

/// The host to which no connection came about.
fn fault_at(observation: &Observation) -> Option<&str> {
    match observation {
        Observation::Dns(dns) if dns.fault.is_some() => Some(&dns.host),
        Observation::Connect(connect) if connect.fault.is_some() => Some(&connect.host),
        Observation::Tls(tls) if tls.fault.is_some() => Some(&tls.host),
        _ => None,
    }
}
