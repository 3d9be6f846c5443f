//! Messages become events: what speaks of the same image belongs together.

use super::attempt::{self, Entry};
use super::image::{self, Named};
use super::lines::Message;
use super::normal::{squeezed, unescaped};
use super::{Attempt, Credential, Event, Fault, Reading, Role, client, entries, url};
use crate::evidence::Step;

/// More events than this in one text are not kept.
const MOST_EVENTS: usize = 200;
/// More attempts than this for one image are not kept.
const MOST_ATTEMPTS: usize = 24;

/// A message without any of these speaks of no pull.
const WORTH: [&str; 24] = [
    "pull",
    "azurecr",
    "oauth2",
    "unauthorized",
    "x509",
    "aadsts",
    "169.254",
    "identity",
    "denied",
    "connectivity_",
    "toomanyrequests",
    "registry",
    "manifest",
    "imageref",
    "imagename",
    "image:",
    "token",
    "credential",
    "cmk_error",
    "roleassignment",
    "operationexpired",
    "admin",
    "principal",
    "$",
];

/// Any of these beside a fault shows that a registry was asked.
const CONTEXT: [&str; 16] = [
    "azurecr",
    "/v2/",
    "/oauth2/",
    "aka.ms/acr",
    "anonymoustoken",
    "oauthtoken",
    "authtoken",
    "pullimage",
    "pullandunpack",
    "registry",
    "manifest",
    "errorresponsefromdaemon",
    "unauthorized:authentication",
    "docker",
    "failedtopull",
    "pullaccess",
];

/// Collects.
#[derive(Debug, Default)]
pub(super) struct Gatherer {
    events: Vec<(Event, Named)>,
    images: Vec<String>,
    called: Option<&'static str>,
    last: Named,
}

impl Gatherer {
    /// Takes a message.
    pub fn take(&mut self, message: Message) {
        let first = squeezed(&message.text);
        if !WORTH.iter().any(|word| first.contains(word)) {
            return;
        }
        let text = unescaped(&message.text);
        if let Some(client) = client::called(&text) {
            self.called = Some(client);
        }
        let all = squeezed(&text);
        let urls = url::all(&text);
        let named = image::named(&text, &urls);
        self.note(&all, &named);
        let has_context = named.registry.is_some()
            || named.hostless.is_some()
            || CONTEXT.iter().any(|word| all.contains(word));
        let attempts: Vec<Attempt> = entries::split(&text)
            .into_iter()
            .filter_map(|entry| one(entry, has_context, message.line))
            .collect();
        if attempts.is_empty() {
            if named.repository.is_some() || named.hostless.is_some() {
                self.last = named;
            }
            return;
        }
        let ids = correlation(&text);
        let event = self.event(named);
        let Some((event, _)) = event else { return };
        event.client = match (event.client, client::said_by(&all)) {
            (None | Some("acr-credential-provider"), Some(said)) => Some(said),
            (own, _) => own,
        };
        for one in attempts {
            add(event, one);
        }
        event.correlation_ids.extend(ids);
        event.correlation_ids.dedup();
        event.correlation_ids.truncate(MOST_ATTEMPTS);
    }

    /// Remembers what was pulled after all, and what is only named.
    fn note(&mut self, all: &str, named: &Named) {
        let is_same =
            |own: &Named| own.repository == named.repository && own.registry == named.registry;
        if all.contains("successfullypulledimage") {
            let earlier = self.events.iter_mut().filter(|(_, own)| is_same(own));
            earlier.for_each(|(event, _)| event.pulled_later = true);
        } else if let (Some(registry), Some(repository)) = (&named.registry, &named.repository) {
            let image = format!("{registry}/{repository}");
            if self.images.len() < MOST_EVENTS && !self.images.contains(&image) {
                self.images.push(image);
            }
        }
    }

    /// The event that a message belongs to, or a new one.
    fn event(&mut self, named: Named) -> Option<&mut (Event, Named)> {
        let at = self
            .events
            .iter()
            .rposition(|(_, own)| is_close(own, &named));
        let at = match at {
            Some(at) => {
                self.events[at].1.complete(&named);
                at
            }
            None if self.events.len() >= MOST_EVENTS => return None,
            None => {
                let mut named = named;
                if is_close(&self.last, &named) {
                    named.complete(&self.last);
                }
                self.events.push((blank(self.called), named));
                self.events.len() - 1
            }
        };
        self.events.get_mut(at)
    }

