//! From a pod's name to the node where its image is pulled: what is asked of the user's kubectl, and
//! what its answers mean. Pure: the commands are run elsewhere, or only printed (`--dry-run`).

mod commands;
mod pod;

pub use commands::{Command, Commands, IDLE, created_pod, held_image};
pub use pod::Pod;

use std::str::FromStr;

/// What the user named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// `pod/NAME`: its node and its images are looked up.
    Pod(String),
    /// `node/NAME`: the images are named beside it.
    Node(String),
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, name) = text.split_once('/').unwrap_or(("", text));
        // What a name may hold (RFC 1123), so that it can never be read as an option or a path.
        let is_name = !name.is_empty()
            && name.starts_with(|sign: char| sign.is_ascii_alphanumeric())
            && name
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '.'));
        match kind {
            "pod" | "pods" | "po" if is_name => Ok(Self::Pod(name.to_owned())),
            "node" | "nodes" | "no" if is_name => Ok(Self::Node(name.to_owned())),
            _ => Err("it must be pod/NAME or node/NAME".to_owned()),
        }
    }
}

/// What kubectl's refusal means for the user: the right that is missing, where it is one.
pub fn refusal(stderr: &str) -> String {
    let said = stderr
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("Warning:"))
        .unwrap_or("it said nothing");
    let said: String = said
        .chars()
        .filter(|sign| !sign.is_control())
        .take(400)
        .collect();
    match missing_right(&said) {
        Some(right) => format!("{said} (the right to {right} is missing)"),
        None => said,
    }
}

/// `User "u" cannot create resource "pods/exec" in API group "" in the namespace "n"`.
fn missing_right(said: &str) -> Option<String> {
    let (_, rest) = said.split_once(" cannot ")?;
    let (verb, rest) = rest.split_once(" resource \"")?;
    let (resource, rest) = rest.split_once('"')?;
    let place = rest
        .split_once("in the namespace \"")
        .and_then(|(_, rest)| rest.split_once('"'));
    Some(match place {
        Some((namespace, _)) => format!("{verb} {resource} in namespace {namespace}"),
        None => format!("{verb} {resource}"),
    })
}

#[cfg(test)]
mod tests;
