//! Pasted text, read as attempts: pod events, journals, and what pullers print.
//!
//! The reader goes by structure: URLs, numbers with their reason phrases, the kubelet's bracketed lists,
//! and short phrases without their blanks, so that a line broken by a terminal reads as before. It is
//! *not* the judgement: what follows from the attempts is said by the findings. Pure; any text is allowed;
//! time and memory grow with the text and no faster.

mod attempt;
mod client;
mod document;
mod entries;
mod fault;
mod gather;
mod image;
mod lines;
mod normal;
mod phrases;
mod phrases_local;
mod roles;
#[cfg(test)]
mod tests;
mod url;
mod worth;

pub use fault::Fault;

use crate::evidence::{Said, Step};
use serde::{Serialize, Serializer};

/// One pull, or one login, that the text speaks of.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Who asked, where the text shows it.
    pub client: Option<&'static str>,
    /// The registry's host.
    pub registry: Option<String>,
    /// The repository.
    pub repository: Option<String>,
    /// The tag or the digest.
    pub reference: Option<String>,
    /// The scope that was asked for, or follows from the image.
    pub scope: Option<String>,
    /// What was tried, in the text's order.
    pub attempts: Vec<Attempt>,
    /// Ids that support will ask for.
    pub correlation_ids: Vec<String>,
    /// An image without a host, which clients look for on Docker Hub.
    #[serde(skip)]
    pub hostless: Option<String>,
    /// True where the image was pulled after all.
    pub pulled_later: bool,
}

/// One try.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// What was presented.
    #[cfg_attr(test, schemars(with = "Option<PresentedOrNone>"))]
    pub credential: Credential,
    /// Where it stopped, where the text shows it.
    #[serde(serialize_with = "step_name")]
    #[cfg_attr(test, schemars(with = "Option<Step>"))]
    pub step: Option<Step>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// What the text says was wrong.
    pub fault: Fault,
    /// What it is to the whole.
    pub role: Role,
    /// The line of the text, from 1.
    pub line: usize,
    /// The address that the registry saw, or that did not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// What was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// A credential.
    Presented,
    /// None.
    None,
    /// The text does not say.
    Unstated,
}

impl Credential {
    /// The contract's word; none for what the text does not say.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Presented => Some("presented"),
            Self::None => Some("none"),
            Self::Unstated => None,
        }
    }
}

impl Serialize for Credential {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.name().serialize(serializer)
    }
}

/// The contract's words for a [`Credential`].
#[cfg(test)]
#[derive(schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[allow(dead_code, reason = "only its shape is used")]
enum PresentedOrNone {
    Presented,
    None,
}

/// What an attempt is to the whole.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The first real refusal.
    Refusal,
    /// A consequence of the refusal, to be passed over.
    Noise,
    /// Another refusal after the first.
    Later,
}

/// What a text holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// The events, in the text's order; those without an attempt are left out.
    pub events: Vec<Event>,
    /// Images that are named without an error.
    pub images: Vec<String>,
    /// The messages that told something: read again, they come to the same.
    pub said: Vec<Said>,
}

impl Reading {
    /// What the text lacks, in one sentence; none where it tells of a refused pull.
    pub fn lack(&self) -> Option<String> {
        if !self.events.is_empty() {
            return None;
        }
        Some(match self.images.first() {
            None => "Nothing here speaks of a refused pull; paste the line that begins with \"Failed to pull image\", or the client's error.".to_owned(),
            Some(image) => format!(
                "{image} is named, but no error with it; paste the line that begins with \"Failed to pull image\" too."
            ),
        })
    }
}

/// Reads a text.
pub fn read(text: &str) -> Reading {
    let mut gatherer = gather::Gatherer::default();
    document::messages(text, &mut |message| gatherer.take(message));
    gatherer.finish()
}

/// Reads what was kept of a text.
pub fn read_kept(said: &[Said]) -> Reading {
    let mut gatherer = gather::Gatherer::default();
    for one in said {
        gatherer.take(lines::Message {
            line: one.line,
            text: one.text.clone(),
        });
    }
    gatherer.finish()
}

fn step_name<S: Serializer>(step: &Option<Step>, serializer: S) -> Result<S::Ok, S::Error> {
    step.map(Step::name).serialize(serializer)
}
