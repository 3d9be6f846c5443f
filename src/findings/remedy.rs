//! What to do about a finding: commands and code filled in with what was observed, each with who may
//! do it and when it works.
//!
//! This module is text only. It is *not* the judgement (a rule decides which remedy applies), it runs
//! nothing, and it never guesses: a value that was not observed becomes a shell variable or a parameter,
//! and a comment line says where to get it. A value that was only *derived* says so beside it.
//!
//! A command that changes something must fail rather than do more than it says: variables are written
//! `${NAME:?}`, and a scope is asked for before it is used (az reads an empty one as the subscription).
//!
//! Everything that comes from outside (names, ids, image references) passes through [`quote`], so
//! that no name of a registry, repository or node can become a command.

mod cache;
mod cluster;
mod content;
mod credential;
mod directory;
mod federated;
mod node;
pub mod quote;
mod registry;
mod replica;
mod role;
mod scope_map;
mod templates;
#[cfg(test)]
mod tests;

pub use cache::{cache_credential, cache_path, cache_rules};
pub use cluster::{DerivedCluster, derive_clusters};
pub use content::{
    ask_held_back, ask_private_zone, build_for, check_layers_host, link_private_zone,
    list_manifests, open_layers_host, push_again, release, show_platforms,
};
pub use credential::{
    admin_password_show, ask_admin, enable_admin, expired_secrets, new_secret, new_token_password,
    token_show,
};
pub use directory::{
    as_entra_says, authority_host, enable_application, find_application, find_tenant,
    provision_application, reach_entra, right_authority, sign_in,
};
pub use federated::{Federated, federate, new_assertion, usual_audience};
pub use node::{
    attach_identity, check_dns, imds_egress, name_the_identity, proxy_bypass, reconcile_identity,
    sync_clock, trust_authority,
};
pub use registry::{
    allow_ip, arm_audience_enable, ask_audience, ask_login_server, ask_public_access, ask_tenant,
    cross_tenant, enable_anonymous, leave_anonymous, leave_withheld, open_ticket,
    public_access_enable, second_opinion, show_tags, wait,
};
pub use replica::{replica_out, replicas, use_global};
pub use role::{give_pull_role, limit_to_repository, list_assignments, remove_dead_assignment};
pub use scope_map::{scope_map_add, scope_map_show};

use serde::Serialize;

/// One thing to do, or to ask, or to know.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remedy {
    /// What the text is, and so where it is pasted.
    pub kind: RemedyKind,
    /// Who may do it: the role that is needed, and on what.
    pub who: String,
    /// When it works, once done.
    pub takes_effect: String,
    /// The command, the code, or the sentence.
    pub text: String,
}

/// What a remedy's text is.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemedyKind {
    /// The question that settles which of the others applies: a command that only reads.
    Ask,
    /// A command of the Azure CLI that changes something.
    Az,
    /// A Bicep module.
    Bicep,
    /// Terraform configuration (provider `azurerm`).
    Terraform,
    /// A kubectl command, or a manifest for `kubectl apply`.
    Kubectl,
    /// Commands that verify, afterwards or instead; they only read.
    Check,
    /// A sentence: what to know or to decide, with nothing to paste.
    Note,
}

impl RemedyKind {
    /// The contract's word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Az => "az",
            Self::Bicep => "bicep",
            Self::Terraform => "terraform",
            Self::Kubectl => "kubectl",
            Self::Check => "check",
            Self::Note => "note",
        }
    }
}

/// How the registry decides rights (`roleAssignmentMode`); only the control plane says it outright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Not known: a remedy begins with the question.
    #[default]
    Unknown,
    /// `LegacyRegistryPermissions`: AcrPull counts.
    Rbac,
    /// `AbacRepositoryPermissions`: only the repository roles count.
    Abac,
}

/// Which Azure the registry is in; read from the suffix of its login server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cloud {
    /// `azurecr.io`
    #[default]
    Public,
    /// `azurecr.us`
    UsGov,
    /// `azurecr.cn`
    China,
}

