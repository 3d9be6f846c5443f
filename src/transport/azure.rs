//! The face that `azure_identity` sees: its requests go through our recorder, one try each.
//!
//! The crate's own retry policy cannot be switched off for IMDS (it overwrites the caller's options
//! and would go on for more than a minute), but it only retries what looks retriable: so whatever is
//! not a success is handed back as an error of a kind it leaves alone. The verdict never comes from
//! that error; it comes from the recorded answer.

use super::recorder::{Asker, Recorder};
use super::{Method, Request};
use azure_core::error::ErrorKind;
use azure_core::http::headers::{HeaderName, HeaderValue, Headers};
use azure_core::http::{AsyncRawResponse, Body, HttpClient, StatusCode};
use std::sync::Arc;
use url::Url;

/// Where the crate always looks for IMDS.
const IMDS: &str = "http://169.254.169.254";

/// One credential's way out.
#[derive(Debug)]
pub struct AzureTransport {
    recorder: Arc<Recorder>,
    asker: Asker,
}

impl AzureTransport {
    /// A transport whose requests are recorded as this asker's.
    pub fn new(recorder: Arc<Recorder>, asker: Asker) -> Self {
        Self { recorder, asker }
    }

    /// `--imds-endpoint`: the crate has no such option, so the origin is replaced here.
    fn destination(&self, url: &Url) -> Url {
        if url.origin().ascii_serialization() != IMDS {
            return url.clone();
        }
        let mut there = self.recorder.imds().clone();
        there.set_path(url.path());
        there.set_query(url.query());
        there
    }
}

#[async_trait::async_trait]
impl HttpClient for AzureTransport {
    async fn execute_request(
        &self,
        request: &azure_core::http::Request,
    ) -> azure_core::Result<AsyncRawResponse> {
        let refused = |why: &str| azure_core::Error::with_message(ErrorKind::Other, why.to_owned());
        let method = match request.method() {
            azure_core::http::Method::Get => Method::Get,
            azure_core::http::Method::Post => Method::Post,
            _ => return Err(refused("the probe sends GET and POST only")),
        };
        let mut sent = Request::new(method, self.destination(request.url()));
        sent.headers = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_str().to_owned()))
            .collect();
        if let Body::Bytes(bytes) = request.body()
            && !bytes.is_empty()
        {
            sent.form = Some(url::form_urlencoded::parse(bytes).into_owned().collect());
        }
        let answer = self
            .recorder
            .send(&self.asker, sent)
            .await
            .map_err(|_| refused("no answer; the recording says why"))?;
        if !(200..300).contains(&answer.status) {
            return Err(refused(
                "not a success; the recording says what was answered",
            ));
        }
        let mut headers = Headers::new();
        for (name, value) in answer.headers {
            headers.insert(HeaderName::from(name), HeaderValue::from(value));
        }
        Ok(AsyncRawResponse::from_bytes(
            StatusCode::from(answer.status),
            headers,
            answer.body,
        ))
    }
}
