//! Phrases that mean one thing wherever they stand: short, in lower case, without blanks.

use super::Credential::{self, None as Nobody, Presented, Unstated};
use super::Fault;
use crate::evidence::Step;

/// A phrase and what it tells where the text holds no more.
#[derive(Debug)]
pub(super) struct Phrase {
    /// All of these stand in the text.
    pub all: &'static [&'static str],
    /// What was wrong.
    pub fault: Fault,
    /// Where.
    pub step: Option<Step>,
    /// The status.
    pub status: Option<u16>,
    /// What was presented.
    pub credential: Credential,
    /// True where the phrase alone does not show that a registry was asked.
    pub needs_context: bool,
}

/// A phrase that is enough by itself.
pub(super) const fn sure(
    all: &'static [&'static str],
    fault: Fault,
    step: Option<Step>,
    status: Option<u16>,
    credential: Credential,
) -> Phrase {
    Phrase {
        all,
        fault,
        step,
        status,
        credential,
        needs_context: false,
    }
}

/// A phrase that needs a registry beside it.
pub(super) const fn beside(
    all: &'static [&'static str],
    fault: Fault,
    step: Option<Step>,
    status: Option<u16>,
    credential: Credential,
) -> Phrase {
    Phrase {
        needs_context: true,
        ..sure(all, fault, step, status, credential)
    }
}

const RESOLVE: Option<Step> = Some(Step::Resolve);
const CONNECT: Option<Step> = Some(Step::Connect);
const TLS: Option<Step> = Some(Step::Tls);
const CHALLENGE: Option<Step> = Some(Step::Challenge);
const REFRESH: Option<Step> = Some(Step::RefreshToken);
const ACCESS: Option<Step> = Some(Step::AccessToken);
const MANIFEST: Option<Step> = Some(Step::Manifest);

