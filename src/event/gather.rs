//! Messages become events: what speaks of the same image belongs together.

use super::attempt::{self, Entry};
use super::image::{self, Named};
use super::lines::Message;
use super::normal::{squeezed, unescaped};
use super::{Attempt, Event, Reading, client, entries, roles, url};

/// More events than this in one text are not kept.
const MOST_EVENTS: usize = 200;
/// More attempts than this for one image are not kept.
const MOST_ATTEMPTS: usize = 24;

/// A message without any of these speaks of no pull.
const WORTH: &[&str] = &[
    "fromacr",
    "toolarge",
    "dockercredential",
    "docker-credential",
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
    "tags",
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
const CONTEXT: &[&str] = &[
    "fromacr",
    "repositorydoesnotexist",
    "code:unauthorized",
    "code:denied",
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
            return self.keep(named, message.line);
        }
        let ids = correlation(&text);
        let event = self.event(named);
        let Some((event, _)) = event else { return };
        event.client = client::nearer(event.client, client::said_by(&all));
        for one in attempts {
            add(event, one);
        }
        event.correlation_ids.extend(ids);
        event.correlation_ids.dedup();
        event.correlation_ids.truncate(MOST_ATTEMPTS);
    }

    /// A name without an error belongs to the error just above that has none, or to one below.
    fn keep(&mut self, named: Named, line: usize) {
        const NEAR: usize = 3;
        let above = self.events.last_mut().filter(|(event, own)| {
            let last = event.attempts.last().map_or(0, |one| one.line);
            own.registry.is_none() && own.hostless.is_none() && last + NEAR >= line
        });
        match above {
            Some((_, own)) => own.complete(&named),
            None if named.registry.is_some() || named.hostless.is_some() => self.last = named,
            None => {}
        }
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
    roles::infer(&mut event.attempts);
    roles::assign(&mut event.attempts);
    event
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
