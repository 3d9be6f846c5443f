//! The live transport: which addresses, which lane, which proxy. One lane per origin and number, so
//! that a plan decides how many connections there are.

use super::lane::{Lane, LaneSetup};
use super::pace::{Pace, Tempo};
use super::tls::TlsGround;
use crate::evidence::Dns;
use crate::evidence::redact::lock;
use crate::network::{Names, Proxies, Resolved};
use rustls::pki_types::CertificateDer;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Mutex as AsyncMutex, OnceCell};
use url::Url;

/// How requests reach the world.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where addresses come from.
    pub names: Names,
    /// The proxies in force for the registry and Entra.
    pub proxies: Proxies,
    /// Certificates of `--ca-cert`.
    pub authorities: Vec<CertificateDer<'static>>,
    /// Whether the host's trust store counts. A demonstration trusts its own authority alone.
    pub host_store: bool,
    /// How long each request has.
    pub timeout: Duration,
    /// The metadata service, `http://169.254.169.254` unless the user says otherwise.
    pub imds: Url,
    /// How fast.
    pub tempo: Tempo,
}

/// A lane that one request at a time may use.
pub(super) type SharedLane = Arc<AsyncMutex<Lane>>;

/// The live transport.
pub struct Live {
    settings: Settings,
    tls: TlsGround,
    pace: Pace,
    lanes: Mutex<HashMap<(String, usize), SharedLane>>,
    resolved: Mutex<HashMap<String, Arc<OnceCell<Option<Resolved>>>>>,
    connections: AtomicUsize,
}

impl Live {
    /// Loads the trust store and prepares the lanes; connects to nothing.
    ///
    /// # Errors
    /// One sentence, where the trust store cannot be set up.
    pub fn new(settings: Settings) -> Result<Self, String> {
        let tls = TlsGround::new(&settings.authorities, settings.host_store)?;
        let pace = Pace::new(settings.tempo);
        Ok(Self {
            settings,
            tls,
            pace,
            lanes: Mutex::default(),
            resolved: Mutex::default(),
            connections: AtomicUsize::new(0),
        })
    }

    /// The metadata service's origin.
    pub fn imds(&self) -> &Url {
        &self.settings.imds
    }

    /// Seconds each request has.
    pub fn timeout(&self) -> Duration {
        self.settings.timeout
    }

    /// Who may send, and when.
    pub(super) fn pace(&self) -> &Pace {
        &self.pace
    }

    /// True where a proxy carries requests to this address.
    pub(super) fn is_proxied(&self, url: &Url) -> bool {
        self.settings.proxies.for_url(url).is_some()
    }

    /// The addresses of an origin, asked for once per run; `noted` gets the fact of the first time.
    pub(super) async fn resolve(&self, url: &Url, noted: impl FnOnce(Dns)) -> Option<Resolved> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let port = url.port_or_known_default().unwrap_or(443);
        let cell = lock(&self.resolved)
            .entry(format!("{host}:{port}"))
            .or_default()
            .clone();
        cell.get_or_init(|| async {
            let (fact, resolved) = self
                .settings
                .names
                .resolve(&host, port, self.settings.timeout)
                .await;
            noted(fact);
            resolved
        })
        .await
        .clone()
    }

    /// The lane of that number to this origin.
    pub(super) fn lane(
        &self,
        url: &Url,
        number: usize,
        resolved: Option<Resolved>,
        direct: bool,
    ) -> Result<SharedLane, String> {
        let origin = url.origin().ascii_serialization();
        if let Some(lane) = lock(&self.lanes).get(&(origin.clone(), number)) {
            return Ok(lane.clone());
        }
        let proxy = if direct {
            None
        } else {
            self.settings.proxies.for_url(url)
        };
        let lane = Lane::new(
            LaneSetup {
                host: url.host_str().unwrap_or_default().to_owned(),
                port: url.port_or_known_default().unwrap_or(443),
                sockets: resolved
                    .map(|resolved| resolved.sockets)
                    .unwrap_or_default(),
                proxy,
                timeout: self.settings.timeout,
            },
            &self.tls,
        )?;
        let lane = Arc::new(AsyncMutex::new(lane));
        Ok(lock(&self.lanes)
            .entry((origin, number))
            .or_insert(lane)
            .clone())
    }

    pub(super) fn next_connection(&self) -> usize {
        self.connections.fetch_add(1, Ordering::Relaxed)
    }
}
