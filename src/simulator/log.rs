//! What was asked, in order of arrival. Credentials are written as kind, length and
//! the first digits of their hash. *Not* evidence of the probe: the other side of it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::http::{Request, decoded};
use super::ids::digest_of;
use super::mint;

/// Longer ones (layers on their way to a real registry) are only counted.
const LONGEST_BODY: usize = 64 * 1024;

/// One request as it came in, and the status it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedRequest {
    /// `https`, `http`, or `imds`.
    pub scheme: &'static str,
    /// The host asked, lower-case.
    pub host: String,
    /// The method.
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// Header lines as sent, `Authorization` masked.
    pub headers: Vec<(String, String)>,
    /// The body as sent, secret form values masked.
    pub body: String,
    /// The status answered; 0 where no answer was sent.
    pub status: u16,
    /// The number of the connection, from 1.
    pub connection: u64,
    /// Milliseconds since serving began.
    pub elapsed_ms: u64,
}

/// The requests of one served world; clones share it.
#[derive(Debug, Clone, Default)]
pub struct RequestLog(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    entries: Vec<LoggedRequest>,
    file: Option<File>,
}

impl RequestLog {
    /// The requests so far, in order of arrival.
    pub fn snapshot(&self) -> Vec<LoggedRequest> {
        self.lock().entries.clone()
    }

    /// From now on every request is also appended to a file, one JSON object a line.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub fn append_to(&self, path: &Path) -> std::io::Result<()> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        self.lock().file = Some(file);
        Ok(())
    }

    pub(super) fn add(&self, entry: LoggedRequest) {
        let mut inner = self.lock();
        if let Some(file) = inner.file.as_mut() {
            // A full disk must not change what the world answers.
            let _ = writeln!(file, "{}", line(&entry));
        }
        inner.entries.push(entry);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An entry for `request`.
pub(super) fn entry(
    request: &Request,
    scheme: &'static str,
    status: u16,
    connection: u64,
    elapsed_ms: u64,
) -> LoggedRequest {
    let headers = request.headers.iter().map(|(name, value)| {
        let value = match name.eq_ignore_ascii_case("authorization") {
            true => authorization(value),
            false => value.clone(),
        };
        (name.clone(), value)
    });
    LoggedRequest {
        scheme,
        host: request.host.clone(),
        method: request.method.clone(),
        target: target(&request.target),
        headers: headers.collect(),
        body: body(&request.body),
        status,
        connection,
        elapsed_ms,
    }
}

fn line(entry: &LoggedRequest) -> Value {
    json!({
        "scheme": entry.scheme,
        "host": entry.host,
        "method": entry.method,
        "target": entry.target,
        "headers": entry.headers,
        "body": entry.body,
        "status": entry.status,
        "connection": entry.connection,
        "elapsed_ms": entry.elapsed_ms,
    })
}

fn authorization(value: &str) -> String {
    let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
    format!("{scheme} {}", masked(rest)).trim_start().to_owned()
}

fn target(target: &str) -> String {
    match target.split_once('?') {
        Some((path, query)) => format!("{path}?{}", form(query)),
        None => target.to_owned(),
    }
}

fn body(body: &[u8]) -> String {
    match body.len() {
        0..=LONGEST_BODY => form(&String::from_utf8_lossy(body)),
        length => format!("({length} bytes)"),
    }
}

fn form(body: &str) -> String {
    let secret = [
        "password",
        "refresh_token",
        "access_token",
        "client_secret",
        "client_assertion",
    ];
    let pairs = body.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) if secret.contains(&name) && !value.is_empty() => {
            format!("{name}={}", masked(&decoded(value)))
        }
        Some(_) | None => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// `kind:length:hash`, the kind told from the claims.
fn masked(secret: &str) -> String {
    let kind = match mint::claims_of(secret) {
        None => "text",
        Some(claims) if claims.contains_key("tid") => "entra-token",
        Some(claims) => match claims.get("grant_type").and_then(Value::as_str) {
            Some("refresh_token") => "acr-refresh-token",
            Some("access_token") => "acr-access-token",
            Some(_) | None => "token",
        },
    };
    let digest = digest_of(secret.as_bytes());
    format!("{kind}:{}:{}", secret.len(), &digest[7..15])
}
