//! WHAT HAPPENED: the redacted record of one run, and nothing else.
//!
//! Everything after the exchange (findings, reports, replay) reads only what is declared here.
//! A [`Recording`] holds no usable secret: transactions are built by [`redact`], which keeps what
//! is on its allow-lists and replaces the rest by kind and length.
//!
//! This module does not send, does not judge and does not print.

mod fact;
mod file;
mod header;
mod index;
mod lines;
mod platform;
pub mod redact;
mod runs;
mod stream;
mod text;
mod trace;
mod transaction;

pub use fact::{
    CertificateShown, Clock, Connect, ConnectFault, CredentialForm, CredentialShown, Dns, Exec,
    Fact, Fault, FileFault, FileRead, Observation, Pasted, Said, Tls, TlsFault, Withheld,
};
pub use file::{FileError, read_recording, write_folder, write_whole};
pub use header::{
    Ask, Header, Identity, Node, PlannedPrincipal, PodShown, Required, SCHEMA, Simulated, Target,
    Untried, Waited,
};
pub use index::Index;
pub use lines::{Damage, parse_lines, to_lines};
pub use platform::{IndexEntry, Platform};
pub use runs::{Damaged, Ended, Runs};
pub use stream::read_runs;
pub(crate) use trace::scope_of;
pub use trace::{Cell, Trace};
pub use transaction::{Failure, FailureKind, RequestShown, TokenShown, Transaction};

use serde::{Deserialize, Serialize};

/// One step of a flow, in the order in which a pull takes them.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The registry's name becomes addresses.
    Resolve,
    /// TCP to one of them.
    Connect,
    /// The TLS handshake and the certificate.
    Tls,
    /// The unauthenticated request that is answered by `WWW-Authenticate`.
    Challenge,
    /// The Entra token, from IMDS or Entra.
    IdentityToken,
    /// `POST /oauth2/exchange`: an Entra token becomes an ACR refresh token.
    RefreshToken,
    /// `/oauth2/token`: a credential becomes an ACR access token for a scope.
    AccessToken,
    /// The manifest, asked with the access token.
    Manifest,
    /// One layer's location.
    Blob,
}

impl Step {
    /// The contract's name of the step.
    pub fn name(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Challenge => "challenge",
            Self::IdentityToken => "identity-token",
            Self::RefreshToken => "refresh-token",
            Self::AccessToken => "access-token",
            Self::Manifest => "manifest",
            Self::Blob => "blob",
        }
    }
}

/// Where in the plan a piece of evidence belongs. What is `None` is shared: evidence without a
/// principal belongs to every principal's row.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The registry's host, as in [`Target::registry`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
    /// The principal's name, its SPEC word for word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// The image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The scope of one cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Which of several credentials, counted from 1, where a client tries one after the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// True for the check of the content: it belongs to no cell's own trace, and tells of every pull
    /// that was granted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub content: bool,
    /// True for what an experiment met: it belongs to no cell's own trace, and turns none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub varied: bool,
}

/// A count of what was removed, by kind.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    /// What kind of thing was removed.
    pub what: String,
    /// How often.
    pub count: usize,
}

/// All evidence of one run, in the plan's order.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// What was planned, when, and by which version.
    pub header: Header,
    /// What is not HTTP.
    pub facts: Vec<Fact>,
    /// Requests and their answers.
    pub transactions: Vec<Transaction>,
    /// Tokens that answers carried, decoded and not verified.
    pub tokens: Vec<TokenShown>,
    /// What was removed.
    pub redactions: Vec<Redaction>,
    /// False where the run was cut off: a signal ended it, or the footer is missing.
    pub complete: bool,
    /// Where what is.
    pub index: Index,
}

impl Recording {
    /// The text that was given beside the run.
    pub fn pasted(&self) -> Option<(&Fact, &Pasted)> {
        self.facts.iter().find_map(|fact| match &fact.observation {
            Observation::Event(pasted) => Some((fact, pasted)),
            _ => None,
        })
    }
}

/// Milliseconds with three decimals, so that equal times print equally.
pub fn milliseconds(time: std::time::Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1000.0
}
