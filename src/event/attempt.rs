//! One entry of a message becomes an attempt.

use super::number::status;
use super::phrases::{self, Phrase};
use super::url::Url;
use super::{Attempt, Credential, Fault, Role, phrases_local};
use crate::evidence::Step;
use std::net::IpAddr;

/// An entry in the forms that are asked of it.
#[derive(Debug)]
pub(super) struct Entry<'t> {
    /// As it stands.
    pub text: &'t str,
    /// In lower case, without blanks.
    pub squeezed: &'t str,
    /// Its URLs.
    pub urls: &'t [Url],
    /// True where the whole message speaks of a registry.
    pub has_context: bool,
}

/// The attempt that an entry tells of.
pub(super) fn read(entry: &Entry<'_>, line: usize) -> Option<Attempt> {
    let status = answered(entry);
    let mut attempt = by_code(entry)
        .or_else(|| by_phrase(entry, phrases_local::PHRASES))
        .or_else(|| by_phrase(entry, phrases::PHRASES))
        .or_else(|| by_phrase(entry, phrases_local::AFTERWARDS))
        .or_else(|| by_status(entry, status))
        .or_else(|| by_phrase(entry, phrases_local::AT_LEAST))?;
    attempt.line = line;
    if attempt.status.is_none_or(|own| own == 401) && has_answer(attempt.fault) {
        attempt.status = status.or(attempt.status);
    }
    by_number(&mut attempt);
    place(entry, &mut attempt);
    attempt.credential = presented(entry, &attempt);
    attempt.address = address(entry.text);
    Some(attempt)
}

/// The number matters more than the words: "denied" with 403 is no matter of rights.
fn by_number(attempt: &mut Attempt) {
    if attempt.fault != Fault::Refused {
        return;
    }
    attempt.fault = match attempt.status {
        Some(403) => Fault::Forbidden,
        Some(429) => Fault::Throttled,
        Some(500..=599) => Fault::Service,
        _ => Fault::Refused,
    };
}

/// False where a number in the text is not the answer's: a proxy's, a log's.
fn has_answer(fault: Fault) -> bool {
    !matches!(
        fault,
        Fault::NoPlatform
            | Fault::Qps
            | Fault::NoConnection
            | Fault::NoSuchHost
            | Fault::Cut
            | Fault::UnknownAuthority
            | Fault::OtherName
            | Fault::NoHelper
            | Fault::NoEntry
            | Fault::NoProvider
            | Fault::HostNotMatched
    )
}

fn attempt(
    fault: Fault,
    step: Option<Step>,
    status: Option<u16>,
    credential: Credential,
) -> Attempt {
    Attempt {
        credential,
        step,
        status,
        fault,
        role: Role::Later,
        line: 0,
        address: None,
    }
}

fn by_phrase(entry: &Entry<'_>, phrases: &[Phrase]) -> Option<Attempt> {
    let fits = |one: &&Phrase| {
        (entry.has_context || !one.needs_context)
            && one.all.iter().all(|word| entry.squeezed.contains(word))
    };
    let one = phrases.iter().find(fits)?;
    Some(attempt(one.fault, one.step, one.status, one.credential))
}

/// `AADSTS7000215`.
fn by_code(entry: &Entry<'_>) -> Option<Attempt> {
    let (_, rest) = entry.squeezed.split_once("aadsts")?;
    let end = rest
        .find(|one: char| !one.is_ascii_digit())
        .unwrap_or(rest.len());
    let code = rest[..end.min(9)].parse().ok()?;
    let credential = match phrases_local::entra(code) {
        Fault::Audience | Fault::Entra | Fault::Cloud => Credential::Unstated,
        _ => Credential::Presented,
    };
    Some(attempt(
        phrases_local::entra(code),
        Some(Step::IdentityToken),
        None,
        credential,
    ))
}

/// Where no phrase is known, the number speaks.
fn by_status(entry: &Entry<'_>, status: Option<u16>) -> Option<Attempt> {
    if !entry.has_context {
        return None;
    }
    let is_refusal = [
        "unauthorized",
        "authenticationrequired",
        "accessdenied",
        "denied:",
    ]
    .iter()
    .any(|word| entry.squeezed.contains(word));
    let status = status.or(is_refusal.then_some(401))?;
    let fault = match status {
        // The token endpoint holds no content: it does not know this form of request.
        404 if is_token(entry) => Fault::BadRequest,
        401 => Fault::Refused,
        403 => Fault::Forbidden,
        404 => Fault::NotFound,
        407 => Fault::Proxy,
        413 | 431 => Fault::TooLarge,
        429 => Fault::Throttled,
        400..=499 => Fault::BadRequest,
        500..=599 => Fault::Service,
        _ => return None,
    };
    let step = match fault {
        Fault::NotFound => Some(Step::Manifest),
        Fault::Refused => Some(Step::AccessToken),
        _ => None,
    };
    Some(attempt(fault, step, Some(status), Credential::Unstated))
}

/// The registry's status. A platform puts a 400 of its own around the registry's code.
fn answered(entry: &Entry<'_>) -> Option<u16> {
    let is_refused = entry
        .squeezed
        .contains("unauthorized:authenticationrequired");
    match status(entry.text) {
        Some(400) if is_refused => Some(401),
        own => own,
    }
}

