//! A lane: at most one connection to one origin, one request at a time.
//!
//! reqwest's pool would share connections as they fall free, and then nobody could say which request
//! opened which. A lane owns a client whose pool holds one connection, so the answer is exact and the
//! ids follow the plan.

use super::marks::{ConnectTimer, Marks, SharedMarks};
use super::tls::TlsGround;
use super::{Answer, Method, Request};
use crate::evidence::milliseconds;
use crate::evidence::{Connect, ConnectFault, Failure, FailureKind, Step, Tls, TlsFault};
use crate::network::{certificate, route};
use hyper_util::client::proxy::matcher::Intercept;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// No manifest is larger: registries take up to 4 MiB.
const LARGEST_MANIFEST: usize = 4 * 1024 * 1024;
/// No other answer is larger. Nine of them may be on their way at once.
const LARGEST_BODY: usize = 512 * 1024;
/// No answer holds more values; each costs far more memory than the two bytes it may have on the wire.
const MOST_VALUES: usize = 50_000;

/// A connection that was opened ahead and found no use for so long may be closed on the other side: a new
/// one is opened instead, since a request that fails on it would look like the registry's fault.
const FRESH: Duration = Duration::from_secs(3);

/// How a lane is set up.
pub(super) struct LaneSetup {
    pub host: String,
    pub port: u16,
    /// The addresses that were checked: the only ones connected to.
    pub sockets: Vec<SocketAddr>,
    pub proxy: Option<Intercept>,
    pub timeout: Duration,
}

/// One connection, kept open between requests.
pub(super) struct Lane {
    client: reqwest::Client,
    marks: SharedMarks,
    host: String,
    port: u16,
    from: Option<IpAddr>,
    proxy: Option<String>,
    timeout: Duration,
    /// The serial of the connection that is open now.
    connection: Option<usize>,
    /// What came of opening one before there was a request.
    ahead: Option<Ahead>,
}

/// A connection that was opened ahead, or was to be.
struct Ahead {
    when: Instant,
    outcome: Result<Marks, (Connect, Option<Tls>)>,
}

/// What came of a request.
pub(super) struct Sent {
    /// The connection that was opened for it, if one was: its facts, serial left open.
    pub opened: Option<(Connect, Option<Tls>)>,
    /// The connection it went over; none where none came to be.
    pub connection: Option<usize>,
    /// The answer, or why there was none. None where the request was never sent.
    pub outcome: Option<Result<Answer, Failure>>,
}

