//! Everything that is sent goes through [`Recorder::send`], and everything that comes back becomes
//! evidence there, redacted. There is no other way out of the program to a registry, to Entra or to
//! IMDS.

use super::live::{Live, SharedLane};
use super::reading::{fingerprint, http_date, network_step, shared_place};
use super::tape::Tape;
use super::{Answer, Request, Stopped};
use crate::evidence::milliseconds;
use crate::evidence::redact::{Redactor, lock};
use crate::evidence::{
    Clock, Failure, Header, Observation, Pasted, Place, Recording, RequestShown, Step, TokenShown,
    Transaction, Withheld,
};
use crate::network::Resolved;
use crate::secret::Secret;
use crate::token;
use crate::trust::{Breach, Trust};
use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Instant;
use time::OffsetDateTime;
use url::Url;

/// Who asks, for what place in the plan, and how.
#[derive(Debug, Clone)]
pub struct Asker {
    /// Whose evidence it is.
    pub place: Place,
    /// The step.
    pub step: Step,
    /// Whose request is replayed.
    pub client: &'static str,
    /// The one factor that is varied, if this is an experiment.
    pub experiment: Option<String>,
    /// Which of the origin's connections.
    pub lane: usize,
    /// True for IMDS: never through a proxy.
    pub direct: bool,
}

impl Asker {
    /// The same asker with one factor varied: what it meets is evidence of an experiment.
    #[must_use]
    pub fn varied(&self, factor: impl Into<String>) -> Self {
        let mut asker = self.clone();
        asker.place.varied = true;
        asker.experiment = Some(factor.into());
        asker
    }

    /// The same asker at another step.
    #[must_use]
    pub fn at(&self, step: Step) -> Self {
        Self {
            step,
            ..self.clone()
        }
    }
}

/// Sends and records.
pub struct Recorder {
    live: Live,
    trust: Trust,
    redactor: Redactor,
    tape: Mutex<Tape>,
    clocks: Mutex<HashSet<String>>,
    started: Instant,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Recorder")
    }
}

impl Recorder {
    /// A recorder with an empty tape.
    pub fn new(live: Live, trust: Trust, reveals_ids: bool) -> Self {
        Self {
            live,
            trust,
            redactor: Redactor::revealing(reveals_ids),
            tape: Mutex::default(),
            clocks: Mutex::default(),
            started: Instant::now(),
        }
    }

    /// The destination check.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// The metadata service's origin.
    pub fn imds(&self) -> &Url {
        self.live.imds()
    }

    /// How long each request has.
    pub fn timeout(&self) -> std::time::Duration {
        self.live.timeout()
    }

    /// From here on this value appears in nothing that is recorded.
    pub fn learn(&self, secret: &Secret) {
        self.redactor.learn(secret);
    }

    /// Text as it may be shown.
    pub fn redacted(&self, text: &str) -> String {
        self.redactor.text(text)
    }

    /// What another program wrote, as it may be shown.
    pub fn redacted_foreign(&self, text: &str) -> String {
        self.redactor.foreign_text(text)
    }

    /// A pasted text, as it may be kept.
    pub fn redacted_pasted(&self, pasted: Pasted) -> Pasted {
        self.redactor.pasted_text(pasted)
    }

    /// Records a fact.
    pub fn note(&self, place: &Place, step: Step, observation: Observation) {
        let observation = self.redactor.fact(observation);
        lock(&self.tape).fact(place.clone(), step, observation, None);
    }

    /// Records a fact that came with a token, which is shown decoded and is a known secret from here on.
    pub fn note_with_token(
        &self,
        place: &Place,
        step: Step,
        observation: Observation,
        token: Option<&Secret>,
    ) {
        let shown = token.map(|token| {
            self.learn(token);
            self.show_token(token)
        });
        // A password is not a token that could not be read.
        let shown = shown.filter(|shown| shown.kind != "opaque");
        let observation = self.redactor.fact(observation);
        lock(&self.tape).fact_with_token(place.clone(), step, observation, shown);
    }

