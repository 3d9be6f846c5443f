//! The walk, step by step: what each side did, and the first step whose outcome differs.

use super::credential::{self, Form};
use super::row::Row;
use super::side::Focus;
use crate::challenge::{self, ChallengeReading};
use crate::evidence::{Step, Transaction};
use crate::findings::outcome::Verdict;

/// The order of a pull. The steps of the network have a row only where a side stopped there.
const WALK: [Step; 9] = [
    Step::Resolve,
    Step::Connect,
    Step::Tls,
    Step::Challenge,
    Step::IdentityToken,
    Step::RefreshToken,
    Step::AccessToken,
    Step::Manifest,
    Step::Blob,
];

/// What one side made of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pass {
    Through(String),
    Stopped(Verdict, String),
    NotReached,
    NoSuchStep(&'static str),
    Untried,
}

/// The rows of a walk.
pub(super) struct Walked {
    pub rows: Vec<Row>,
    pub parted_at: Option<Step>,
}

/// Walks both sides at once.
pub(super) fn rows(one: &Focus<'_>, other: &Focus<'_>) -> Walked {
    let mut walked = Walked {
        rows: vec![],
        parted_at: None,
    };
    for step in WALK {
        let (a, b) = (Pass::of(one, step), Pass::of(other, step));
        let parted = walked.parted_at.is_none() && a.parts_from(&b);
        if parted {
            walked.parted_at = Some(step);
        }
        if !a.is_told(step) && !b.is_told(step) {
            continue;
        }
        let differs = parted || (a.is_evidence() && b.is_evidence() && a != b);
        walked.rows.push(Row {
            differs,
            parted,
            ..Row::fact(step.name(), a.text(), b.text())
        });
    }
    walked
}

impl Pass {
    fn of(focus: &Focus<'_>, step: Step) -> Self {
        let outcome = &focus.judged.outcome;
        if outcome.verdict == Verdict::Untried {
            return Self::Untried;
        }
        match outcome.stopped_at {
            Some(stop) if stop == step => return Self::Stopped(outcome.verdict, stop_text(focus)),
            Some(stop) if stop < step => return Self::NotReached,
            Some(_) | None => {}
        }
        if step < Step::Challenge {
            return Self::Through("passed".to_owned());
        }
        match focus.judged.trace.last(step) {
            Some(answer) => Self::Through(through(focus, step, answer)),
            None => Self::NoSuchStep(without(focus)),
        }
    }

    /// A step that one side does not have parts nobody, unless the other stopped there.
    fn parts_from(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Stopped(one, _), Self::Stopped(other, _)) => one != other,
            (Self::Stopped(..), Self::Through(_) | Self::NoSuchStep(_))
            | (Self::Through(_) | Self::NoSuchStep(_), Self::Stopped(..)) => true,
            _ => false,
        }
    }

    fn is_evidence(&self) -> bool {
        matches!(self, Self::Through(_) | Self::Stopped(..))
    }

    fn is_told(&self, step: Step) -> bool {
        match self {
            Self::Stopped(..) => true,
            Self::Through(_) => step >= Step::Challenge,
            Self::NotReached | Self::NoSuchStep(_) | Self::Untried => false,
        }
    }

    fn text(self) -> String {
        match self {
            Self::Through(text) | Self::Stopped(_, text) => text,
            Self::NotReached => "not reached".to_owned(),
            Self::NoSuchStep(why) => why.to_owned(),
            Self::Untried => "untried".to_owned(),
        }
    }
}

/// Why there is no such step.
fn without(focus: &Focus<'_>) -> &'static str {
    match credential::form(focus) {
        Form::Nobody => "no such step: anonymous",
        Form::Password => "no such step with Basic",
        Form::RefreshToken => "no such step with a stored token",
        Form::Identity => "no such step",
    }
}

/// `401, no-role-assignment (likely)`.
fn stop_text(focus: &Focus<'_>) -> String {
    let outcome = &focus.judged.outcome;
    let status = match outcome.status {
        Some(status) => status.to_string(),
        None => match outcome.verdict {
            Verdict::Withheld => "not sent".to_owned(),
            _ => "no answer".to_owned(),
        },
    };
    match (focus.finding(), focus.cause) {
        (Some(finding), _) => {
            format!("{status}, {} ({})", finding.rule, finding.confidence.name())
        }
        (None, Some(cause)) => format!("{status}, {cause}"),
        (None, None) => format!("{status}, {}", outcome.verdict.name()),
    }
}

fn through(focus: &Focus<'_>, step: Step, answer: &Transaction) -> String {
    let status = answer
        .status
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    match step {
        Step::Challenge => asked_for(focus, answer, status),
        Step::AccessToken => match focus.judged.outcome.granted.as_slice() {
            [] => status,
            granted => format!("{status}, granted {}", granted.join(", ")),
        },
        Step::Resolve
        | Step::Connect
        | Step::Tls
        | Step::IdentityToken
        | Step::RefreshToken
        | Step::Manifest
        | Step::Blob => status,
    }
}

/// Realm and service; where both are the registry's own, in few words.
fn asked_for(focus: &Focus<'_>, answer: &Transaction, status: String) -> String {
    let registry = &focus.judged.cell.target.registry;
    match challenge::read(answer.header_lines("www-authenticate")) {
        ChallengeReading::Bearer(challenge) => {
            let realm = challenge.realm.unwrap_or_default();
            let service = challenge.service.unwrap_or_default();
            if realm == format!("https://{registry}/oauth2/token") && service == *registry {
                format!("{status}, the registry's own realm and service")
            } else {
                format!("{status}, realm {realm}, service {service}")
            }
        }
        ChallengeReading::None
        | ChallengeReading::NoBearer { .. }
        | ChallengeReading::Broken { .. }
        | ChallengeReading::Several(_)
        | ChallengeReading::Incomplete { .. } => format!("{status}, no token asked for"),
    }
}
