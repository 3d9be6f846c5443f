//! HOW: the one seam to the world. A request becomes an answer or a failure, and every one of them
//! becomes evidence on the way.
//!
//! Live and simulated runs use the very same transport; only the table of names differs. Nothing
//! here retries, follows a redirect or decides what an answer means.

mod azure;
mod lane;
mod live;
mod marks;
mod pace;
mod reading;
mod recorder;
mod tape;
#[cfg(test)]
mod tests;
mod tls;

pub use azure::AzureTransport;
pub use live::{Live, Settings};
pub use pace::Tempo;
pub use recorder::{Asker, Recorder};
pub use tls::{Authority, read_authorities};

use url::Url;

/// A stop: this flow cannot go on. Where and why is in the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

/// A request as it will be sent. It may hold secrets, so it has no `Debug`.
pub struct Request {
    /// `GET`, `HEAD` or `POST`: the probe sends nothing else.
    pub method: Method,
    /// The address.
    pub url: Url,
    /// Headers in the order in which they are written.
    pub headers: Vec<(String, String)>,
    /// The form, if there is one, in the order in which it is written.
    pub form: Option<Vec<(String, String)>>,
}

/// The methods the probe may send. `PUT`, `PATCH` and `DELETE` cannot be expressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`, to token endpoints only.
    Post,
}

impl Method {
    /// The method on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
        }
    }
}

impl Request {
    /// A request without headers.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: vec![],
            form: None,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Sets the form.
    #[must_use]
    pub fn form(mut self, fields: Vec<(String, String)>) -> Self {
        self.form = Some(fields);
        self
    }

    /// The form as it is written: percent-encoded, blanks as `+`.
    pub fn body(&self) -> Option<String> {
        let fields = self.form.as_ref()?;
        Some(
            url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(fields)
                .finish(),
        )
    }
}

/// An answer, raw. It may hold secrets, so it has no `Debug`.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Headers, lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// All values of a header.
    pub fn header_lines<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// A string member of a JSON body.
    pub fn member(&self, name: &str) -> Option<String> {
        let body: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        Some(body.get(name)?.as_str()?.to_owned())
    }
}
