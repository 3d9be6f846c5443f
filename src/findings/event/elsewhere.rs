//! Content, service, node and client.

use super::causes::{Candidates, Cause, cause, here};
use crate::event::{Event, Fault};

const MISSING: Cause = cause(
    "repo-or-tag-missing",
    "name or tag is not there",
    "manifest 404",
);
const UNUSED: Cause = cause(
    "credential-provider-not-used",
    "nobody asked it",
    "kubelet granted",
);
const PATTERN: Cause = cause(
    "login-server-not-matched",
    "the host pattern misses",
    "kubelet granted",
);
const KEY: Cause = cause(
    "credential-key-mismatch",
    "stored under another key",
    "docker-config untried",
);
const HUB: Cause = cause(
    "reference-parse",
    "without its host it goes to Docker Hub",
    "granted with the login server in front",
);
const HELPER: Cause = cause(
    "credhelper-missing",
    "the program is not on PATH",
    "docker-config untried",
);

/// The registry was never asked.
pub(super) const DOCKER_HUB: Candidates = here(
    "no Azure registry was asked: the name went to Docker Hub",
    &[HUB, MISSING],
);

const LIMITED: Candidates = here(
    "the registry throttles (429); nobody was refused",
    const {
        &[
            cause("throttled", "too many requests", "429, then granted"),
            cause(
                "upstream-throttled",
                "the source of a cache rule throttles",
                "429 for that repository alone",
            ),
        ]
    },
);

pub(super) fn of(event: &Event, fault: Fault) -> Candidates {
    match fault {
        Fault::NotFound => here(
            "allowed, and not there; a 401 beside it says nothing",
            const {
                &[
                    MISSING,
                    cause(
                        "platform-mismatch",
                        "no manifest for this machine",
                        "missing at manifest",
                    ),
                ]
            },
        ),
        Fault::NoPlatform => here(
            "the image has no manifest for this machine's platform",
            const {
                &[cause(
                    "platform-mismatch",
                    "built for another platform",
                    "missing at manifest",
                )]
            },
        ),
        Fault::Quarantined => here(
            "the image is in quarantine",
            const { &[cause("quarantined", "a policy holds it", "manifest denied")] },
        ),
        Fault::CachePath => here(
            "the cache rule's source has no such repository",
            const {
                &[
                    cause(
                        "artifact-cache-path",
                        "the path lacks library/, or is another",
                        "manifest 404",
                    ),
                    MISSING,
                ]
            },
        ),
        Fault::Throttled => LIMITED,
        Fault::UpstreamThrottled => here(
            "the source behind the cache rule throttles",
            const {
                &[
                    cause(
                        "upstream-throttled",
                        "too many requests there",
                        "429 for that repository alone",
                    ),
                    cause("throttled", "the registry itself throttles", "429 for all"),
                ]
            },
        ),
        Fault::Service => here(
            "the service failed (5xx); nobody was refused",
            const {
                &[
                    cause(
                        "service-error",
                        "it, or its key, is out of order",
                        "5xx for every principal",
                    ),
                    cause(
                        "malformed-credential",
                        "stray bytes in the password",
                        "5xx for that password alone",
                    ),
                ]
            },
        ),
        Fault::ChallengeUnusable => here(
            "the challenge cannot be used",
            const {
                &[
                    cause(
                        "challenge-unusable",
                        "a header is missing or broken",
                        "challenge",
                    ),
                    cause("not-a-registry", "the host is another service", "challenge"),
                ]
            },
        ),
        Fault::Qps => here(
            "the kubelet limits itself; the registry was not asked",
            const {
                &[cause(
                    "kubelet-qps",
                    "registryPullQPS is used up",
                    "kubelet granted",
                )]
            },
        ),
        Fault::NoHelper => here(
            "the credential helper is not there, so nothing was presented",
            &[HELPER, KEY],
        ),
        Fault::NoEntry => here(
            "the client found no credential for this host",
            &[KEY, UNUSED, HELPER],
        ),
        Fault::HostNotMatched => here(
            "the provider does not take this host for a registry of Azure",
            &[PATTERN, UNUSED],
        ),
        Fault::NoHost => DOCKER_HUB,
        _ if event.registry.is_some() => here(
            "the kubelet's credential provider gave nothing",
            const {
                &[
                    UNUSED,
                    PATTERN,
                    cause(
                        "no-role-assignment",
                        "its exchange failed",
                        "refresh-token 401",
                    ),
                    cause(
                        "imds-unreachable",
                        "no Entra token",
                        "identity-token: no answer",
                    ),
                ]
            },
        ),
        _ => here(
            "nobody gave the kubelet a credential",
            const {
                &[
                    UNUSED,
                    PATTERN,
                    cause(
                        "pull-secret-not-referenced",
                        "pod names no secret",
                        "pull-secret:FILE granted",
                    ),
                ]
            },
        ),
    }
}
