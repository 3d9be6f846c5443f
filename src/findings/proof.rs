//! What proves a rule.

use serde::Serialize;

/// What the strongest evidence for a rule is. A rule need not reach `proven` by it: that is its answer's to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// What one replay sees: answers, tokens, certificates, files of this machine.
    Wire,
    /// A request or a row beside it that varies one factor: audience, client, identity, moment.
    Experiment,
    /// Azure's control plane alone: role assignments, the settings of the registry.
    ControlPlane,
    /// No request shows it; only what a client printed tells of it.
    Text,
    /// Nothing: the name of what no rule accounts for.
    Nothing,
}

impl Proof {
    /// As a table says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Wire => "the wire: what one replay sees",
            Self::Experiment => "an experiment: one factor varied, or a row beside it",
            Self::ControlPlane => "Azure's control plane alone",
            Self::Text => "a pasted text alone",
            Self::Nothing => "nothing",
        }
    }
}