    /// The status that was last answered at a step for a place, experiments left out.
    pub fn last_status(&self, place: &Place, step: Step) -> Option<u16> {
        lock(&self.tape).last_status(place, step)
    }

    /// True where the last answer at a step for a place, experiments left out, holds these words in any
    /// capitals.
    pub fn was_said(&self, place: &Place, step: Step, words: &str) -> bool {
        lock(&self.tape).was_said(place, step, words)
    }

    /// The actions that the access token last given for a place claims on a repository; none where no
    /// readable token was given. Experiments left out.
    pub fn last_granted(&self, place: &Place, repository: &str) -> Option<Vec<String>> {
        lock(&self.tape).last_granted(place, repository)
    }

    /// A claim of a token, not verified.
    pub fn claim(&self, token: &Secret, name: &str) -> Option<String> {
        let claims = token::decode(token.expose()).ok()?.claims;
        Some(claims.get(name)?.as_str()?.to_owned())
    }

    /// Records that the probe would not go on, and stops.
    pub fn withhold(&self, place: &Place, step: Step, breach: Breach) -> Stopped {
        let Breach {
            rule,
            destination,
            because,
        } = breach;
        let withheld = Withheld {
            rule: rule.to_owned(),
            destination: self.redactor.text(&destination),
            because: self.redactor.text(&because),
        };
        self.note(place, step, Observation::Withheld(withheld));
        Stopped
    }

    /// Sends one request, once, and records what came of it.
    ///
    /// # Errors
    /// [`Stopped`] where no usable answer came: the evidence says why.
    pub async fn send(&self, asker: &Asker, request: Request) -> Result<Answer, Stopped> {
        let lane = self.lane(asker, &request.url).await?;
        let mut lane = lane.lock().await;
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let turn = self.live.pace().turn(&host).await;
        let started = Instant::now();
        let sent = lane
            .send(&request, asker.step, || self.live.next_connection())
            .await;
        let elapsed_ms = milliseconds(started.elapsed());
        if let Some(Ok(answer)) = &sent.outcome {
            self.live.pace().heed(&host, answer);
        }
        drop(turn);
        if let Some((connect, tls)) = sent.opened {
            let mut tape = lock(&self.tape);
            let connect_step = network_step(asker, &request.url, Step::Connect);
            tape.fact(
                asker.place.clone(),
                connect_step,
                self.redactor.fact(Observation::Connect(connect)),
                sent.connection,
            );
            if let Some(tls) = tls {
                let step = network_step(asker, &request.url, Step::Tls);
                tape.fact(
                    asker.place.clone(),
                    step,
                    self.redactor.fact(Observation::Tls(tls)),
                    sent.connection,
                );
            }
        }
        let Some(outcome) = sent.outcome else {
            return Err(Stopped);
        };
        let started_ms = milliseconds(started.saturating_duration_since(self.started));
        self.record(
            asker,
            &request,
            sent.connection,
            &outcome,
            (started_ms, elapsed_ms),
        );
        let answer = outcome.map_err(|_| Stopped)?;
        // A layer may lie elsewhere: its redirect is an answer, and that host's clock nobody's concern.
        if asker.step != Step::Blob {
            self.compare_clocks(&request.url, &answer, &asker.place);
            self.refuse_redirect(asker, &answer)?;
        }
        Ok(answer)
    }

    /// Opens the connection that a later request of this asker will need, while it waits for something else.
    /// Nothing is sent; what stands in the way is recorded when that request meets it.
    pub async fn open_ahead(&self, asker: &Asker, url: &Url) {
        let Ok(resolved) = self.resolved(asker, url).await else {
            return;
        };
        let step = network_step(asker, url, Step::Resolve);
        let judged = self.judge(asker, step, url, resolved.as_ref()).await;
        if judged.is_err() {
            return;
        }
        let Ok(lane) = self.live.lane(url, asker.lane, resolved, asker.direct) else {
            return;
        };
        // A lane in use is open already, or is being opened.
        if let Ok(mut lane) = lane.try_lock() {
            lane.open_ahead(url).await;
        }
    }

