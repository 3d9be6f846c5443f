//! Phrases of Entra, of IMDS, of the node, and of platforms that pull for others.

use super::Credential::{None as Nobody, Presented, Unstated};
use super::Fault;
use super::phrases::{Phrase, beside, sure};
use crate::evidence::Step;

const IDENTITY: Option<Step> = Some(Step::IdentityToken);
const REFRESH: Option<Step> = Some(Step::RefreshToken);
const ACCESS: Option<Step> = Some(Step::AccessToken);

/// They come before the others: what happens before the registry is asked explains what it says.
#[rustfmt::skip] // a phrase is a line
pub(super) const PHRASES: &[Phrase] = &[
    sure(&["multipleuserassignedidentities"], Fault::ManyIdentities, IDENTITY, Some(400), Nobody),
    sure(&["nodefaultidentity"], Fault::ManyIdentities, IDENTITY, Some(400), Nobody),
    sure(&["error_description", "identitynotfound"], Fault::NoIdentity, IDENTITY, Some(400), Nobody),
    sure(&["managedidentity", "identitynotfound"], Fault::NoIdentity, IDENTITY, Some(400), Nobody),
    sure(&["imds", "identitynotfound"], Fault::NoIdentity, IDENTITY, Some(400), Nobody),
    sure(&["169.254.169.254", "identitynotfound"], Fault::NoIdentity, IDENTITY, Some(400), Nobody),
    sure(&["169.254.169.254", "toomanyrequests"], Fault::BusyImds, IDENTITY, Some(429), Nobody),
    sure(&["imds", "toomanyrequests"], Fault::BusyImds, IDENTITY, Some(429), Nobody),
    sure(&["169.254.169.254", "timeout"], Fault::NoImds, IDENTITY, None, Nobody),
    sure(&["169.254.169.254", "refused"], Fault::NoImds, IDENTITY, None, Nobody),
    sure(&["169.254.169.254", "deadlineexceeded"], Fault::NoImds, IDENTITY, None, Nobody),
    sure(&["169.254.169.254", "unreachable"], Fault::NoImds, IDENTITY, None, Nobody),
    sure(&["169.254.169.254", "noroute"], Fault::NoImds, IDENTITY, None, Nobody),
    sure(&["169.254.169.254", "awaitingheaders"], Fault::NoImds, IDENTITY, None, Nobody),
    sure(&["managedidentitycredential", "timeout"], Fault::NoImds, IDENTITY, None, Nobody),
    sure(&["managedidentitycredential", "deadlineexceeded"], Fault::NoImds, IDENTITY, None, Nobody),
    sure(&["imdsendpoint", "notavailable"], Fault::NoImds, IDENTITY, None, Nobody),
    sure(&["executetherefreshrequest", "deadlineexceeded"], Fault::NoImds, IDENTITY, None, Nobody),
    sure(&["failedtocreateserviceprincipaltoken"], Fault::NoImds, IDENTITY, None, Nobody),
    sure(&["idtokenisnotyetvalid"], Fault::Clock, IDENTITY, None, Nobody),
    sure(&["assertion", "notinvalidtimerange"], Fault::OldAssertion, IDENTITY, Some(401), Presented),
    sure(&["assertion", "notwithinitsvalidtimerange"], Fault::OldAssertion, IDENTITY, Some(401), Presented),
    sure(&["docker-credential-", "notfound"], Fault::NoHelper, None, None, Nobody),
    sure(&["docker-credential-", "nosuchfile"], Fault::NoHelper, None, None, Nobody),
    sure(&["isnotfromacr"], Fault::HostNotMatched, None, None, Nobody),
    sure(&["nomatchingcredentials"], Fault::NoEntry, None, None, Nobody),
    sure(&["basiccredentialnotfound"], Fault::NoEntry, None, None, Nobody),
    sure(&["pullingimagewithoutcredentials"], Fault::NoProvider, None, None, Nobody),
    sure(&["adminuserisdisabled"], Fault::AdminOff, None, None, Nobody),
    sure(&["--admin-enabledtrue"], Fault::AdminOff, None, None, Nobody),
    sure(&["azlogin'tosetupaccount"], Fault::NotLoggedIn, IDENTITY, None, Nobody),
    sure(&["principal", "doesnotexistinthedirectory"], Fault::OtherDirectory, None, None, Nobody),
    sure(&["couldnotcreatearoleassignment"], Fault::RoleNotGiven, None, None, Nobody),
    sure(&["rejectedtokenexchange"], Fault::Refused, REFRESH, Some(401), Presented),
    sure(&["tokenvalidationfailed", "unauthorized"], Fault::Audience, REFRESH, Some(401), Presented),
    sure(&["inaccessibleimage"], Fault::Opaque, None, None, Unstated),
    sure(&["operationexpired"], Fault::Expired, None, None, Unstated),
];

/// What the kubelet says when its provider failed for a reason told elsewhere.
#[rustfmt::skip] // a phrase is a line
pub(super) const AFTERWARDS: &[Phrase] = &[
    sure(&["credentialfromexternalregistrycredentialprovider"], Fault::ProviderFailed, None, None, Nobody),
    beside(&["credentialprovider", "exitstatus"], Fault::ProviderFailed, None, None, Nobody),
    beside(&["invalidusername/password"], Fault::Refused, ACCESS, Some(401), Presented),
    beside(&["incorrectpassword"], Fault::BadSecret, ACCESS, Some(401), Presented),
    beside(&["incorrectusernameorpassword"], Fault::Refused, ACCESS, Some(401), Presented),
];

/// Where the text breaks off before the answer.
#[rustfmt::skip] // a phrase is a line
pub(super) const AT_LEAST: &[Phrase] = &[
    sure(&["failedtofetchoauthtoken"], Fault::Refused, ACCESS, None, Presented),
    sure(&["failedtofetchanonymoustoken"], Fault::Refused, ACCESS, None, Nobody),
];

/// The codes of Entra that mean something here.
pub(super) fn entra(code: u32) -> Fault {
    match code {
        7_000_215 => Fault::WrongSecret,
        7_000_222 => Fault::ExpiredSecret,
        700_016 | 90_002 | 7_000_112 | 500_111 => Fault::UnknownApplication,
        70_021 | 700_211..=700_213 | 700_238 => Fault::Federation,
        700_024 | 700_082 | 500_133 => Fault::OldAssertion,
        500_011 | 50_001 => Fault::Audience,
        900_382 | 900_432 => Fault::Cloud,
        _ => Fault::Entra,
    }
}
