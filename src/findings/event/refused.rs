//! 401: what was presented decides what it can mean.

use super::causes::{Candidates, cause, here, is_node};
use super::known::{
    ABAC, ADMIN, ANONYMOUS, ARM, CACHE_CREDENTIAL, CACHE_PATH, CLIENT, EXCHANGE, EXPIRED, IMDS,
    KEY, MISSING, OTHER_IDENTITY, PASSWORD, PATTERN, PLATFORM, PRINCIPAL_ID, PROPAGATION, SECRET,
    SERVER, STALE, TENANT, TOKEN, UNUSED,
};
use crate::event::{Attempt, Credential, Event};
use crate::evidence::Step;

const NODE: &str = "on the pod's node";

/// F1: containerd had nothing to present, and nothing else is said.
const NOTHING_ON_NODE: Candidates = Candidates {
    reason: "the kubelet had no credential to present; the anonymous 401 is only the symptom",
    question: "why it had none",
    causes: &[
        EXCHANGE,
        IMDS,
        UNUSED,
        PATTERN,
        SECRET,
        OTHER_IDENTITY,
        PRINCIPAL_ID,
        PROPAGATION,
        TENANT,
        ARM,
        CLIENT,
        PLATFORM,
    ],
    place: NODE,
    options: "",
};

/// The same of a client that a person called.
const NOTHING: Candidates = Candidates {
    reason: "the client presented no credential; the anonymous 401 is only the symptom",
    question: "why it had none",
    causes: const {
        &[
            cause(
                "credential-provider-not-used",
                "nothing gave it a credential",
                "an identity granted",
            ),
            KEY,
            EXCHANGE,
            cause(
                "credhelper-missing",
                "its helper did not answer",
                "docker-config untried",
            ),
            ANONYMOUS,
            CLIENT,
        ]
    },
    place: "where the client ran",
    options: "",
};

/// F2: presented, refused, then anonymous.
const REFUSED_ON_NODE: Candidates = Candidates {
    reason: "a credential was presented and refused for this repository; the registry knew it at the exchange",
    question: "why it was refused",
    causes: &[ABAC, STALE, PROPAGATION, SERVER, EXPIRED, PASSWORD],
    place: NODE,
    options: "",
};

/// F3: presented, refused, alone: a pull secret.
const REFUSED_SECRET: Candidates = Candidates {
    reason: "a credential was presented and refused",
    question: "why it was refused",
    causes: &[PASSWORD, EXPIRED, ADMIN, TOKEN, STALE, ABAC, SERVER],
    place: "where the client ran",
    options: "",
};

const EXCHANGE_REFUSED: Candidates = Candidates {
    reason: "the registry refused the identity at the token exchange (401)",
    question: "why it was refused",
    causes: &[
        EXCHANGE,
        OTHER_IDENTITY,
        PRINCIPAL_ID,
        PROPAGATION,
        TENANT,
        ARM,
        ABAC,
    ],
    place: NODE,
    options: "",
};

/// 401 without a word of what was presented.
const GENERIC: Candidates = Candidates {
    reason: "the registry answered 401; the text does not say what was presented",
    question: "why",
    causes: &[
        EXCHANGE,
        PASSWORD,
        EXPIRED,
        MISSING,
        SECRET,
        UNUSED,
        OTHER_IDENTITY,
        SERVER,
        CLIENT,
        STALE,
        PROPAGATION,
        ABAC,
        CACHE_CREDENTIAL,
        CACHE_PATH,
    ],
    place: "where the pull ran",
    options: "",
};

/// The text shows a name under which no login is stored, and which no token is for.
const SPELT: Candidates = here(
    "refused (401) at a registry written with capitals or with a port",
    &[
        SERVER,
        KEY,
        EXCHANGE,
        PASSWORD,
        EXPIRED,
        MISSING,
        SECRET,
        UNUSED,
        OTHER_IDENTITY,
        CLIENT,
        STALE,
        PROPAGATION,
        ABAC,
    ],
);

/// F12: refused, then pulled.
pub(super) const HEALED: Candidates = Candidates {
    reason: "refused at first and pulled later: nothing was changed in between",
    question: "why only at first",
    causes: const {
        &[
            PROPAGATION,
            cause(
                "client-flow-differs",
                "a race in the client's cache",
                "granted",
            ),
        ]
    },
    place: NODE,
    options: " --wait 10m",
};

pub(super) fn of(event: &Event, refusal: &Attempt) -> Candidates {
    let is_node = is_node(event);
    match (refusal.step, refusal.credential) {
        (Some(Step::RefreshToken), _) => EXCHANGE_REFUSED,
        _ if is_misspelt(event) => SPELT,
        (_, Credential::None) if is_node => NOTHING_ON_NODE,
        (_, Credential::None) => NOTHING,
        (_, Credential::Presented) if event.attempts.len() > 1 => REFUSED_ON_NODE,
        (_, Credential::Presented) => REFUSED_SECRET,
        (Some(Step::Manifest), _) if !is_node => AT_MANIFEST,
        (_, Credential::Unstated) => GENERIC,
    }
}

/// A login server is written in small letters and without a port.
fn is_misspelt(event: &Event) -> bool {
    event
        .registry
        .as_ref()
        .is_some_and(|host| host.contains(|one: char| one.is_ascii_uppercase() || one == ':'))
}

/// A release of helm lost its credential on the way to the manifest.
const AT_MANIFEST: Candidates = here(
    "the manifest was refused (401) without a token having been refused",
    &[CLIENT, UNUSED, EXCHANGE, PASSWORD, ANONYMOUS],
);