impl Lane {
    /// A lane that is not yet connected.
    pub fn new(setup: LaneSetup, tls: &TlsGround) -> Result<Self, String> {
        let marks = SharedMarks::default();
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.configuration(&marks)?)
            .connector_layer(ConnectTimer(marks.clone()))
            .dns_resolver(Checked(setup.sockets.clone()))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .http1_only()
            .http1_title_case_headers()
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(None)
            .referer(false)
            .no_proxy();
        if let Some(proxy) = &setup.proxy {
            let mut through =
                reqwest::Proxy::all(proxy.uri().to_string()).map_err(|error| error.to_string())?;
            if let Some(credential) = proxy.basic_auth() {
                through = through.custom_http_auth(credential.clone());
            }
            builder = builder.proxy(through);
        }
        Ok(Self {
            client: builder.build().map_err(|error| error.to_string())?,
            marks,
            host: setup.host,
            port: setup.port,
            from: match setup.proxy {
                None => setup.sockets.first().and_then(route::from),
                Some(_) => None,
            },
            proxy: setup.proxy.as_ref().map(crate::network::proxy::shown),
            timeout: setup.timeout,
            connection: None,
            ahead: None,
        })
    }

    /// Opens the connection that the next request will need, and sends nothing. What comes of it is told with
    /// that request, as if it had opened it.
    pub async fn open_ahead(&mut self, url: &url::Url) {
        if self.connection.is_some() || self.ahead.is_some() {
            return;
        }
        self.marks.clear();
        self.marks.want_ahead();
        let began = Instant::now();
        // It gets as far as the connector, which keeps the connection and refuses the request.
        let request = Request::new(Method::Head, url.clone());
        let unsent = self.round_trip(&request, LARGEST_BODY);
        let ended = match tokio::time::timeout(self.timeout, unsent).await {
            Ok((_, outcome)) => outcome.err(),
            Err(_) => Some(Ended::Timeout),
        };
        let marks = self.marks.read();
        let outcome = if self.marks.is_kept() {
            Ok(marks)
        } else {
            Err(self.facts(&marks, None, ended.as_ref(), began))
        };
        self.ahead = Some(Ahead {
            when: Instant::now(),
            outcome,
        });
    }

    /// What was opened ahead, if it is fresh.
    fn take_ahead(&mut self) -> Option<Result<Marks, (Connect, Option<Tls>)>> {
        let ahead = self.ahead.take()?;
        if ahead.when.elapsed() < FRESH {
            return Some(ahead.outcome);
        }
        self.marks.drop_kept();
        None
    }

    /// Sends one request. `serial` numbers a connection, should one have to be opened.
    pub async fn send(
        &mut self,
        request: &Request,
        step: Step,
        serial: impl FnOnce() -> usize,
    ) -> Sent {
        let ahead = match self.take_ahead() {
            Some(Err(failed)) => {
                return Sent {
                    opened: Some(failed),
                    connection: None,
                    outcome: None,
                };
            }
            Some(Ok(marks)) => Some(marks),
            None => None,
        };
        let largest = match step {
            Step::Manifest => LARGEST_MANIFEST,
            _ => LARGEST_BODY,
        };
        self.marks.clear();
        let began = Instant::now();
        let (peer, outcome) =
            match tokio::time::timeout(self.timeout, self.round_trip(request, largest)).await {
                Err(_) => (None, Err(Ended::Timeout)),
                Ok((peer, outcome)) => (peer, outcome),
            };
        let marks = self.marks.read();
        let new = marks.connect_began.is_some().then_some(marks);
        let opened = new
            .or(ahead)
            .map(|marks| self.facts(&marks, peer, outcome.as_ref().err(), began));
        let stands = opened.as_ref().is_none_or(|(connect, tls)| {
            connect.fault.is_none() && tls.as_ref().is_none_or(|tls| tls.fault.is_none())
        });
        if opened.is_some() {
            self.connection = stands.then(serial);
        }
        let connection = self.connection;
        let outcome = stands.then(|| outcome.map_err(|ended| ended.failure(self.timeout)));
        if matches!(outcome, Some(Err(_))) {
            self.connection = None;
        }
        Sent {
            opened,
            connection,
            outcome,
        }
    }

    async fn round_trip(
        &self,
        request: &Request,
        largest: usize,
    ) -> (Option<SocketAddr>, Result<Answer, Ended>) {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Head => reqwest::Method::HEAD,
            Method::Post => reqwest::Method::POST,
        };
        let mut builder = self.client.request(method, request.url.clone());
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = request.body() {
            builder = builder.body(body);
        }
        let response = match builder.send().await {
            Ok(response) => response,
            Err(error) => return (None, Err(Ended::Error(Arc::new(error)))),
        };
        let peer = response.remote_addr();
        (peer, read(response, largest).await)
    }

    /// The facts of the connection that this request opened or failed to open.
    fn facts(
        &self,
        marks: &Marks,
        peer: Option<SocketAddr>,
        ended: Option<&Ended>,
        began: Instant,
    ) -> (Connect, Option<Tls>) {
        let now = Instant::now();
        let connect_began = marks.connect_began.unwrap_or(began);
        let tcp_ended = marks.tls_began.or(marks.connect_ended).unwrap_or(now);
        let failed = marks.connect_ended.is_none() || (ended.is_some_and(Ended::is_connect));
        let connect = Connect {
            connection: None,
            host: self.host.clone(),
            port: self.port,
            address: peer,
            from: self.from,
            proxy: self.proxy.clone(),
            fault: (failed && marks.tls_began.is_none())
                .then(|| connect_fault(ended, self.timeout)),
            elapsed_ms: milliseconds(tcp_ended.saturating_duration_since(connect_began)),
        };
        let tls = marks.tls_began.map(|tls_began| Tls {
            connection: None,
            host: self.host.clone(),
            chain: marks
                .chain
                .iter()
                .map(|der| certificate::show(der))
                .collect(),
            fault: (failed || marks.refused.is_some())
                .then(|| tls_fault(marks, ended, self.timeout)),
            elapsed_ms: milliseconds(
                marks
                    .connect_ended
                    .unwrap_or(now)
                    .saturating_duration_since(tls_began),
            ),
        });
        (connect, tls)
    }
}

/// Reads the whole body, or stops where it is larger than anything a registry says.
async fn read(mut response: reqwest::Response, largest: usize) -> Result<Answer, Ended> {
    let status = response.status().as_u16();
    let text = |value: &reqwest::header::HeaderValue| {
        String::from_utf8_lossy(value.as_bytes()).into_owned()
    };
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), text(value)))
        .collect();
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > largest => {
                return Err(Ended::TooLarge(largest));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) if values_in(&body) > MOST_VALUES => return Err(Ended::TooManyValues),
            Ok(None) => {
                return Ok(Answer {
                    status,
                    headers,
                    body,
                });
            }
            Err(error) => return Err(Ended::Error(Arc::new(error))),
        }
    }
}

