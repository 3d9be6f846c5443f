//! Requests as received and answers as sent: raw header order, casing and
//! duplicates. *Not* the socket (`wire`), and no general HTTP library: only what
//! the simulator's own endpoints read.

use base64::{Engine, engine::general_purpose::STANDARD};

/// A request as it came in.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `https`, or `http` where the connection was in clear.
    pub scheme: &'static str,
    /// Lower-case, without a port.
    pub host: String,
    pub method: String,
    /// Path and query, raw.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What an `Authorization` header holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presented {
    Nothing,
    Basic {
        user: String,
        password: String,
    },
    Bearer(String),
    /// Neither scheme, or Basic that is not base64 of `user:password`.
    Unreadable,
}

impl Request {
    /// The path without the query, raw.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query's pairs, decoded, in order.
    pub fn query(&self) -> Vec<(String, String)> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        pairs(query)
    }

    /// The form's pairs, decoded, in order.
    pub fn form(&self) -> Vec<(String, String)> {
        pairs(&String::from_utf8_lossy(&self.body))
    }

    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self
            .headers
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name));
        all.next().map(|(_, value)| value.as_str())
    }

    /// What credential it presents.
    pub fn presented(&self) -> Presented {
        let Some(value) = self.header("authorization") else {
            return Presented::Nothing;
        };
        let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
        if scheme.eq_ignore_ascii_case("bearer") {
            return Presented::Bearer(rest.trim().to_owned());
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return Presented::Unreadable;
        }
        let decoded = STANDARD
            .decode(rest.trim())
            .ok()
            .and_then(|b| String::from_utf8(b).ok());
        match decoded.as_deref().and_then(|text| text.split_once(':')) {
            Some((user, password)) => Presented::Basic {
                user: user.to_owned(),
                password: password.to_owned(),
            },
            None => Presented::Unreadable,
        }
    }

    /// Whether it is a HEAD request.
    pub fn is_head(&self) -> bool {
        self.method == "HEAD"
    }
}

/// The first value of `name` that is not empty.
pub fn field<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut values = pairs
        .iter()
        .filter(|(key, value)| key == name && !value.is_empty());
    values.next().map(|(_, value)| value.as_str())
}

/// `%41+b` to `A b`.
pub fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        let byte = match first {
            b'+' => b' ',
            b'%' => match escaped(tail) {
                Some(byte) => {
                    rest = &tail[2..];
                    byte
                }
                None => b'%',
            },
            other => *other,
        };
        bytes.push(byte);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn escaped(tail: &[u8]) -> Option<u8> {
    let digits = tail
        .get(..2)
        .filter(|two| two.iter().all(u8::is_ascii_hexdigit))?;
    let digits = std::str::from_utf8(digits).ok()?;
    u8::from_str_radix(digits, 16).ok()
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// How an answer is delivered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Manner {
    #[default]
    Whole,
    /// Never sent.
    Hang,
    /// The connection is closed without a word.
    Close,
    /// One byte a second.
    Drip,
    /// Headers without an end.
    EndlessHeaders,
    /// The body alone, without a status line or a header; then the connection is closed.
    Bytes,
}

/// An answer, headers in wire order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub manner: Manner,
    /// Waited before it is sent.
    pub delay: std::time::Duration,
}

impl Answer {
    /// An answer with a status and nothing else.
    pub fn new(status: u16) -> Answer {
        Answer {
            status,
            ..Answer::default()
        }
    }

    /// One more header line.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Answer {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The body, and `Content-Length` at this place of the header.
    pub fn sized(self, body: impl Into<Vec<u8>>) -> Answer {
        let body = body.into();
        let mut answer = self.header("Content-Length", body.len().to_string());
        answer.body = body;
        answer
    }

    /// The body, and `Transfer-Encoding: chunked` at this place of the header.
    pub fn chunked(self, body: impl Into<Vec<u8>>) -> Answer {
        let mut answer = self.header("Transfer-Encoding", "chunked");
        answer.body = body.into();
        answer
    }

    /// Whether the body is sent in chunks.
    pub fn is_chunked(&self) -> bool {
        self.headers
            .iter()
            .any(|(name, _)| name == "Transfer-Encoding")
    }
}

/// The reason phrase of a status.
pub fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        202 => "Accepted",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        410 => "Gone",
        413 => "Request Entity Too Large",
        418 => "I'm a teapot",
        429 => "Too Many Requests",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Time-out",
        _ => "Status",
    }
}
