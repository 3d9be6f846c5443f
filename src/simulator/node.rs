//! What the probe finds on the node of a world. *Not* what it makes of it.

use std::collections::BTreeMap;

use serde_json::json;

use super::scenario::{ProbeSetup, StatedFile};
use super::stated::{FileState, Stated, StatedProbeFile};

const AZURE_JSON: &str = "/etc/kubernetes/azure.json";

/// Arguments, environment and files as stated.
pub fn probe_setup(stated: &Stated) -> ProbeSetup {
    let files = stated.probe.files.iter().map(|(path, file)| {
        let file = match file {
            StatedProbeFile::Text(text) => StatedFile::Text(text.clone()),
            StatedProbeFile::State {
                state: FileState::Missing,
            } => StatedFile::Missing,
            StatedProbeFile::State {
                state: FileState::Denied,
            } => StatedFile::Denied,
        };
        (path.clone(), file)
    });
    let mut files: BTreeMap<String, StatedFile> = files.collect();
    if let Some(client) = &stated.probe.kubelet_identity {
        files.insert(
            AZURE_JSON.to_owned(),
            StatedFile::Text(azure_json(stated, client)),
        );
    }
    ProbeSetup {
        arguments: stated.probe.arguments.clone(),
        environment: stated.probe.environment.clone(),
        files,
    }
}

/// The node's file of a cluster with a managed identity, with the names that
/// AgentBaker's `configureAzureJson` writes (C).
fn azure_json(stated: &Stated, client: &str) -> String {
    let identity = stated.identity.iter().find(|one| one.client_id == client);
    let tenant = identity.and_then(|one| one.tenant.as_ref());
    let text = json!({
        "cloud": "AzurePublicCloud",
        "tenantId": tenant.unwrap_or(&stated.registry.tenant),
        "subscriptionId": "5b0c1d2e-3f4a-4b5c-8d6e-7f8091a2b3c4",
        "aadClientId": "msi",
        "aadClientSecret": "msi",
        "resourceGroup": "MC_rg-cicd-aks-bbs_aks-wiz-dev_japaneast",
        "location": "japaneast",
        "vmType": "vmss",
        "useManagedIdentityExtension": true,
        "userAssignedIdentityID": client,
        "useInstanceMetadata": true,
    });
    format!("{text:#}\n")
}
