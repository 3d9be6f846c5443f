//! What registries say beside a 401, and what they and platforms say instead.

use super::causes::{Candidates, cause, here};
use super::known::{
    ABAC, ADMIN, CACHE_CREDENTIAL, CACHE_PATH, CLIENT, EXCHANGE, EXPIRED, HUB, MISSING, PASSWORD,
    PROPAGATION, REDUCED, SCOPE_MAP, STALE, TENANT, UNEXPLAINED,
};
use super::refused;
use crate::event::{Attempt, Event, Fault};

pub(super) fn of(event: &Event, refusal: &Attempt) -> Candidates {
    match refusal.fault {
        Fault::Refused => refused::of(event, refusal),
        Fault::InsufficientScope if event.registry.is_none() => LESS_SOMEWHERE,
        Fault::InsufficientScope => LESS,
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
            "the cache rule's credential was refused by the source registry, not the caller's",
            &[CACHE_CREDENTIAL, CACHE_PATH],
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

const LESS: Candidates = here(
    "a token was given that does not hold what was asked",
    &[REDUCED, SCOPE_MAP, ABAC, CLIENT, MISSING],
);
/// Where no registry is named, it may be another one.
const LESS_SOMEWHERE: Candidates = Candidates {
    causes: &[REDUCED, SCOPE_MAP, ABAC, CLIENT, MISSING, HUB],
    ..LESS
};

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
