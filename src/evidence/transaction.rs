//! One request with its answer or its failure, as far as it may be shown.

use super::{Place, Step};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// One request and what came of it. Built only by the recorder, which redacts.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transaction {
    /// `t1`, `t2`, … in the plan's order.
    pub id: String,
    /// The step it belongs to.
    pub step: Step,
    /// The one factor that was varied; none for what the client itself would send.
    pub experiment: Option<String>,
    /// Whose request is replayed: `containerd`, `kubelet credential provider`, `azure_identity`, …
    pub client: String,
    /// The connection it went over.
    pub connection: Option<String>,
    /// The HTTP method.
    pub method: String,
    /// The address, redacted.
    pub url: String,
    /// What was sent, redacted.
    pub request: RequestShown,
    /// The status, if there was an answer.
    pub status: Option<u16>,
    /// Why there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// The answer's headers, lower case, redacted.
    pub headers: BTreeMap<String, Vec<String>>,
    /// The answer's body, redacted; none where it was empty.
    pub body: Option<String>,
    /// Milliseconds from the start of the run to this request.
    pub started_ms: f64,
    /// Milliseconds until the answer was read.
    pub elapsed_ms: f64,
    /// The registry's id of this request, for support.
    pub correlation_id: Option<String>,
    /// Whose transaction it is.
    #[serde(flatten)]
    pub place: Place,
}

/// What was sent, redacted, in the order in which it was written.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestShown {
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// Form fields, empty where there was no form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<(String, String)>,
}

/// Why a request that was sent got no usable answer.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind.
    pub kind: FailureKind,
    /// What was said.
    pub message: String,
}

/// How an answer failed to come.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// Not in time.
    Timeout,
    /// The connection ended first.
    Closed,
    /// It is not HTTP, or larger than the probe reads.
    Malformed,
}

impl Transaction {
    /// The first value of a header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.first().map(String::as_str)
    }

    /// All values of a header.
    pub fn header_lines<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers
            .get(name)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// The body as JSON, if it is.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(self.body.as_deref()?).ok()
    }

    /// The registry's own words: `(code, message)` of the first element of `errors`.
    pub fn registry_error(&self) -> Option<(String, String)> {
        let body = self.json()?;
        let first = body.get("errors")?.get(0)?;
        let member = |name: &str| {
            first
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        Some((member("code"), member("message")))
    }

    /// The caller's address in the registry's own words: `client with IP '203.0.113.7' is not allowed access`.
    pub fn refused_address(&self) -> Option<std::net::IpAddr> {
        let (_, message) = self.registry_error()?;
        let (_, rest) = message.split_once("client with IP")?;
        rest.split([' ', '\'', '"'])
            .find(|word| !word.is_empty())?
            .parse()
            .ok()
    }

    /// The identity endpoint's own words: `(error, error_description)`.
    pub fn identity_error(&self) -> Option<(String, String)> {
        let body = self.json()?;
        let member = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        Some((
            member("error")?,
            member("error_description").unwrap_or_default(),
        ))
    }

    /// The host of the address, without port.
    pub fn host(&self) -> Option<String> {
        url::Url::parse(&self.url)
            .ok()?
            .host_str()
            .map(str::to_owned)
    }
}

/// A token that an answer carried: header and claims, decoded and *not verified*.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenShown {
    /// The transaction whose answer carried it; empty where a fact did.
    #[serde(default)]
    pub transaction: String,
    /// The fact it came with, where no answer carried it: a program's output, a stored entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<String>,
    /// `entra`, `acr-refresh`, `acr-access`, `acr-anonymous`, `other`, or `opaque`.
    pub kind: String,
    /// Always false: the probe holds no key to check a signature with.
    pub verified: bool,
    /// The first twelve hex digits of the whole token's SHA-256, so that two uses can be recognised.
    pub fingerprint: String,
    /// The JOSE header.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
}
