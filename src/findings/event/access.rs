//! 401 and what is said with it.

use super::causes::{Candidates, Cause, cause, here};
use crate::event::{Attempt, Credential, Event, Fault};
use crate::evidence::Step;

const NODE: &str = "on the pod's node";

const EXCHANGE: Cause = cause(
    "no-role-assignment",
    "its exchange failed",
    "refresh-token 401",
);
const PROPAGATION: Cause = cause(
    "role-propagation",
    "the role is too young",
    "401 now, granted with --wait 10m",
);
const OTHER_IDENTITY: Cause = cause(
    "wrong-identity-assigned",
    "another identity has the role",
    "refresh-token 401; the other granted",
);
const PRINCIPAL_ID: Cause = cause(
    "wrong-principal-id",
    "the role is on a client id",
    "refresh-token 401; appid is not oid",
);
const TENANT: Cause = cause(
    "wrong-tenant",
    "it is of another tenant",
    "refresh-token 401; a foreign tid",
);
const ARM: Cause = cause(
    "arm-audience-disabled",
    "a token for ARM was sent",
    "granted; 401 with --arm-audience",
);
const ABAC: Cause = cause(
    "abac-mode-legacy-role",
    "ABAC: AcrPull does not count",
    "access-token 401, or not in token",
);
const PASSWORD: Cause = cause(
    "bad-password",
    "the password is wrong",
    "access-token 401 with that password",
);
const EXPIRED: Cause = cause(
    "secret-expired",
    "the secret ran out",
    "AADSTS7000222 as service-principal",
);
const ADMIN: Cause = cause(
    "admin-disabled",
    "the admin user is off",
    "access-token 401 as admin alone",
);
const TOKEN: Cause = cause(
    "token-disabled",
    "the token is off or renewed",
    "access-token 401 with that token",
);
const STALE: Cause = cause(
    "acr-refresh-token-expired",
    "a stored token is too old",
    "docker-config: exp is past",
);
const KEY: Cause = cause(
    "credential-key-mismatch",
    "stored under another key",
    "docker-config untried",
);
const SERVER: Cause = cause(
    "login-server-mismatch",
    "the host is not its login server",
    "service differs from the host",
);
const MISSING: Cause = cause("repo-or-tag-missing", "it is not there", "manifest 404");
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
const SECRET: Cause = cause(
    "pull-secret-not-referenced",
    "pod names no secret",
    "pull-secret:FILE granted",
);
const IMDS: Cause = cause(
    "imds-unreachable",
    "no Entra token",
    "identity-token: no answer",
);
const CLIENT: Cause = cause(
    "client-flow-differs",
    "this client asks otherwise",
    "granted",
);
const SCOPE_MAP: Cause = cause(
    "scope-map-missing-action",
    "its scope map lacks the action",
    "not in token",
);
const REDUCED: Cause = cause(
    "reduced-grant",
    "the token holds less than asked",
    "access-token 200, not in token",
);
const ANONYMOUS: Cause = cause(
    "anonymous-pull-disabled",
    "nobody is logged in",
    "anonymous 401, others granted",
);
const UNEXPLAINED: Cause = cause(
    "unexplained",
    "the text does not say",
    "the step that refuses",
);

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
    ],
    place: "where the pull ran",
    options: "",
};

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
    match refusal.fault {
        Fault::Refused => refused(event, refusal),
        Fault::InsufficientScope => here(
            "a token was given that does not hold what was asked",
            &[REDUCED, SCOPE_MAP, ABAC, CLIENT, MISSING],
        ),
        Fault::InvalidToken => here(
            "the access token was not accepted",
            const {
                &[
                    STALE,
                    cause("clock-skew", "a clock is wrong", "clock: minutes apart"),
                    CLIENT,
                ]
            },
        ),
        Fault::MissingMetadataRead => METADATA,
        Fault::CacheCredential => here(
            "the credential of the cache rule was refused by the source registry, not the caller's",
            const {
                &[
                    cause(
                        "artifact-cache-credential",
                        "its credential set is unhealthy",
                        "access-token 200, manifest 401",
                    ),
                    cause(
                        "artifact-cache-path",
                        "the path leads nowhere",
                        "access-token 200, manifest 401",
                    ),
                ]
            },
        ),
        Fault::UnknownUser => BASIC_USER,
        Fault::NotGuid => here(
            "a token was sent as the password of a user name that is no GUID",
            const {
                &[
                    cause(
                        "stale-docker-credential",
                        "an old entry is sent",
                        "docker-config 401",
                    ),
                    cause("bad-username", "the user name is wrong", "access-token 401"),
                ]
            },
        ),
        Fault::BadSecret => here(
            "the registry knows the user name and refuses the secret",
            &[EXPIRED, PASSWORD],
        ),
        Fault::AdminOff => here("the admin user is off", &[ADMIN]),
        Fault::BadRequest => here(
            "the form of the request was refused (400), not a right",
            const {
                &[
                    cause(
                        "protocol-mismatch",
                        "this client asks in a form ACR does not take",
                        "granted",
                    ),
                    cause(
                        "token-too-large",
                        "a long Entra token in a Basic header",
                        "granted",
                    ),
                ]
            },
        ),
        Fault::TooLarge => here(
            "the credential is too long for a Basic header",
            const {
                &[cause(
                    "token-too-large",
                    "a long Entra token as password",
                    "granted: the exchange is by POST",
                )]
            },
        ),
        Fault::RoleNotGiven => here(
            "the role was not assigned: who ran the command may not assign it",
            &[EXCHANGE, TENANT],
        ),
        Fault::OtherDirectory => here(
            "the principal is of another directory than the registry",
            &[TENANT, EXCHANGE],
        ),
        Fault::Expired => here(
            "the platform gave up waiting for the pull",
            &[PROPAGATION, EXCHANGE, MISSING],
        ),
        _ => here(
            "the platform says only that it cannot pull: name, credential or network",
            const {
                &[
                    UNEXPLAINED,
                    EXCHANGE,
                    PASSWORD,
                    MISSING,
                    cause("firewall-ip", "the platform is not allowed in", "403"),
                ]
            },
        ),
    }
}

