//! Evidence that is not HTTP: names, connections, certificates, clocks, files, and what the probe
//! refused to do.

use super::{Place, Step};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// One fact with the step it belongs to.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// `f1`, `f2`, … in the plan's order.
    pub id: String,
    /// The step that this fact belongs to. A connection to IMDS belongs to `identity-token`.
    pub step: Step,
    /// What was seen.
    #[serde(flatten)]
    pub observation: Observation,
    /// Whose fact it is.
    #[serde(flatten)]
    pub place: Place,
}

/// What kind of fact, with its data.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", content = "data", rename_all = "kebab-case")]
pub enum Observation {
    /// A name was resolved, or not.
    Dns(Dns),
    /// A connection was opened, or not.
    Connect(Connect),
    /// A TLS handshake ended.
    Tls(Tls),
    /// The registry's clock beside ours.
    Clock(Clock),
    /// A file of this machine was read, or not.
    File(FileRead),
    /// The probe would not send something.
    Withheld(Withheld),
    /// A store, a helper or a plugin was asked for a credential.
    Credential(CredentialShown),
    /// A program of this machine was run.
    Exec(Exec),
    /// A text that was given beside the run: what somebody else saw, elsewhere or earlier.
    Event(Pasted),
}

impl Observation {
    /// True where this leaves a principal without a credential to present.
    pub fn leaves_nothing(&self) -> bool {
        match self {
            Self::File(file) => file.fault.is_some(),
            Self::Credential(credential) => !credential.form.is_presented(),
            Self::Exec(exec) => exec.fault.is_some(),
            Self::Dns(_)
            | Self::Connect(_)
            | Self::Tls(_)
            | Self::Clock(_)
            | Self::Withheld(_)
            | Self::Event(_) => false,
        }
    }
}

/// A pasted text, as far as it tells of a pull.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pasted {
    /// The file, `-` for standard input.
    pub from: String,
    /// The messages of it that told something, redacted.
    pub said: Vec<Said>,
}

/// One message of a text.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The line of the text that it begins on, from 1.
    pub line: usize,
    /// Its text, on one line.
    pub text: String,
}

/// The answer of the resolver.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dns {
    /// The name asked for.
    pub host: String,
    /// The CNAME chain behind the name, in order, where the resolver gave it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What it resolved to, in the resolver's order.
    pub addresses: Vec<IpAddr>,
    /// Where the addresses come from: `resolver`, `--connect-to`, `literal`, `scenario` or `proxy`.
    pub source: String,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// Milliseconds.
    pub elapsed_ms: f64,
}

/// A fault of the network in words: a stable kind and what the system said.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// A stable word: `nxdomain`, `timeout`, `other`.
    pub kind: String,
    /// What the system said.
    pub message: String,
}

/// A connection that was opened or could not be.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connect {
    /// `c1`, `c2`, … in the plan's order; none where no connection came to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    /// The host that was wanted.
    pub host: String,
    /// The port that was wanted.
    pub port: u16,
    /// The address that answered, the proxy's if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<SocketAddr>,
    /// The address that this machine's routes send from to get there; a translation on the way shows
    /// the peer another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<IpAddr>,
    /// The proxy in force, without its credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<ConnectFault>,
    /// Milliseconds until the connection stood or failed.
    pub elapsed_ms: f64,
}

/// Why TCP did not get there.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "message", rename_all = "kebab-case")]
pub enum ConnectFault {
    /// The port is closed.
    Refused(String),
    /// Nobody answered in time.
    Timeout(String),
    /// No route, or forbidden on the way.
    Unreachable(String),
    /// The proxy would not open the tunnel.
    Proxy(String),
    /// Something else.
    Other(String),
}

impl ConnectFault {
    /// What the system said.
    pub fn message(&self) -> &str {
        match self {
            Self::Refused(message)
            | Self::Timeout(message)
            | Self::Unreachable(message)
            | Self::Proxy(message)
            | Self::Other(message) => message,
        }
    }
}

/// How a TLS handshake ended.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tls {
    /// The connection it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    /// The name that the certificate had to be for.
    pub host: String,
    /// The certificates shown, leaf first, also when they were refused.
    pub chain: Vec<CertificateShown>,
    /// Why the handshake failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<TlsFault>,
    /// Milliseconds.
    pub elapsed_ms: f64,
}