    /// The addresses of an origin; none where a proxy looks them up.
    async fn resolved(&self, asker: &Asker, url: &Url) -> Result<Option<Resolved>, Stopped> {
        if !asker.direct && self.live.is_proxied(url) {
            return Ok(None);
        }
        let is_literal = !matches!(url.host(), Some(url::Host::Domain(_)));
        let step = network_step(asker, url, Step::Resolve);
        let noted = |fact| {
            if !is_literal {
                self.note(&shared_place(asker, url), step, Observation::Dns(fact));
            }
        };
        self.live.resolve(url, noted).await.ok_or(Stopped).map(Some)
    }

    /// The gate of addresses: those of registries and their layers, unless the user vouched for them.
    async fn judge(
        &self,
        asker: &Asker,
        step: Step,
        url: &Url,
        resolved: Option<&Resolved>,
    ) -> Result<(), Breach> {
        let is_judged = matches!(step, Step::Resolve | Step::Blob);
        match resolved.filter(|found| is_judged && !found.vouched) {
            Some(found) => self.check_addresses(asker, url, &found.judged).await,
            None => Ok(()),
        }
    }

    /// The lane to an origin, once its addresses were resolved and checked.
    async fn lane(&self, asker: &Asker, url: &Url) -> Result<SharedLane, Stopped> {
        let step = network_step(asker, url, Step::Resolve);
        let resolved = self.resolved(asker, url).await?;
        let judged = self.judge(asker, step, url, resolved.as_ref()).await;
        judged.map_err(|breach| {
            // Of a layer's host it is the redirect that is not followed.
            let rule = match step {
                Step::Blob => "redirect-refused",
                _ => breach.rule,
            };
            self.withhold(&asker.place, step, Breach { rule, ..breach })
        })?;
        self.live
            .lane(url, asker.lane, resolved, asker.direct)
            .map_err(|why| {
                let fault = Some(crate::evidence::ConnectFault::Other(why));
                let connect = crate::evidence::Connect {
                    connection: None,
                    host: url.host_str().unwrap_or_default().to_owned(),
                    port: url.port_or_known_default().unwrap_or_default(),
                    address: None,
                    from: None,
                    proxy: None,
                    fault,
                    elapsed_ms: 0.0,
                };
                self.note(
                    &asker.place,
                    network_step(asker, url, Step::Connect),
                    Observation::Connect(connect),
                );
                Stopped
            })
    }

    /// May what is meant for the registry go to these addresses? A realm on another name than the login
    /// server (a regional one names the global one) may be private only where the login server is.
    async fn check_addresses(
        &self,
        asker: &Asker,
        url: &Url,
        addresses: &[IpAddr],
    ) -> Result<(), Breach> {
        let host = url.host_str().unwrap_or_default();
        self.trust.addresses(host, addresses)?;
        let registry = asker.place.registry.as_deref().unwrap_or_default();
        let Ok(login_server) = Url::parse(&format!("https://{registry}/")) else {
            return Ok(());
        };
        if asker.step == Step::Blob || login_server.host_str() == Some(host) {
            return Ok(());
        }
        // It was asked for at the challenge: this asks nobody.
        let own = self.live.resolve(&login_server, |_| {}).await;
        let own = own.map(|found| found.judged).unwrap_or_default();
        self.trust.not_further_inside(host, addresses, &own)
    }

