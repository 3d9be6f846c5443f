//! `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, read as reqwest reads them. They hold for
//! the registry and for Entra, never for IMDS.

use hyper_util::client::proxy::matcher::{Intercept, Matcher};

/// The proxies in force.
#[derive(Clone)]
pub struct Proxies(Option<std::sync::Arc<Matcher>>);

impl std::fmt::Debug for Proxies {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Proxies")
    }
}

impl Proxies {
    /// No proxy at all.
    pub fn none() -> Self {
        Self(None)
    }

    /// What these variables ask for; lower-case names win, as in curl.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name: &str| {
            variable(&name.to_ascii_lowercase())
                .or_else(|| variable(name))
                .unwrap_or_default()
        };
        let (all, http, https, no) = (
            read("ALL_PROXY"),
            read("HTTP_PROXY"),
            read("HTTPS_PROXY"),
            read("NO_PROXY"),
        );
        if all.is_empty() && http.is_empty() && https.is_empty() {
            return Self::none();
        }
        let matcher = Matcher::builder()
            .all(all)
            .http(http)
            .https(https)
            .no(no)
            .build();
        Self(Some(std::sync::Arc::new(matcher)))
    }

    /// The proxy for an address, if there is one.
    pub fn for_url(&self, url: &url::Url) -> Option<Intercept> {
        self.0.as_ref()?.intercept(&url.as_str().parse().ok()?)
    }
}

/// A proxy's address as it may be shown: without user info.
pub fn shown(proxy: &Intercept) -> String {
    let uri = proxy.uri();
    let port = uri
        .port_u16()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    format!(
        "{}://{}{port}",
        uri.scheme_str().unwrap_or("http"),
        uri.host().unwrap_or_default()
    )
}
