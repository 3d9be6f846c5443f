//! Messages become events: what speaks of the same image belongs together.

use super::attempt::{self, Entry};
use super::image::{self, Named};
use super::lines::Message;
use super::normal::{squeezed, unescaped};
use super::{Attempt, Event, Reading, client, entries, roles, url, worth};
use crate::evidence::Said;

/// More events than this in one text are not kept.
const MOST_EVENTS: usize = 200;
/// More attempts than this for one image are not kept.
const MOST_ATTEMPTS: usize = 24;
/// More of what was said is not kept, in bytes.
const MOST_SAID: usize = 64 * 1024;

/// Collects.
#[derive(Debug, Default)]
pub(super) struct Gatherer {
    events: Vec<(Event, Named)>,
    images: Vec<String>,
    called: Option<&'static str>,
    last: Named,
    /// The message that named it: kept only if an error is read with it.
    pending: Option<Said>,
    said: Vec<Said>,
    /// How much of it there is, in bytes.
    length: usize,
    /// True where the message at hand told something new.
    is_news: bool,
}

impl Gatherer {
    /// Takes a message, and keeps it where it told something: of a journal that says the same all night,
    /// what is kept reads like the whole.
    pub fn take(&mut self, message: Message) {
        self.is_news = false;
        self.read(&message);
        if self.is_news {
            self.say(Said {
                line: message.line,
                text: message.text,
            });
        }
    }

    fn say(&mut self, one: Said) {
        if self.length + one.text.len() <= MOST_SAID {
            self.length += one.text.len();
            self.said.push(one);
        }
    }

    fn read(&mut self, message: &Message) {
        let first = squeezed(&message.text);
        if !worth::is_of_a_pull(&first) {
            return;
        }
        let text = unescaped(&message.text);
        if let Some(client) = client::called(&text) {
            self.is_news |= self.called != Some(client);
            self.called = Some(client);
        }
        let all = squeezed(&text);
        let urls = url::all(&text);
        let named = image::named(&text, &urls);
        self.note(&all, &named);
        let has_context =
            named.registry.is_some() || named.hostless.is_some() || worth::is_of_a_registry(&all);
        let attempts: Vec<Attempt> = entries::split(&text)
            .into_iter()
            .filter_map(|entry| one(entry, has_context, message.line))
            .collect();
        if attempts.is_empty() {
            return self.keep(named, message);
        }
        let ids = correlation(&text);
        let Some(at) = self.event(named) else { return };
        let event = &mut self.events[at].0;
        let before = (
            event.client,
            event.attempts.len(),
            event.correlation_ids.len(),
        );
        event.client = client::nearer(event.client, client::said_by(&all));
        for one in attempts {
            add(event, one);
        }
        for id in ids {
            if !event.correlation_ids.contains(&id) && event.correlation_ids.len() < MOST_ATTEMPTS {
                event.correlation_ids.push(id);
            }
        }
        let after = (
            event.client,
            event.attempts.len(),
            event.correlation_ids.len(),
        );
        self.is_news |= before != after;
    }

    /// A name without an error belongs to the error just above that has none, or to one below.
    fn keep(&mut self, named: Named, message: &Message) {
        const NEAR: usize = 3;
        let above = self.events.last_mut().filter(|(event, own)| {
            let last = event.attempts.last().map_or(0, |one| one.line);
            own.registry.is_none() && own.hostless.is_none() && last + NEAR >= message.line
        });
        match above {
            Some((_, own)) => self.is_news |= own.complete(&named),
            None if named.registry.is_some() || named.hostless.is_some() => {
                self.last = named;
                self.pending = Some(Said {
                    line: message.line,
                    text: message.text.clone(),
                });
            }
            None => {}
        }
    }

    /// Remembers what was pulled after all, and what is only named.
    fn note(&mut self, all: &str, named: &Named) {
        let is_same =
            |own: &Named| own.repository == named.repository && own.registry == named.registry;
        if all.contains("successfullypulledimage") {
            let earlier = self.events.iter_mut().filter(|(_, own)| is_same(own));
            for (event, _) in earlier {
                self.is_news |= !event.pulled_later;
                event.pulled_later = true;
            }
        } else if let (Some(registry), Some(repository)) = (&named.registry, &named.repository) {
            let image = format!("{registry}/{repository}");
            if self.images.len() < MOST_EVENTS && !self.images.contains(&image) {
                self.is_news = true;
                self.images.push(image);
            }
        }
    }

    /// The event that a message belongs to, or a new one.
    fn event(&mut self, named: Named) -> Option<usize> {
        let at = self
            .events
            .iter()
            .rposition(|(_, own)| is_close(own, &named));
        let at = match at {
            Some(at) => {
                self.is_news |= self.events[at].1.complete(&named);
                at
            }
            None if self.events.len() >= MOST_EVENTS => return None,
            None => {
                let mut named = named;
                if is_close(&self.last, &named)
                    && named.complete(&self.last)
                    && let Some(one) = self.pending.take()
                    && !self.said.contains(&one)
                {
                    self.say(one);
                }
                self.is_news = true;
                self.events.push((blank(self.called), named));
                self.events.len() - 1
            }
        };
        Some(at)
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
            said: self.said,
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