/// What registry, network and clients say; what comes first is more particular.
#[rustfmt::skip] // a phrase is a line
pub(super) const PHRASES: &[Phrase] = &[
    sure(&["qpsexceeded"], Fault::Qps, None, None, Nobody),
    sure(&["nomatchforplatform"], Fault::NoPlatform, MANIFEST, None, Presented),
    sure(&["nomatchingmanifestfor"], Fault::NoPlatform, MANIFEST, None, Unstated),
    sure(&["noimagefoundin", "forarchitecture"], Fault::NoPlatform, MANIFEST, None, Unstated),
    sure(&["nochildwithplatform"], Fault::NoPlatform, MANIFEST, None, Unstated),
    sure(&["doesnotmatchthespecifiedplatform"], Fault::NoPlatform, MANIFEST, None, Unstated),
    sure(&["clientwithip"], Fault::AddressNotAllowed, ACCESS, Some(403), Unstated),
    sure(&["aka.ms/acr/firewall"], Fault::AddressNotAllowed, ACCESS, Some(403), Unstated),
    beside(&["quarantine"], Fault::Quarantined, MANIFEST, None, Presented),
    beside(&["sourceregistry", "toomanyrequests"], Fault::UpstreamThrottled, MANIFEST, Some(429), Presented),
    beside(&["sourceregistry", "429"], Fault::UpstreamThrottled, MANIFEST, Some(429), Presented),
    beside(&["sourceregistry", "notfound"], Fault::CachePath, MANIFEST, Some(404), Presented),
    beside(&["cacherule", "sourceregistry"], Fault::CacheCredential, MANIFEST, Some(401), Presented),
    beside(&["credentialset"], Fault::CacheCredential, MANIFEST, Some(401), Presented),
    sure(&["headerorcookietoolarge"], Fault::TooLarge, ACCESS, Some(400), Presented),
    beside(&["requestentitytoolarge"], Fault::TooLarge, ACCESS, Some(413), Presented),
    sure(&["applicationnotregisteredwithaad"], Fault::UnknownUser, ACCESS, Some(401), Presented),
    sure(&["clientidmustbeguid"], Fault::NotGuid, ACCESS, Some(401), Presented),
    sure(&["invalidclientidorclientsecret"], Fault::BadSecret, ACCESS, Some(401), Presented),
    sure(&["name:library/", "azurecr."], Fault::NoHost, ACCESS, Some(401), Nobody),
    sure(&["connectivity_dns_error"], Fault::NoSuchHost, RESOLVE, None, Nobody),
    sure(&["connectivity_ssl_error"], Fault::UnknownAuthority, TLS, None, Nobody),
    sure(&["connectivity_forbidden_error"], Fault::Forbidden, CHALLENGE, Some(403), Nobody),
    sure(&["connectivity_toomanyrequests_error"], Fault::Throttled, None, Some(429), Unstated),
    sure(&["connectivity_refresh_token_error"], Fault::Refused, REFRESH, Some(401), Presented),
    sure(&["connectivity_access_token_error"], Fault::Refused, ACCESS, Some(401), Presented),
    sure(&["connectivity_challenge_error"], Fault::NoChallenge, CHALLENGE, None, Nobody),
    sure(&["connectivity_aad_login_error"], Fault::ChallengeUnusable, CHALLENGE, None, Nobody),
    sure(&["connectivity_www_authenticate_error"], Fault::ChallengeUnusable, CHALLENGE, None, Nobody),
    sure(&["cmk_error"], Fault::Service, None, None, Unstated),
    sure(&["didnotissueachallenge"], Fault::NoChallenge, CHALLENGE, None, Nobody),
    sure(&["didnotissueavalidaadchallenge"], Fault::NoChallenge, CHALLENGE, None, Nobody),
    beside(&["x509:", "unknownauthority"], Fault::UnknownAuthority, TLS, None, Nobody),
    beside(&["self", "signedcertificate"], Fault::UnknownAuthority, TLS, None, Nobody),
    beside(&["certificateverifyfailed"], Fault::UnknownAuthority, TLS, None, Nobody),
    beside(&["certificateisnottrusted"], Fault::UnknownAuthority, TLS, None, Nobody),
    beside(&["x509:certificateisvalidfor"], Fault::OtherName, TLS, None, Nobody),
    beside(&["certificate", "notvalidforanynames"], Fault::OtherName, TLS, None, Nobody),
    beside(&["certificate", "hostname", "match"], Fault::OtherName, TLS, None, Nobody),
    beside(&["certificatehasexpired"], Fault::Clock, TLS, None, Nobody),
    beside(&["certificateisnotyetvalid"], Fault::Clock, TLS, None, Nobody),
    beside(&["x509:"], Fault::UnknownAuthority, TLS, None, Nobody),
    beside(&["errorparsinghttp", "character'<'"], Fault::Proxy, None, None, Unstated),
    beside(&["couldnotconnecttotheregistryloginserver"], Fault::NoConnection, CONNECT, None, Nobody),
    beside(&["nobasicauthcredentials"], Fault::Refused, ACCESS, Some(401), Nobody),
    sure(&["proxyauthenticationrequired"], Fault::Proxy, CONNECT, Some(407), Nobody),
    beside(&["proxyconnect"], Fault::Proxy, CONNECT, None, Nobody),
    sure(&[".azurecr.us.azurecr.io"], Fault::DoubleSuffix, RESOLVE, None, Nobody),
    sure(&[".azurecr.cn.azurecr.io"], Fault::DoubleSuffix, RESOLVE, None, Nobody),
    beside(&["nosuchhost"], Fault::NoSuchHost, RESOLVE, None, Nobody),
    beside(&["nameresolution"], Fault::NoSuchHost, RESOLVE, None, Nobody),
    beside(&["couldnotresolve"], Fault::NoSuchHost, RESOLVE, None, Nobody),
    beside(&["servermisbehaving"], Fault::NoSuchHost, RESOLVE, None, Nobody),
    beside(&["nameorservicenotknown"], Fault::NoSuchHost, RESOLVE, None, Nobody),
    beside(&["failedtoresolvespecifiedfqdn"], Fault::NoSuchHost, RESOLVE, None, Nobody),
    beside(&["i/otimeout"], Fault::NoConnection, CONNECT, None, Nobody),
    beside(&["connectionrefused"], Fault::NoConnection, CONNECT, None, Nobody),
    beside(&["noroutetohost"], Fault::NoConnection, CONNECT, None, Nobody),
    beside(&["networkisunreachable"], Fault::NoConnection, CONNECT, None, Nobody),
    beside(&["connectiontimedout"], Fault::NoConnection, CONNECT, None, Nobody),
    beside(&["hostisunreachable"], Fault::NoConnection, CONNECT, None, Nobody),
    beside(&["awaitingheaders"], Fault::TooLate, CHALLENGE, None, Nobody),
    beside(&["tlshandshaketimeout"], Fault::TooLate, TLS, None, Nobody),
    beside(&["waitingforconnection"], Fault::TooLate, CHALLENGE, None, Nobody),
    beside(&["deadlineexceeded"], Fault::TooLate, None, None, Unstated),
    beside(&["connectionresetbypeer"], Fault::Cut, CHALLENGE, None, Unstated),
    beside(&[":eof"], Fault::Cut, CHALLENGE, None, Unstated),
    sure(&["toomanyrequests"], Fault::Throttled, None, Some(429), Unstated),
    beside(&["pushaccessdenied"], Fault::InsufficientScope, MANIFEST, Some(401), Presented),
    beside(&["insufficient_scope"], Fault::InsufficientScope, MANIFEST, Some(401), Presented),
    beside(&["invalid_token"], Fault::InvalidToken, MANIFEST, Some(401), Presented),
    sure(&["requestedaccesstotheresourceisdenied"], Fault::InsufficientScope, MANIFEST, Some(401), Unstated),
    beside(&["metadata_read", "unauthorized"], Fault::MissingMetadataRead, MANIFEST, Some(401), Presented),
    sure(&["retrievelistoftags"], Fault::MissingMetadataRead, MANIFEST, Some(401), Presented),
    beside(&["/tags/list", "unauthorized"], Fault::MissingMetadataRead, MANIFEST, Some(401), Presented),
    beside(&["manifestunknown"], Fault::NotFound, MANIFEST, Some(404), Unstated),
    beside(&["manifesttaggedby"], Fault::NotFound, MANIFEST, Some(404), Unstated),
    beside(&["manifest_unknown"], Fault::NotFound, MANIFEST, Some(404), Unstated),
    beside(&["name_unknown"], Fault::NotFound, MANIFEST, Some(404), Unstated),
    beside(&["nameunknown"], Fault::NotFound, MANIFEST, Some(404), Unstated),
    beside(&["code=notfound"], Fault::NotFound, MANIFEST, Some(404), Unstated),
    beside(&[":notfound"], Fault::NotFound, MANIFEST, Some(404), Unstated),
    beside(&["repositorynotfound"], Fault::NotFound, MANIFEST, Some(404), Unstated),
];
