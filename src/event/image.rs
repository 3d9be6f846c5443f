//! Which image a message speaks of.

use super::normal::work;
use super::url::Url;
use crate::reference::{Reference, ReferenceError};

/// What a message names, as far as it does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// The registry's host.
    pub registry: Option<String>,
    /// The repository.
    pub repository: Option<String>,
    /// Tag or digest.
    pub reference: Option<String>,
    /// The actions that were asked for.
    pub actions: Option<String>,
    /// An image without a host.
    pub hostless: Option<String>,
}

impl Named {
    /// Takes over what is missing here; true where something was.
    pub fn complete(&mut self, other: &Self) -> bool {
        let mut is_news = false;
        let mut fill = |own: &mut Option<String>, other: &Option<String>| {
            if own.is_none() && other.is_some() {
                own.clone_from(other);
                is_news = true;
            }
        };
        fill(&mut self.registry, &other.registry);
        fill(&mut self.repository, &other.repository);
        fill(&mut self.reference, &other.reference);
        fill(&mut self.actions, &other.actions);
        fill(&mut self.hostless, &other.hostless);
        is_news
    }
}

/// Words after which an image stands in quotes.
const BEFORE: [&str; 8] = [
    "image \"",
    "image '",
    "reference \"",
    "ref \"",
    "image=\"",
    "manifest for \"",
    "unpack \"",
    "docker://",
];

/// What the message names.
pub(super) fn named(text: &str, urls: &[Url]) -> Named {
    let mut named = Named::default();
    for image in quoted(text).chain(plain(text)) {
        named.complete(&image);
        if named.reference.is_some() {
            break;
        }
    }
    for url in urls {
        named.complete(&of_url(url));
    }
    if named.registry.is_none() {
        named.registry = bare_host(text);
    }
    named
}

fn quoted(text: &str) -> impl Iterator<Item = Named> + '_ {
    BEFORE.iter().filter_map(move |word| {
        let (_, rest) = text.split_once(word)?;
        let end = rest.find(|one: char| one.is_whitespace() || matches!(one, '"' | '\''))?;
        of_image(rest[..end].trim_end_matches([':', ',']))
    })
}

/// Words of the text that are images of an Azure registry.
fn plain(text: &str) -> impl Iterator<Item = Named> + '_ {
    words(text)
        .filter(|word| word.contains(".azurecr.") && word.contains('/') && !word.contains("://"))
        .filter_map(of_image)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    work::count(text);
    text.split(|one: char| {
        one.is_whitespace()
            || matches!(
                one,
                '"' | '\'' | '(' | ')' | '[' | ']' | ',' | '<' | '>' | '='
            )
    })
    .map(|word| {
        word.strip_prefix("oci://")
            .or_else(|| word.strip_prefix("docker://"))
            .unwrap_or(word)
    })
    .map(|word| word.trim_end_matches([':', '.', ';', '!', '?']))
}

fn of_image(image: &str) -> Option<Named> {
    match Reference::parse(image) {
        Ok(read) if !read.is_bare_registry() => Some(Named {
            registry: Some(read.registry),
            repository: Some(read.repository),
            reference: Some(read.reference),
            ..Named::default()
        }),
        Err(ReferenceError::NoHost { .. }) if is_repository(image) => Some(Named {
            hostless: Some(image.to_owned()),
            ..Named::default()
        }),
        _ => None,
    }
}

/// Nothing else of a text is repeated: it could be a secret.
fn is_repository(image: &str) -> bool {
    Reference::parse(&format!("docker.io/{image}")).is_ok()
}

fn of_url(url: &Url) -> Named {
    let is_registry = |host: &&String| {
        (url.path.starts_with("/v2/")
            || url.path.starts_with("/oauth2/")
            || host.contains(".azurecr."))
            && !host.contains(".data.azurecr.")
    };
    let registry = url
        .host
        .as_ref()
        .filter(is_registry)
        .or(url.service.as_ref())
        .filter(|host| is_host(host));
    let (asked, actions) = url.asked().unzip();
    let (repository, reference) = url.content().unzip();
    let host = registry.map_or("r.azurecr.io", String::as_str);
    let fits = |name: &&str| {
        Reference::parse(&format!("{host}/{name}")).is_ok_and(|read| read.repository == **name)
    };
    let joint = |reference: &&str| if reference.contains(':') { '@' } else { ':' };
    let upload = url.path.contains("/blobs/uploads").then_some("pull,push");
    let is_reference = |reference: &&str| {
        Reference::parse(&format!("{host}/r{}{reference}", joint(reference))).is_ok()
    };
    Named {
        registry: registry.cloned(),
        repository: asked.or(repository).filter(fits).map(str::to_owned),
        reference: reference.filter(is_reference).map(str::to_owned),
        actions: actions.filter(is_actions).or(upload).map(str::to_owned),
        hostless: None,
    }
}

fn is_actions(text: &&str) -> bool {
    let fit = |one: char| one.is_ascii_lowercase() || matches!(one, '_' | ',' | '*');
    !text.is_empty() && text.len() < 80 && text.chars().all(fit)
}

fn is_host(text: &str) -> bool {
    Reference::parse(text).is_ok_and(|read| read.is_bare_registry())
}

/// A login server that stands alone.
fn bare_host(text: &str) -> Option<String> {
    if !text.contains(".azurecr.") {
        return None;
    }
    words(text)
        .map(|word| word.rsplit("://").next().unwrap_or(word))
        .map(|word| word.split('/').next().unwrap_or(word))
        .find(|word| word.contains(".azurecr.") && is_host(word))
        .map(str::to_owned)
}