/// How many values a body would have at the most if it were JSON: one more than its separators.
fn values_in(body: &[u8]) -> usize {
    let separates = |byte: &&u8| matches!(byte, b',' | b'[' | b'{');
    body.iter().filter(separates).count() + 1
}

/// How a request ended without an answer.
#[derive(Clone)]
enum Ended {
    Timeout,
    /// Than this many bytes.
    TooLarge(usize),
    TooManyValues,
    Error(Arc<reqwest::Error>),
}

impl Ended {
    fn is_connect(&self) -> bool {
        matches!(self, Self::Error(error) if error.is_connect())
    }

    fn failure(&self, limit: Duration) -> Failure {
        match self {
            Self::Timeout => Failure {
                kind: FailureKind::Timeout,
                message: no_answer(limit),
            },
            Self::TooLarge(largest) => Failure {
                kind: FailureKind::Malformed,
                message: format!(
                    "the answer is larger than {} KiB, more than the probe reads",
                    largest / 1024
                ),
            },
            Self::TooManyValues => Failure {
                kind: FailureKind::Malformed,
                message: format!(
                    "the answer holds more than {MOST_VALUES} values, more than the probe reads"
                ),
            },
            Self::Error(error) => Failure {
                kind: kind_of(error),
                message: words(error.as_ref()),
            },
        }
    }
}

fn no_answer(limit: Duration) -> String {
    format!("no answer within {} s", limit.as_secs_f64())
}

fn kind_of(error: &reqwest::Error) -> FailureKind {
    let text = words(error);
    if text.contains("closed")
        || text.contains("reset")
        || text.contains("unexpected end of file")
        || text.contains("EOF")
    {
        FailureKind::Closed
    } else {
        FailureKind::Malformed
    }
}

/// The innermost reason: outer layers repeat the address and say little.
fn words(error: &(dyn std::error::Error + 'static)) -> String {
    let mut reasons = Vec::new();
    let mut next = error.source();
    while let Some(one) = next {
        reasons.push(one.to_string());
        next = one.source();
    }
    reasons.dedup();
    let kept = reasons.split_off(reasons.len().saturating_sub(2));
    if kept.is_empty() {
        "the request failed".to_owned()
    } else {
        kept.join(": ")
    }
}

fn connect_fault(ended: Option<&Ended>, limit: Duration) -> ConnectFault {
    let Some(Ended::Error(error)) = ended else {
        return ConnectFault::Timeout(no_answer(limit));
    };
    let said = words(error.as_ref());
    let kind = source_of::<std::io::Error>(error.as_ref()).map(std::io::Error::kind);
    match kind {
        Some(std::io::ErrorKind::ConnectionRefused) => ConnectFault::Refused(said),
        Some(std::io::ErrorKind::TimedOut) => ConnectFault::Timeout(said),
        Some(
            std::io::ErrorKind::HostUnreachable
            | std::io::ErrorKind::NetworkUnreachable
            | std::io::ErrorKind::PermissionDenied,
        ) => ConnectFault::Unreachable(said),
        _ if said.contains("tunnel") || said.contains("proxy") => ConnectFault::Proxy(said),
        _ => ConnectFault::Other(said),
    }
}

fn tls_fault(marks: &Marks, ended: Option<&Ended>, limit: Duration) -> TlsFault {
    use rustls::CertificateError as Refused;
    let said = match ended {
        Some(Ended::Error(error)) => words(error.as_ref()),
        _ => no_answer(limit),
    };
    match &marks.refused {
        Some(rustls::Error::InvalidCertificate(reason)) => match reason {
            Refused::Expired | Refused::ExpiredContext { .. } => TlsFault::Expired(said),
            Refused::NotValidYet | Refused::NotValidYetContext { .. } => {
                TlsFault::NotYetValid(said)
            }
            Refused::NotValidForName | Refused::NotValidForNameContext { .. } => {
                TlsFault::WrongName(said)
            }
            _ => TlsFault::Untrusted(said),
        },
        Some(_) => TlsFault::Untrusted(said),
        None if matches!(ended, Some(Ended::Timeout)) => TlsFault::Timeout(said),
        None => TlsFault::Broken(said),
    }
}

fn source_of<'a, T: std::error::Error + 'static>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(one) = next {
        if let Some(found) = one.downcast_ref::<T>() {
            return Some(found);
        }
        next = one.source();
    }
    None
}

/// Hands reqwest the addresses that were checked, and no others.
struct Checked(Vec<SocketAddr>);

impl reqwest::dns::Resolve for Checked {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let sockets: reqwest::dns::Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(std::future::ready(Ok(sockets)))
    }
}
