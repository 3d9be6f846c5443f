//! What Entra and IMDS say.

use super::causes::{Candidates, Cause, cause, here};
use crate::event::Fault;

const PASSWORD: Cause = cause(
    "bad-password",
    "the secret is wrong, or is the secret's id",
    "AADSTS7000215",
);
const EXPIRED: Cause = cause("secret-expired", "the secret ran out", "AADSTS7000222");
const TENANT: Cause = cause(
    "app-not-in-tenant",
    "the application is not in that tenant",
    "AADSTS700016",
);
const CLOUD: Cause = cause(
    "sovereign-cloud-mismatch",
    "login server and authority are of two clouds",
    "AADSTS90002, or resolve failed",
);
const SKEW: Cause = cause("clock-skew", "a clock is wrong", "clock: minutes apart");
const MISSING: Cause = cause(
    "identity-not-found",
    "it is not on this machine",
    "identity-token 400",
);
const MANY: Cause = cause(
    "multiple-identities",
    "several are, and none is named",
    "identity-token 400; 200 with client-id",
);
const NO_ANSWER: Cause = cause(
    "imds-unreachable",
    "the metadata service does not answer here",
    "identity-token: no answer",
);
const UNEXPLAINED: Cause = cause(
    "unexplained",
    "no rule speaks of that code",
    "identity-token",
);

pub(super) fn of(fault: Fault) -> Candidates {
    match fault {
        Fault::WrongSecret => here("Entra refused the secret", &[PASSWORD, EXPIRED]),
        Fault::ExpiredSecret => here("Entra says that the secret ran out", &[EXPIRED]),
        Fault::UnknownApplication => here(
            "Entra does not know the application in that tenant",
            &[TENANT, CLOUD],
        ),
        Fault::Federation => here(
            "no federated credential fits the token that was presented",
            const {
                &[cause(
                    "federated-subject-mismatch",
                    "issuer, subject or audience differs",
                    "identity-token 401",
                )]
            },
        ),
        Fault::OldAssertion => here(
            "the assertion is past its minutes of life",
            const {
                &[
                    cause(
                        "assertion-expired",
                        "it was taken too early",
                        "its exp is past",
                    ),
                    SKEW,
                ]
            },
        ),
        Fault::Audience => here(
            "the token was asked for another audience than the registry's",
            const {
                &[
                    cause(
                        "wrong-audience",
                        "the client names a foreign audience",
                        "granted",
                    ),
                    cause(
                        "arm-audience-disabled",
                        "a token for ARM was sent",
                        "granted; 401 with --arm-audience",
                    ),
                ]
            },
        ),
        Fault::Cloud | Fault::DoubleSuffix => here(
            "two clouds are mixed",
            const {
                &[
                    CLOUD,
                    cause("dns-nxdomain", "the name does not exist", "resolve failed"),
                ]
            },
        ),
        Fault::NoIdentity => here("the identity is not on this machine", &[MISSING, MANY]),
        Fault::ManyIdentities => here(
            "the metadata service cannot tell which identity is meant",
            &[MANY, MISSING],
        ),
        Fault::NoImds => here(
            "no Entra token: the metadata service gave no answer",
            const {
                &[
                    NO_ANSWER,
                    cause("imds-throttled", "it is busy", "identity-token 429"),
                    MISSING,
                ]
            },
        ),
        Fault::BusyImds => here(
            "the metadata service is busy",
            const {
                &[
                    cause("imds-throttled", "too many ask it", "identity-token 429"),
                    NO_ANSWER,
                ]
            },
        ),
        Fault::NotLoggedIn => here(
            "az has no account under this user, so nothing was asked",
            const {
                &[
                    cause(
                        "unexplained",
                        "logged in as another user, as with sudo",
                        "azure-cli untried",
                    ),
                    cause(
                        "bad-username",
                        "another name was typed instead",
                        "access-token 401",
                    ),
                ]
            },
        ),
        _ => here(
            "Entra refused with a code that no rule knows",
            &[UNEXPLAINED, TENANT, SKEW],
        ),
    }
}