/// A certificate in words.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateShown {
    /// Its subject.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The DNS names it is for.
    pub names: Vec<String>,
    /// First moment of validity, seconds since 1970.
    pub not_before: i64,
    /// Last moment of validity, seconds since 1970.
    pub not_after: i64,
}

/// Why a TLS handshake failed.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "message", rename_all = "kebab-case")]
pub enum TlsFault {
    /// No authority that this machine trusts has signed it.
    Untrusted(String),
    /// The certificate is for another name.
    WrongName(String),
    /// Its time is over by our clock.
    Expired(String),
    /// Its time has not begun by our clock.
    NotYetValid(String),
    /// Nothing more came in time.
    Timeout(String),
    /// The peer closed or spoke something that is not TLS.
    Broken(String),
}

/// The peer's clock beside ours, from a `Date` header.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Whose clock.
    pub host: String,
    /// The peer's time, seconds since 1970.
    pub peer: i64,
    /// Our time when the answer was there, seconds since 1970.
    pub local: i64,
}

impl Clock {
    /// How far our clock is ahead of the peer's, in seconds; negative where it is behind.
    pub fn ahead(&self) -> i64 {
        self.local - self.peer
    }
}

impl TlsFault {
    /// What the TLS library said.
    pub fn message(&self) -> &str {
        match self {
            Self::Untrusted(message)
            | Self::WrongName(message)
            | Self::Expired(message)
            | Self::NotYetValid(message)
            | Self::Timeout(message)
            | Self::Broken(message) => message,
        }
    }
}

/// A file of this machine that a principal's credential is in.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileRead {
    /// Where it was looked for.
    pub path: String,
    /// Members that may be shown, by name.
    #[serde(default)]
    pub shown: serde_json::Map<String, serde_json::Value>,
    /// Why it cannot be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<FileFault>,
}

/// Why a file cannot be used.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "message", rename_all = "kebab-case")]
pub enum FileFault {
    /// It is not there.
    Missing(String),
    /// It may not be read.
    Unreadable(String),
    /// It is not the format it should be.
    Malformed(String),
    /// It lacks a member, or one has a value that cannot be meant.
    Field(String),
}

/// What the probe would not do, and why: the destination check's word.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// The rule that was broken, by its name in the catalogue.
    pub rule: String,
    /// Where the credential would have gone.
    pub destination: String,
    /// One sentence.
    pub because: String,
}

/// What a store, a helper or a plugin holds for a registry, as far as it may be shown.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialShown {
    /// The file, helper or plugin.
    pub from: String,
    /// The key or pattern it stands under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What it is.
    pub form: CredentialForm,
    /// The user name, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// Keys that only nearly fit: never picked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<String>,
    /// Why it is what it is, one clause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// What a stored credential is.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialForm {
    /// A user name and a password: presented.
    Password,
    /// An identity token (an ACR refresh token): presented.
    IdentityToken,
    /// An empty user name and password, which some clients present as nobody: presented.
    Anonymous,
    /// A ready access token, which container runtimes ignore.
    RegistryToken,
    /// An entry without anything in it: the client goes on anonymously.
    Empty,
    /// No entry for this registry: the client goes on anonymously.
    Absent,
    /// An entry that cannot be read.
    Malformed,
    /// The source is one that nothing here can ask.
    Unsupported,
}

impl CredentialForm {
    /// True where a client presents it.
    pub fn is_presented(self) -> bool {
        match self {
            Self::Password | Self::IdentityToken | Self::Anonymous => true,
            Self::RegistryToken
            | Self::Empty
            | Self::Absent
            | Self::Malformed
            | Self::Unsupported => false,
        }
    }
}

/// A program that was run, without what it printed to standard output: that may be a credential.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exec {
    /// The program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its exit code.
    pub code: Option<i32>,
    /// Why it gave nothing usable, one clause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// What it wrote to standard error, redacted and cut.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stderr: String,
    /// Milliseconds.
    pub elapsed_ms: f64,
}
