//! What a scenario says about names, connections, TLS, IMDS and faults.
//! *Not* how they are done: `hosts`, `unreachable`, `faults`.

use std::net::IpAddr;

use serde::Deserialize;

use super::duration::Span;
use super::stated::yes;

/// `[host."name"]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedHost {
    /// What DNS is said to answer.
    #[serde(default)]
    pub addresses: Vec<IpAddr>,
    /// The CNAME chain before the addresses.
    #[serde(default)]
    pub canonical: Vec<String>,
    #[serde(default)]
    pub resolve: Resolve,
    #[serde(default)]
    pub connect: Connect,
    #[serde(default)]
    pub tls: Tls,
    /// Who issued the certificate where `tls = "other-authority"`.
    pub issuer: Option<String>,
    /// Ports it is said to listen on.
    #[serde(default = "https_port")]
    pub ports: Vec<u16>,
    #[serde(default)]
    pub serves: Serves,
}

/// What the name resolves to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resolve {
    #[default]
    Answer,
    Nxdomain,
}

/// What a connection meets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connect {
    #[default]
    Accepted,
    Refused,
    Timeout,
}

/// What certificate is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    #[default]
    Good,
    OtherAuthority,
    WrongName,
    Expired,
    NotYetValid,
}

/// What a host besides registry, Entra and storage does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Serves {
    /// What its name stands for elsewhere in the file; else a page.
    #[default]
    Named,
    /// Takes any credential and says thank you: whoever asks is in the log.
    Trap,
}

/// `[imds]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatedImds {
    pub state: ImdsState,
    /// The status for `state = "status"`: 404, 410, 429, 500, 502, 504.
    pub status: u16,
    /// The audience its tokens have whatever was asked for.
    pub audience: Option<String>,
    /// *Inferred.* Also `client_id` and `ext_expires_in`.
    pub extended: bool,
    /// Minted tokens are already past their time.
    pub expired: bool,
}

impl Default for StatedImds {
    fn default() -> Self {
        StatedImds {
            state: ImdsState::Answers,
            status: 500,
            audience: None,
            extended: false,
            expired: false,
        }
    }
}

/// How the instance metadata service behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImdsState {
    Answers,
    Refused,
    Timeout,
    Status,
}

/// `[[fault]]`: something at one step that is not the registry's rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedFault {
    pub at: At,
    /// Only on this host.
    pub host: Option<String>,
    pub kind: FaultKind,
    /// Only the first so many requests that it fits.
    pub count: Option<u32>,
    pub status: Option<u16>,
    pub body: Option<String>,
    /// What is sent in place of an answer, in base64, for `kind = "bytes"`.
    pub bytes: Option<String>,
    pub content_type: Option<String>,
    pub location: Option<String>,
    pub retry_after: Option<String>,
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    #[serde(default)]
    pub delay: Span,
    /// Whether a status carries the headers of the endpoint it replaces.
    #[serde(default = "yes")]
    pub own_headers: bool,
}

/// The step a fault is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum At {
    /// Any `/v2/` request without a credential, and `/v2/` itself.
    Challenge,
    Exchange,
    Token,
    /// A manifest with a credential.
    Manifest,
    Blob,
    Imds,
    Entra,
    Storage,
    Every,
}

/// What happens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// `status`, `body`, `content_type`, `headers` as stated.
    Status,
    /// 429 with `retry_after`; the body is *inferred*.
    Throttle,
    /// Never answers.
    Hang,
    /// Closes the connection.
    Close,
    /// Waits `delay`, then answers as usual.
    Delay,
    /// HTML of a proxy, with `Via`.
    ProxyPage,
    /// HTML of a web server.
    WebPage,
    /// 307 (or `status`) to `location`.
    Redirect,
    /// One byte a second.
    Drip,
    /// Headers without an end.
    EndlessHeaders,
    /// A `Www-Authenticate` of a megabyte.
    HugeChallenge,
    /// `Content-Encoding: gzip` over a body that is none.
    Gzip,
    /// These bytes and no others, then the connection is closed.
    Bytes,
}

fn https_port() -> Vec<u16> {
    vec![443]
}