    /// Builds the transaction: the only place where one is built, and where it is redacted.
    fn record(
        &self,
        asker: &Asker,
        request: &Request,
        connection: Option<usize>,
        outcome: &Result<Answer, Failure>,
        times: (f64, f64),
    ) {
        let redactor = &self.redactor;
        let (body, found) = match outcome {
            Ok(answer) => redactor.body(&answer.body),
            Err(_) => (None, vec![]),
        };
        let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in outcome
            .as_ref()
            .map(|answer| answer.headers.as_slice())
            .unwrap_or_default()
        {
            headers
                .entry(name.clone())
                .or_default()
                .push(redactor.header(name, value));
        }
        let shown = |(name, value): &(String, String)| (name.clone(), redactor.header(name, value));
        let field = |(name, value): &(String, String)| (name.clone(), redactor.field(name, value));
        let transaction = Transaction {
            id: String::new(),
            step: asker.step,
            experiment: asker.experiment.clone(),
            client: asker.client.to_owned(),
            connection: None,
            method: request.method.name().to_owned(),
            url: redactor.url(&request.url),
            request: RequestShown {
                headers: request.headers.iter().map(shown).collect(),
                form: request.form.iter().flatten().map(field).collect(),
            },
            status: outcome.as_ref().ok().map(|answer| answer.status),
            failure: outcome.as_ref().err().map(|failure| Failure {
                kind: failure.kind,
                message: redactor.text(&failure.message),
            }),
            correlation_id: headers
                .get("x-ms-correlation-request-id")
                .and_then(|ids| ids.first())
                .cloned(),
            headers,
            body,
            started_ms: times.0,
            elapsed_ms: times.1,
            place: asker.place.clone(),
        };
        let tokens = found
            .iter()
            .map(|found| self.show_token(&found.token))
            .collect();
        lock(&self.tape).transaction(transaction, connection, tokens);
    }

    /// A token as it may be shown: decoded, without its signature, with a short hash of the whole.
    fn show_token(&self, token: &Secret) -> TokenShown {
        let text = token.expose();
        let fingerprint = fingerprint(text);
        let (transaction, fact) = (String::new(), None);
        match token::decode(text) {
            Ok(token) => {
                self.redactor.removed("jwt-signature", "");
                let kind = token::claims::kind(&token.claims).as_str().to_owned();
                TokenShown {
                    transaction,
                    fact,
                    kind,
                    verified: false,
                    fingerprint,
                    header: self.redactor.token_header(token.header),
                    claims: self.redactor.claims(token.claims),
                }
            }
            Err(_) => TokenShown {
                transaction,
                fact,
                kind: "opaque".to_owned(),
                verified: false,
                fingerprint,
                header: serde_json::Map::new(),
                claims: serde_json::Map::new(),
            },
        }
    }

    /// The first `Date` of a host beside our own clock.
    fn compare_clocks(&self, url: &Url, answer: &Answer, place: &Place) {
        let host = url.host_str().unwrap_or_default().to_owned();
        let Some(peer) = answer.header_lines("date").next().and_then(http_date) else {
            return;
        };
        let key = format!("{host} {:?}", place.registry);
        if !lock(&self.clocks).insert(key) {
            return;
        }
        let local = OffsetDateTime::now_utc().unix_timestamp();
        let shared = Place {
            registry: place.registry.clone(),
            ..Place::default()
        };
        let (place, step) = match &place.registry {
            Some(_) => (shared, Step::Challenge),
            None => (place.clone(), Step::IdentityToken),
        };
        self.note(
            &place,
            step,
            Observation::Clock(Clock { host, peer, local }),
        );
    }

    /// No redirect is followed where a credential would go along: where one points is shown, and the cell is withheld.
    fn refuse_redirect(&self, asker: &Asker, answer: &Answer) -> Result<(), Stopped> {
        if !(300..400).contains(&answer.status) {
            return Ok(());
        }
        let location = answer
            .header_lines("location")
            .next()
            .unwrap_or("an address it does not name");
        let shown = Url::parse(location).map_or_else(
            |_| self.redactor.text(location),
            |url| self.redactor.url(&url),
        );
        let because = format!(
            "the answer is a redirect ({}) and would carry the credential along",
            answer.status
        );
        Err(self.withhold(
            &asker.place,
            asker.step,
            Breach {
                rule: "redirect-refused",
                destination: shown,
                because,
            },
        ))
    }

    /// Ends the run: the evidence in the plan's order.
    /// The tape is empty afterwards.
    pub fn finish(&self, header: Header) -> Recording {
        let redactions = self.redactor.report();
        std::mem::take(&mut *lock(&self.tape)).into_recording(header, redactions)
    }
}