impl Cloud {
    /// The cloud whose registries carry this login server's suffix; the public one for any other.
    #[must_use]
    pub fn of_login_server(login_server: &str) -> Self {
        let host = login_server.to_ascii_lowercase();
        match host.rsplit('.').next() {
            Some("us") if host.ends_with(".azurecr.us") => Self::UsGov,
            Some("cn") if host.ends_with(".azurecr.cn") => Self::China,
            _ => Self::Public,
        }
    }

    /// The name `az cloud set -n` wants.
    #[must_use]
    pub fn az_name(self) -> &'static str {
        match self {
            Self::Public => "AzureCloud",
            Self::UsGov => "AzureUSGovernment",
            Self::China => "AzureChinaCloud",
        }
    }

    /// The suffix of its registries.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Public => "azurecr.io",
            Self::UsGov => "azurecr.us",
            Self::China => "azurecr.cn",
        }
    }
}

/// What was observed of the case. `None` = it cannot be known from here.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// The registry's resource name (`acrwizdev`), not its login server.
    pub registry_name: &'a str,
    /// The host that was asked (`acrwizdev.azurecr.io`).
    pub login_server: &'a str,
    /// The repository, without tag.
    pub repository: &'a str,
    /// The principal's object id: `oid` of the Entra token.
    pub object_id: Option<&'a str>,
    /// How the registry decides rights.
    pub mode: Mode,
    /// Which Azure it is in.
    pub cloud: Cloud,
    /// `resourceGroup` of azure.json: the node resource group, `MC_<group>_<cluster>_<region>` by default.
    pub node_resource_group: Option<&'a str>,
    /// `location` of azure.json.
    pub location: Option<&'a str>,
    /// The full image reference, as it was given to the probe.
    pub image: &'a str,
    /// The principal's SPEC (`kubelet`, `managed-identity:client-id=…`).
    pub principal: &'a str,
}

/// The registry's resource name, as its login server tells it: the first label, without the hash that a
/// domain name label adds behind a hyphen (a registry's name holds none).
#[must_use]
pub fn registry_name(login_server: &str) -> &str {
    let label = login_server.split('.').next().unwrap_or(login_server);
    label.split('-').next().unwrap_or(label)
}

impl Observed<'_> {
    /// The kubelet's identity can be attached through AKS; others only by a role assignment.
    fn is_kubelet(&self) -> bool {
        self.principal == "kubelet"
    }

    /// A comment line for sovereign clouds, else nothing: az talks to one cloud at a time.
    fn cloud_line(&self) -> String {
        match self.cloud {
            Cloud::Public => String::new(),
            Cloud::UsGov | Cloud::China => format!(
                "# the registry is in another cloud (.{}); once before: az cloud set -n {} && az login\n",
                self.cloud.suffix(),
                self.cloud.az_name()
            ),
        }
    }

    /// `"$(az acr show … --query id …)"`: the scope of a role assignment, without knowing the subscription.
    fn scope(&self) -> String {
        format!(
            "\"$(az acr show -n {} --query id -o tsv)\"",
            quote::shell_word(self.registry_name)
        )
    }
}

impl Remedy {
    fn new(kind: RemedyKind, who: &str, takes_effect: &str, text: impl Into<String>) -> Self {
        Self {
            kind,
            who: who.to_owned(),
            takes_effect: takes_effect.to_owned(),
            text: text.into(),
        }
    }
}

/// Texts that more than one remedy says.
mod say {
    pub(super) const AT_ONCE: &str = "at once";
    pub(super) const READS_ONLY: &str = "it only reads";
    pub(super) const MINUTES: &str = "within minutes";
    pub(super) const REGISTRY_READER: &str = "anyone who can see the registry (Reader on it)";
    pub(super) const REGISTRY_CONTRIBUTOR: &str = "Contributor on the registry";
}