    /// What was collected.
    pub fn finish(self) -> Reading {
        let events = self
            .events
            .into_iter()
            .map(|(event, named)| finished(event, named));
        Reading {
            events: events.collect(),
            images: self.images,
        }
    }
}

fn one(text: &str, has_context: bool, line: usize) -> Option<Attempt> {
    let squeezed = squeezed(text);
    let entry = Entry {
        text,
        squeezed: &squeezed,
        urls: &url::all(text),
        has_context,
    };
    attempt::read(&entry, line)
}

/// Nothing that both name differs. A tag that is missing on one side is no difference.
fn is_close(one: &Named, other: &Named) -> bool {
    let alike = |one: &Option<String>, other: &Option<String>| match (one, other) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => true,
    };
    alike(&one.registry, &other.registry)
        && alike(&one.repository, &other.repository)
        && alike(&one.hostless, &other.hostless)
        && (one.hostless.is_none() || other.registry.is_none())
}

fn blank(client: Option<&'static str>) -> Event {
    Event {
        client,
        registry: None,
        repository: None,
        reference: None,
        scope: None,
        attempts: vec![],
        correlation_ids: vec![],
        hostless: None,
        pulled_later: false,
    }
}

/// Journals say the same thing again and again.
fn add(event: &mut Event, one: Attempt) {
    let is_known = event.attempts.iter().any(|own| {
        (own.credential, own.step, own.status, own.fault)
            == (one.credential, one.step, one.status, one.fault)
    });
    if !is_known && event.attempts.len() < MOST_ATTEMPTS {
        event.attempts.push(one);
    }
}

fn finished(mut event: Event, named: Named) -> Event {
    let actions = named.actions.as_deref().unwrap_or("pull");
    event.scope = named
        .repository
        .as_ref()
        .map(|repository| format!("repository:{repository}:{actions}"));
    event.registry = named.registry;
    event.repository = named.repository;
    event.reference = named.reference;
    event.hostless = named.hostless;
    infer(&mut event.attempts);
    assign(&mut event.attempts);
    event
}

/// In a list the first entries are those with a credential: the anonymous one comes last.
fn infer(attempts: &mut [Attempt]) {
    let has_anonymous = attempts.last().is_some_and(is_anonymous_refusal);
    let count = attempts.len();
    for one in attempts.iter_mut().take(count.saturating_sub(1)) {
        let is_answer = matches!(
            one.step,
            Some(Step::AccessToken | Step::Manifest | Step::Blob)
        );
        if has_anonymous && is_answer && one.credential == Credential::Unstated {
            one.credential = Credential::Presented;
        }
    }
}

/// The first refusal that is no consequence is the real one.
fn assign(attempts: &mut [Attempt]) {
    let is_weak = |one: &Attempt| is_anonymous_refusal(one) || is_consequence(one.fault);
    let decisive = attempts
        .iter()
        .position(|one| !is_weak(one))
        .or_else(|| attempts.iter().position(|one| !is_anonymous_refusal(one)))
        .unwrap_or(0);
    for (at, one) in attempts.iter_mut().enumerate() {
        one.role = match at {
            _ if at == decisive => Role::Refusal,
            _ if is_weak(one) => Role::Noise,
            _ => Role::Later,
        };
    }
}

/// What the kubelet meets when it has nothing to present.
fn is_anonymous_refusal(one: &Attempt) -> bool {
    one.credential == Credential::None && one.fault == Fault::Refused
}

/// What only says that something before it failed.
fn is_consequence(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::ProviderFailed | Fault::NoProvider | Fault::NoEntry | Fault::NotLoggedIn
    )
}

/// `CorrelationId: 9ec03127-…`, whatever stands between.
fn correlation(text: &str) -> Vec<String> {
    const MOST: usize = 4;
    text.match_indices("orrelationId")
        .take(MOST)
        .filter_map(|(at, word)| {
            let rest = text[at + word.len()..].trim_start_matches([':', ' ', '"', '=', '\'']);
            let id: String = rest
                .chars()
                .take_while(|one| one.is_ascii_hexdigit() || *one == '-')
                .take(36)
                .collect();
            (id.len() == 36).then_some(id)
        })
        .collect()
}
