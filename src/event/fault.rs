//! What a text says was wrong, before anyone asks why.

use serde::Serialize;

/// The classes of faults that texts show.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// 401, no more.
    Refused,
    /// The token lacks what was asked.
    InsufficientScope,
    /// The access token was not accepted.
    InvalidToken,
    /// Tags may not be listed.
    MissingMetadataRead,
    /// 403 that names the caller's address.
    AddressNotAllowed,
    /// 403, no more.
    Forbidden,
    /// `/v2/` gave no usable challenge.
    NoChallenge,
    /// The challenge cannot be used.
    ChallengeUnusable,
    /// 429.
    Throttled,
    /// 429 of the source behind a cache rule.
    UpstreamThrottled,
    /// 401 of a cache rule's credential.
    CacheCredential,
    /// A cache rule's path.
    CachePath,
    /// The manifest, the tag or the repository is not there.
    NotFound,
    /// No manifest for this platform.
    NoPlatform,
    /// Quarantine.
    Quarantined,
    /// The name does not resolve.
    NoSuchHost,
    /// A login server with two suffixes.
    DoubleSuffix,
    /// No connection.
    NoConnection,
    /// Too late.
    TooLate,
    /// The connection was cut.
    Cut,
    /// Layers cannot be fetched.
    NoBlob,
    /// A certificate of nobody known.
    UnknownAuthority,
    /// A certificate for another name.
    OtherName,
    /// A time that is not now.
    Clock,
    /// 407, or a proxy's words.
    Proxy,
    /// 5xx.
    Service,
    /// 400.
    BadRequest,
    /// A header too large.
    TooLarge,
    /// An unknown user name.
    UnknownUser,
    /// A token under a user name that is no GUID.
    NotGuid,
    /// A wrong or expired secret.
    BadSecret,
    /// A password that Entra calls wrong.
    WrongSecret,
    /// A secret that Entra calls expired.
    ExpiredSecret,
    /// The admin user is off.
    AdminOff,
    /// The application is not in the tenant.
    UnknownApplication,
    /// No federated credential fits.
    Federation,
    /// The assertion is too old.
    OldAssertion,
    /// Another audience than the registry's.
    Audience,
    /// Another cloud.
    Cloud,
    /// Another code of Entra.
    Entra,
    /// The identity is not on this machine.
    NoIdentity,
    /// Several identities and no id.
    ManyIdentities,
    /// IMDS does not answer.
    NoImds,
    /// IMDS is busy.
    BusyImds,
    /// Nobody is logged in.
    NotLoggedIn,
    /// A docker-credential program is not there.
    NoHelper,
    /// No entry for the host.
    NoEntry,
    /// Nobody gave the kubelet a credential.
    NoProvider,
    /// The provider failed.
    ProviderFailed,
    /// The provider does not take the host for a registry of ours.
    HostNotMatched,
    /// The role could not be given.
    RoleNotGiven,
    /// The principal is of another directory.
    OtherDirectory,
    /// The image has no host.
    NoHost,
    /// The kubelet's own limit.
    Qps,
    /// A platform that says nothing.
    Opaque,
    /// A platform that gave up waiting.
    Expired,
}
