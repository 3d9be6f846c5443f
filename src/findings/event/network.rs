//! Names, routes, certificates, firewalls.

use super::causes::{Candidates, Cause, cause, here};
use super::known::CLIENT;
use crate::event::{Attempt, Event, Fault};
use crate::evidence::Step;

const FIREWALL: Cause = cause(
    "firewall-ip",
    "its address is not among those allowed",
    "403 that names the address",
);
const PUBLIC: Cause = cause(
    "public-access-disabled",
    "no public access at all",
    "403 for every principal",
);
const DNS: Cause = cause(
    "private-dns",
    "the name leads to the public address",
    "resolve: public, by privatelink",
);
const PROXY: Cause = cause(
    "proxy-in-the-way",
    "a proxy answers instead",
    "an answer that is not ACR's",
);
const ROUTE: Cause = cause(
    "registry-unreachable",
    "no route, or a filter drops it",
    "connect: no answer",
);
const SLOW: Cause = cause(
    "registry-timeout",
    "it answers too late",
    "an answer, after seconds",
);
const INTERCEPTED: Cause = cause(
    "tls-interception",
    "a proxy signs anew",
    "tls: an unknown issuer",
);
const SKEW: Cause = cause("clock-skew", "a clock is wrong", "clock: minutes apart");
const NAME: Cause = cause(
    "dns-nxdomain",
    "the name does not exist here",
    "resolve failed",
);

const CLOSED: Candidates = here(
    "the registry refused the address (403); who asks does not matter",
    &[FIREWALL, PUBLIC, DNS],
);
const FORBIDDEN: Candidates = here(
    "403: the network is refused, not the principal",
    &[FIREWALL, PUBLIC, DNS, PROXY, CLIENT],
);
const NO_CHALLENGE: Candidates = here(
    "the registry gave no challenge: it refused before anyone could present anything",
    const {
        &[
            PUBLIC,
            FIREWALL,
            DNS,
            cause(
                "challenge-unusable",
                "its answer has no usable header",
                "challenge",
            ),
            PROXY,
        ]
    },
);

pub(super) fn of(event: &Event, refusal: &Attempt) -> Candidates {
    match refusal.fault {
        Fault::AddressNotAllowed => CLOSED,
        Fault::NoChallenge => NO_CHALLENGE,
        Fault::Forbidden if refusal.step == Some(Step::Challenge) => NO_CHALLENGE,
        Fault::Forbidden => FORBIDDEN,
        Fault::NoSuchHost if is_private(event) => here("the name does not resolve", &[DNS, NAME]),
        Fault::NoSuchHost => here(
            "the name does not resolve",
            const {
                &[
                    NAME,
                    DNS,
                    cause(
                        "login-server-mismatch",
                        "it is not the login server's name",
                        "resolve failed",
                    ),
                ]
            },
        ),
        Fault::NoConnection => here("no connection: nobody was refused", &[ROUTE, DNS, SLOW]),
        Fault::TooLate => here(
            "no answer in time: nobody was refused",
            &[SLOW, ROUTE, PROXY],
        ),
        Fault::Cut => here(
            "the connection was cut before an answer",
            &[ROUTE, INTERCEPTED, PROXY],
        ),
        Fault::NoBlob => here(
            "token and manifest were fine; the layers' host did not answer",
            const {
                &[
                    cause(
                        "data-endpoint-blocked",
                        "a firewall lets the registry through and its storage not",
                        "blob: no answer",
                    ),
                    DNS,
                ]
            },
        ),
        Fault::OtherName => here(
            "the certificate is for another name",
            const {
                &[
                    cause(
                        "tls-name-mismatch",
                        "the host is not the login server's name",
                        "tls: another name",
                    ),
                    INTERCEPTED,
                ]
            },
        ),
        Fault::Clock => here(
            "a certificate or a token is not valid at this time",
            &[SKEW, INTERCEPTED],
        ),
        Fault::Proxy => here("a proxy answered, not the registry", &[PROXY]),
        _ => here(
            "the certificate's issuer is not known here",
            &[INTERCEPTED, SKEW],
        ),
    }
}

/// A data endpoint or a privatelink name.
fn is_private(event: &Event) -> bool {
    event
        .registry
        .as_ref()
        .is_some_and(|host| host.contains(".privatelink.") || host.contains(".data."))
}