/// The step: what the URL says, unless the words know better.
fn place(entry: &Entry<'_>, attempt: &mut Attempt) {
    let says = |word: &str| entry.squeezed.contains(word);
    let is_blob =
        entry.urls.iter().any(is_blob) || says("failedtocopy") || says("failedtofetchblob");
    if is_blob
        && matches!(
            attempt.fault,
            Fault::NoSuchHost
                | Fault::NoConnection
                | Fault::TooLate
                | Fault::Cut
                | Fault::Forbidden
        )
    {
        attempt.fault = Fault::NoBlob;
        attempt.credential = Credential::Presented;
    }
    if is_blob
        && !matches!(
            attempt.fault,
            Fault::NoPlatform | Fault::NotFound | Fault::NoEntry
        )
    {
        attempt.step = Some(Step::Blob);
        return;
    }
    let is_token = is_token(entry);
    let is_network = matches!(
        attempt.step,
        Some(Step::Resolve | Step::Connect | Step::Tls | Step::IdentityToken)
    );
    if is_network || matches!(attempt.fault, Fault::NoChallenge | Fault::NoPlatform) {
        return;
    }
    if says("/oauth2/exchange") || says("tokenexchange") || says("wasdenied.responsecode") {
        attempt.step = Some(Step::RefreshToken);
    } else if is_token || says("/oauth2/token") {
        attempt.step = Some(Step::AccessToken);
    } else if is_ping(entry) && !is_of_a_credential(attempt.fault) {
        attempt.step = Some(Step::Challenge);
    } else if is_answer_of_manifest(entry, attempt) {
        attempt.step = Some(Step::Manifest);
        // Who presents nothing meets his 401 before: here a token was given, and holds too little.
        if attempt.fault == Fault::Refused && names_what_was_answered(entry) {
            attempt.fault = Fault::InsufficientScope;
        }
    }
}

fn is_token(entry: &Entry<'_>) -> bool {
    let words = ["anonymoustoken", "oauthtoken", "authtoken:"];
    words.iter().any(|word| entry.squeezed.contains(word))
}

fn is_ping(entry: &Entry<'_>) -> bool {
    let mut paths = entry.urls.iter().map(|url| url.path.as_str());
    paths.any(|path| path == "/v2/" || path == "/v2")
        || entry.squeezed.contains("pingingcontainerregistry")
}

/// What is said of a credential is an answer to it, whatever URL the client names.
fn is_of_a_credential(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::Refused | Fault::UnknownUser | Fault::NotGuid | Fault::BadSecret
    )
}

/// A status about a manifest's URL is the manifest's; words about one (`Head "…/manifests/…": unauthorized`)
/// are of the token that was asked for its sake.
fn is_answer_of_manifest(entry: &Entry<'_>, attempt: &Attempt) -> bool {
    let has_url = entry
        .urls
        .iter()
        .any(|url| url.path.contains("/manifests/"));
    has_url
        && (attempt.step.is_none()
            || entry.squeezed.contains("unexpectedstatus")
            || entry.squeezed.contains("responsestatuscode")
            || names_what_was_answered(entry))
}

/// The library of crane and kaniko names the very request that was answered thus.
fn names_what_was_answered(entry: &Entry<'_>) -> bool {
    entry.text.contains(": UNAUTHORIZED:") || entry.text.contains("HEAD responses have no body")
}

fn is_blob(url: &Url) -> bool {
    let host = url.host.as_deref().unwrap_or_default();
    let is_layer = url.path.contains("/blobs/") && !url.path.contains("/blobs/uploads");
    host.contains(".blob.core.") || host.contains(".data.azurecr.") || is_layer
}

fn presented(entry: &Entry<'_>, attempt: &Attempt) -> Credential {
    let says = |word: &str| entry.squeezed.contains(word);
    let before_any = matches!(
        attempt.step,
        Some(Step::Resolve | Step::Connect | Step::Tls | Step::Challenge)
    );
    if says("anonymoustoken") || says("fallingbackonanonymous") {
        return Credential::None;
    }
    if says("oauthtoken")
        || says("invalidusername/password")
        || attempt.step == Some(Step::RefreshToken)
    {
        return Credential::Presented;
    }
    if before_any && attempt.credential == Credential::Unstated {
        return Credential::None;
    }
    let is_plain_get = says("/oauth2/token?")
        && !entry.text.contains("UNAUTHORIZED:")
        && attempt.step == Some(Step::AccessToken);
    match attempt.credential {
        Credential::Unstated if is_plain_get => Credential::None,
        own => own,
    }
}

/// The address in the text: the caller's that the registry saw, or the one that did not answer.
fn address(text: &str) -> Option<String> {
    text.split(|one: char| !one.is_ascii_hexdigit() && one != '.' && one != ':')
        .map(|word| word.trim_matches(['.', ':']))
        .map(|word| {
            word.rsplit_once(':').map_or(
                word,
                |(host, _)| if host.contains('.') { host } else { word },
            )
        })
        .filter(|word| word.len() > 6 && word.contains('.'))
        .find(|word| word.parse::<IpAddr>().is_ok())
        .map(str::to_owned)
}