const METADATA: Candidates = Candidates {
    options: " --action pull,metadata_read",
    ..here(
        "tags may not be listed: metadata_read is missing, a pull may well be granted",
        const {
            &[
                SCOPE_MAP,
                cause(
                    "client-flow-differs",
                    "the client asks for pull alone",
                    "metadata_read granted",
                ),
            ]
        },
    )
};

const BASIC_USER: Candidates = here(
    "the registry does not know the user name",
    const {
        &[
            cause(
                "bad-username",
                "it is neither admin, token nor application id",
                "access-token 401",
            ),
            cause(
                "app-not-in-tenant",
                "the application is of another tenant",
                "AADSTS700016",
            ),
        ]
    },
);

fn refused(event: &Event, refusal: &Attempt) -> Candidates {
    let is_node = matches!(
        event.client,
        Some("containerd" | "acr-credential-provider" | "kubelet" | "cri-o" | "crictl")
    );
    match (refusal.step, refusal.credential) {
        (Some(Step::RefreshToken), _) => EXCHANGE_REFUSED,
        (_, Credential::None) if is_node => NOTHING_ON_NODE,
        (_, Credential::None) => NOTHING,
        (_, Credential::Presented) if event.attempts.len() > 1 => REFUSED_ON_NODE,
        (_, Credential::Presented) => REFUSED_SECRET,
        (Some(Step::Manifest), _) if event.client == Some("helm") => HELM,
        (_, Credential::Unstated) => GENERIC,
    }
}

/// A release of helm lost its credential on the way to the manifest.
const HELM: Candidates = here(
    "the manifest was refused (401) without a token having been refused",
    &[CLIENT, EXCHANGE, PASSWORD, ANONYMOUS],
);
