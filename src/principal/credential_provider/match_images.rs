//! `matchImages`: which images the kubelet asks a plugin for, and why it does not ask.
//!
//! The rules are the code's, not the documentation's (kubernetes `pkg/credentialprovider/keyring.go`
//! `URLsMatchStr`, asked by `pkg/credentialprovider/plugin/plugin.go` `isImageAllowed`): the ports
//! must be equal, also where the pattern has none; the hosts must have equally many labels; the
//! pattern's path must be a prefix, letter by letter; each label is matched on its own. Letters
//! keep their case. A pattern that cannot be read is passed over in silence.

use super::address::Address;
use super::config::{Provider, ProviderConfig};
use super::glob;

/// Why a pattern does not match an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// One has a port that the other has not.
    Port {
        /// The pattern's, empty where it has none.
        pattern: String,
        /// The image's, empty where it has none.
        image: String,
    },
    /// The hosts have different numbers of labels.
    Labels {
        /// The pattern's host.
        host: String,
        /// How many it has.
        pattern: usize,
        /// How many the image's host has.
        image: usize,
    },
    /// The pattern's path is not how the image's begins.
    Path {
        /// The pattern's.
        pattern: String,
        /// The image's.
        image: String,
    },
    /// One label of the host is another.
    Label {
        /// The pattern's.
        pattern: String,
        /// The image's.
        image: String,
    },
    /// One of the two is no URL; the sentence says which and why.
    Unreadable(String),
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Port { pattern, image } => write!(
                formatter,
                "the pattern has {}, the image {}",
                port_in_words(pattern),
                port_in_words(image)
            ),
            Self::Labels {
                host,
                pattern,
                image,
            } => write!(
                formatter,
                "{host} has {pattern} label{}, the image's host has {image}",
                if *pattern == 1 { "" } else { "s" }
            ),
            Self::Path { pattern, image } => {
                write!(formatter, "the path {image} does not begin with {pattern}")
            }
            Self::Label { pattern, image } => {
                write!(formatter, "the label {image} is not {pattern}")
            }
            Self::Unreadable(said) => formatter.write_str(said),
        }
    }
}

fn port_in_words(port: &str) -> String {
    match port {
        "" => "no port".to_owned(),
        port => format!("port {port}"),
    }
}

/// Whether a pattern matches an image, asked in the kubelet's order.
///
/// # Errors
/// The first reason why not.
pub fn matches(pattern: &str, image: &str) -> Result<(), Mismatch> {
    let read = |what: &str, text: &str| {
        Address::parse(text)
            .map_err(|why| Mismatch::Unreadable(format!("the {what} cannot be read: {why}")))
    };
    let (glob, target) = (read("pattern", pattern)?, read("image", image)?);
    if glob.port != target.port {
        return Err(Mismatch::Port {
            pattern: glob.port,
            image: target.port,
        });
    }
    let (labels, found) = (glob.labels(), target.labels());
    if labels.len() != found.len() {
        return Err(Mismatch::Labels {
            host: glob.host.clone(),
            pattern: labels.len(),
            image: found.len(),
        });
    }
    if !target.path.starts_with(&glob.path) {
        return Err(Mismatch::Path {
            pattern: String::from_utf8_lossy(&glob.path).into_owned(),
            image: String::from_utf8_lossy(&target.path).into_owned(),
        });
    }
    labels.into_iter().zip(found).try_for_each(one_label)
}

fn one_label((pattern, image): (&str, &str)) -> Result<(), Mismatch> {
    match glob::matches(pattern, image) {
        Some(true) => Ok(()),
        Some(false) => Err(Mismatch::Label {
            pattern: pattern.to_owned(),
            image: image.to_owned(),
        }),
        None => Err(Mismatch::Unreadable(format!(
            "the pattern cannot be read: \"{pattern}\" is no wildcard"
        ))),
    }
}

/// What the kubelet looks up and what it tells the plugin: the image without tag and digest
/// (kubernetes `pkg/kubelet/kuberuntime/kuberuntime_image.go`, `keyring.Lookup(repoToPull)`).
pub fn asked_for(image: &str) -> &str {
    let image = image.split_once('@').map_or(image, |(before, _)| before);
    let Some(slash) = image.rfind('/') else {
        return image; // A bare login server: its colon is a port's.
    };
    match image[slash..].find(':') {
        Some(colon) => &image[..slash + colon],
        None => image,
    }
}

/// What the kubelet decides for one image: every provider of the file, in its order.
#[derive(Debug)]
pub struct Matched<'a> {
    /// Each provider with its patterns.
    pub considered: Vec<Considered<'a>>,
}

/// One provider and what its patterns said.
#[derive(Debug)]
pub struct Considered<'a> {
    /// The provider.
    pub provider: &'a Provider,
    /// The first pattern that matches; none where the provider is not asked.
    pub pattern: Option<&'a str>,
    /// The patterns before that, or all, each with its reason.
    pub mismatches: Vec<(&'a str, Mismatch)>,
}

impl<'a> Matched<'a> {
    /// The providers that are asked, all of them, in the order of the file.
    pub fn asked(&self) -> impl Iterator<Item = &'a Provider> + '_ {
        let matching = self.considered.iter().filter(|one| one.pattern.is_some());
        matching.map(|one| one.provider)
    }

    /// True where nobody is asked: the pull is anonymous, or by a pull secret.
    pub fn is_empty(&self) -> bool {
        self.asked().next().is_none()
    }

    /// Each pattern that does not match with its reason, ready to be shown.
    pub fn reasons(&self) -> Vec<String> {
        let all = self.considered.iter().flat_map(|one| &one.mismatches);
        all.map(|(pattern, why)| match why {
            Mismatch::Labels { host, .. } if host == pattern => why.to_string(),
            why => format!("{pattern}: {why}"),
        })
        .collect()
    }
}

/// The kubelet's decision for one image. Every provider that matches is asked, not only the first
/// (kubernetes `pkg/credentialprovider/plugin/plugins.go`, `Lookup`).
pub fn provider_for<'a>(config: &'a ProviderConfig, image: &str) -> Matched<'a> {
    let image = asked_for(image);
    let considered = config.providers.iter().map(|one| consider(one, image));
    Matched {
        considered: considered.collect(),
    }
}

fn consider<'a>(provider: &'a Provider, image: &str) -> Considered<'a> {
    let mut considered = Considered {
        provider,
        pattern: None,
        mismatches: Vec::new(),
    };
    for pattern in &provider.match_images {
        match matches(pattern, image) {
            Ok(()) => {
                considered.pattern = Some(pattern);
                break;
            }
            Err(why) => considered.mismatches.push((pattern, why)),
        }
    }
    considered
}

#[cfg(test)]
#[path = "match_images_tests.rs"]
mod tests;
