//! What a scenario file says, as it is written: identities, roles, applications,
//! what the probe is given. *Not* its meaning; that is `world` and the endpoints.
//! The reference for the keys is `testdata/scenarios/README.md`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::duration::Span;
use super::stated_network::{StatedFault, StatedHost, StatedImds};
use super::stated_registry::StatedRegistry;

/// A whole scenario file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stated {
    pub title: String,
    #[serde(default)]
    pub about: String,
    /// Added to every date of the world.
    #[serde(default)]
    pub clock_offset: Span,
    #[serde(default)]
    pub probe: StatedProbe,
    pub registry: StatedRegistry,
    #[serde(default)]
    pub role: Vec<StatedRole>,
    #[serde(default)]
    pub token: Vec<StatedToken>,
    #[serde(default)]
    pub identity: Vec<StatedIdentity>,
    #[serde(default)]
    pub application: Vec<StatedApplication>,
    #[serde(default)]
    pub imds: StatedImds,
    #[serde(default)]
    pub entra: StatedEntra,
    #[serde(default)]
    pub host: BTreeMap<String, StatedHost>,
    #[serde(default)]
    pub fault: Vec<StatedFault>,
    #[serde(default)]
    pub odd_token: Vec<StatedOddToken>,
    pub signing: Option<StatedSigning>,
    /// `http://HOST:PORT` of a real registry that answers `/v2/*`.
    pub upstream: Option<String>,
}

/// What the probe is given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedProbe {
    #[serde(default)]
    pub arguments: Vec<String>,
    /// Writes an `azure.json` whose kubelet identity has this client id.
    pub kubelet_identity: Option<String>,
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    #[serde(default)]
    pub files: BTreeMap<String, StatedProbeFile>,
}

/// A file the probe sees: its text, or why there is none.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum StatedProbeFile {
    Text(String),
    State { state: FileState },
}

/// Why a file cannot be read.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    Missing,
    Denied,
}

/// A role assignment on the registry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedRole {
    /// The `principalId` of the assignment.
    pub object: String,
    pub role: Role,
    /// A repository condition: names that begin so.
    pub prefix: Option<String>,
    /// How long after start the assignment begins to work.
    #[serde(default)]
    pub after: Span,
}

/// Built-in roles, by the names of Azure's directory of built-in roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Role {
    AcrPull,
    AcrPush,
    AcrDelete,
    Reader,
    Contributor,
    Owner,
    #[serde(rename = "Repository Reader")]
    RepositoryReader,
    #[serde(rename = "Repository Writer")]
    RepositoryWriter,
    #[serde(rename = "Repository Contributor")]
    RepositoryContributor,
    #[serde(rename = "Repository Catalog Lister")]
    CatalogLister,
}

/// A repository-scoped token and its scope map.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedToken {
    pub name: String,
    pub passwords: Vec<String>,
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default)]
    pub expired: bool,
    /// Repository (or `prefix/*`, `*`) to scope-map actions such as `content/read`.
    #[serde(default)]
    pub actions: BTreeMap<String, Vec<String>>,
}

/// A managed identity attached to the node.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedIdentity {
    pub client_id: String,
    pub object_id: String,
    #[serde(default = "agentpool")]
    pub resource_id: String,
    /// Default: the registry's tenant.
    pub tenant: Option<String>,
    #[serde(default)]
    pub system_assigned: bool,
}

/// An application with its service principal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedApplication {
    pub client_id: String,
    pub object_id: String,
    /// Default: the registry's tenant.
    pub tenant: Option<String>,
    pub secret: Option<String>,
    #[serde(default)]
    pub expired: bool,
    #[serde(default)]
    pub disabled: bool,
    /// An AADSTS number that every request of it meets, such as 53003.
    pub refused: Option<u32>,
    #[serde(default)]
    pub federated: Vec<StatedFederated>,
}

/// A federated credential.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedFederated {
    pub issuer: String,
    pub subject: String,
    #[serde(default = "exchange_audience")]
    pub audience: String,
}

/// The identity provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatedEntra {
    pub host: String,
    /// Tenants besides those named elsewhere.
    pub tenants: Vec<String>,
    /// Resources whose principal is not in the tenant (AADSTS500011).
    pub unknown_resources: Vec<String>,
}

impl Default for StatedEntra {
    fn default() -> Self {
        StatedEntra {
            host: "login.microsoftonline.com".to_owned(),
            tenants: Vec::new(),
            unknown_resources: Vec::new(),
        }
    }
}

/// Tokens of one principal that are minted wrong on purpose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedOddToken {
    /// `anonymous`, `admin`, a token's name or an object id.
    pub principal: String,
    #[serde(default)]
    pub token_expired: bool,
    #[serde(default)]
    pub empty_access: bool,
}

/// A key that signs registry tokens, for a real registry that checks them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedSigning {
    pub key: String,
    pub certificate: String,
}

/// For serde defaults.
pub fn yes() -> bool {
    true
}

fn exchange_audience() -> String {
    "api://AzureADTokenExchange".to_owned()
}

fn agentpool() -> String {
    "/subscriptions/5b0c1d2e-3f4a-4b5c-8d6e-7f8091a2b3c4/resourceGroups/\
     MC_rg-cicd-aks-bbs_aks-wiz-dev_japaneast/providers/Microsoft.ManagedIdentity/\
     userAssignedIdentities/aks-wiz-dev-agentpool"
        .to_owned()
}
