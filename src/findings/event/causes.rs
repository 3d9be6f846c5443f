//! Which candidates an attempt has.

use super::{access, elsewhere, identity, network, refused};
use crate::event::{Attempt, Event, Fault};
use crate::findings::rule::Confidence;

/// A rule that the text admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// Its name.
    pub rule: &'static str,
    /// What would have happened, as a clause.
    pub because: &'static str,
    /// What a run would show then.
    pub shows: &'static str,
}

/// The candidates of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidates {
    /// What the text says, as a clause behind the image's name.
    pub reason: &'static str,
    /// The heading of the list.
    pub question: &'static str,
    /// The likeliest first; never empty.
    pub causes: &'static [Cause],
    /// Where to run what settles it.
    pub place: &'static str,
    /// The options of that run, each behind a blank.
    pub options: &'static str,
}

impl Candidates {
    /// The first is the likeliest, and a text proves nothing.
    pub fn confidence(&self) -> Confidence {
        if self.causes[0].rule != "unexplained" {
            Confidence::Likely
        } else {
            Confidence::Possible
        }
    }
}

/// A candidate.
pub(super) const fn cause(rule: &'static str, because: &'static str, shows: &'static str) -> Cause {
    Cause {
        rule,
        because,
        shows,
    }
}

/// Candidates that a run from the same place settles.
pub(super) const fn here(reason: &'static str, causes: &'static [Cause]) -> Candidates {
    Candidates {
        reason,
        question: "why",
        causes,
        place: "where the pull ran",
        options: "",
    }
}

/// The candidates of the attempt that decides.
pub(super) fn of(event: &Event, refusal: &Attempt) -> Candidates {
    use Fault as F;
    if event.pulled_later && refusal.fault == F::Refused {
        return refused::HEALED;
    }
    if is_elsewhere(event)
        && matches!(
            refusal.fault,
            F::Refused | F::InsufficientScope | F::NotFound | F::NoHost
        )
    {
        return elsewhere::DOCKER_HUB;
    }
    match refusal.fault {
        F::Refused
        | F::InsufficientScope
        | F::InvalidToken
        | F::MissingMetadataRead
        | F::CacheCredential
        | F::UnknownUser
        | F::NotGuid
        | F::BadSecret
        | F::AdminOff
        | F::BadRequest
        | F::TooLarge
        | F::RoleNotGiven
        | F::OtherDirectory
        | F::Opaque
        | F::Expired => access::of(event, refusal),
        F::AddressNotAllowed
        | F::Forbidden
        | F::NoChallenge
        | F::NoSuchHost
        | F::NoConnection
        | F::TooLate
        | F::Cut
        | F::NoBlob
        | F::UnknownAuthority
        | F::OtherName
        | F::Clock
        | F::Proxy => network::of(event, refusal),
        F::WrongSecret
        | F::ExpiredSecret
        | F::UnknownApplication
        | F::Federation
        | F::OldAssertion
        | F::Audience
        | F::Cloud
        | F::DoubleSuffix
        | F::Entra
        | F::NoIdentity
        | F::ManyIdentities
        | F::NoImds
        | F::BusyImds
        | F::NotLoggedIn => identity::of(refusal.fault),
        F::NotFound
        | F::NoPlatform
        | F::Quarantined
        | F::CachePath
        | F::Throttled
        | F::UpstreamThrottled
        | F::Service
        | F::ChallengeUnusable
        | F::Qps
        | F::NoHelper
        | F::NoEntry
        | F::NoProvider
        | F::ProviderFailed
        | F::HostNotMatched
        | F::NoHost => elsewhere::of(event, refusal.fault),
    }
}

/// True for what a node pulls with.
pub(super) fn is_node(event: &Event) -> bool {
    matches!(
        event.client,
        Some("containerd" | "acr-credential-provider" | "kubelet" | "cri-o" | "crictl")
    )
}

/// True where the image goes to Docker Hub: no host, or Docker's own.
fn is_elsewhere(event: &Event) -> bool {
    let is_docker = |host: &String| host == "docker.io" || host.ends_with(".docker.io");
    event.hostless.is_some() && event.registry.is_none()
        || event.registry.as_ref().is_some_and(is_docker)
}
