//! The first line of a recording: what was planned, when, by which version, and what the report
//! needs to know that no request shows.

use serde::{Deserialize, Serialize};

/// Schema name and version of a recording.
pub const SCHEMA: &str = "acr-probe.recording/1";

/// The plan as it was, and the circumstances of the run.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Name and version of this schema.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    pub schema: String,
    /// The run's id, on every line.
    pub run: String,
    /// The probe's version.
    pub version: String,
    /// When the run began, RFC 3339 in UTC, whole seconds.
    pub observed_at: String,
    /// Whose requests were replayed.
    pub flow: String,
    /// The scenario, where no Azure was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simulated: Option<Simulated>,
    /// The node, as far as it is known.
    #[serde(default)]
    pub node: Node,
    /// The images asked for.
    pub targets: Vec<Target>,
    /// Who asks.
    pub principals: Vec<PlannedPrincipal>,
    /// What is asked for each target and principal.
    pub asks: Vec<Ask>,
    /// The cells that the exit code speaks of.
    pub required: Vec<Required>,
    /// What `--wait` came to; the recording is that of the last try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waited: Option<Waited>,
    /// The platform that the content was compared with; none where it was not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Seconds each request had.
    pub timeout_seconds: u64,
    /// What a reader should know about how the run was made (proxies, sources, differences).
    #[serde(default)]
    pub notes: Vec<String>,
}

/// The stated world that answered in place of Azure.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Simulated {
    /// The scenario's name.
    pub scenario: String,
    /// Shapes of this world that are inference, not recorded from the real service.
    #[serde(default)]
    pub assumptions: Vec<String>,
}

/// How long `--wait` waited.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waited {
    /// How often it was tried.
    pub tries: u32,
    /// Seconds from the first try to the end of the last.
    pub seconds: u64,
    /// The cause that stood in the way before the last try.
    pub until_then: Option<String>,
}

/// What is known of the node.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its name.
    pub name: Option<String>,
    /// Its node pool.
    pub pool: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Its node image.
    pub image: Option<String>,
    /// Its kubelet's version.
    pub kubelet: Option<String>,
    /// Its cluster: clusters name their pools alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
}

/// One image reference, taken apart.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The reference as it was typed.
    pub image: String,
    /// The registry's host, with its port if one was typed.
    pub registry: String,
    /// The repository; empty for a bare login server.
    pub repository: String,
    /// Tag or digest; empty for a bare login server.
    pub reference: String,
    /// The pods that want it, where they are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pods: Vec<PodShown>,
}

/// A pod that wants an image, and the pull secrets it names.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PodShown {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its service account.
    pub service_account: Option<String>,
    /// The pull secrets that the pod itself names.
    pub pull_secrets: Vec<String>,
}

/// A row of the matrix as it was planned.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedPrincipal {
    /// Its SPEC word for word.
    pub name: String,
    /// `anonymous`, `password`, `managed-identity`, `service-principal`, `workload-identity`, `azure-cli`,
    /// `stored` or `credential-provider`.
    pub kind: String,
    /// Where the credential comes from, in words.
    pub source: String,
    /// Whose credential it is, as far as the plan knows; tokens say more.
    #[serde(default)]
    pub identity: Identity,
    /// Why it was not tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untried: Option<Untried>,
}

impl PlannedPrincipal {
    /// True for an Entra identity, whose token must be exchanged for the registry's.
    pub fn is_exchanged(&self) -> bool {
        [
            "managed-identity",
            "service-principal",
            "workload-identity",
            "azure-cli",
        ]
        .contains(&self.kind.as_str())
    }
}

/// Whose credential.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// User name of a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// Application (client) id.
    pub client_id: Option<String>,
    /// Object (principal) id.
    pub object_id: Option<String>,
    /// Azure resource id of a managed identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Entra tenant.
    pub tenant_id: Option<String>,
}

/// Why a row was not tried, and the flag that would.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Untried {
    /// One sentence.
    pub because: String,
    /// What to add to the command line.
    pub flag: String,
}

/// One column of the matrix: an action on the target's repository, or a scope word for word.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// `pull`, `push`, `delete`, `metadata_read` or `metadata_write`.
    Action(String),
    /// `--scope RAW`.
    Scope(String),
}

/// A cell that the exit code speaks of.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Required {
    /// The principal's name.
    pub principal: String,
    /// The action.
    pub action: String,
}
