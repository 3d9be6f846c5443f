//! From SPECs, and from what is at hand here, to the rows of the matrix.

use super::credentials::Secrets;
use crate::error::Error;
use crate::files::Surroundings;
use crate::principal::credential_provider::ProviderConfig;
use crate::principal::docker_config::DockerConfig;
use crate::principal::{AzureJson, IdentityId, Principal, azure_json, entra, stored};
use crate::secret::Secret;
use std::path::{Path, PathBuf};

/// What every Azure virtual machine's chassis tag says (learn.microsoft.com, "Identify Azure VMs").
const AZURE_CHASSIS: &str = "7783-7084-3265-9085-8269-3286-77";
/// Where Linux shows it.
const CHASSIS_TAG: &str = "/sys/class/dmi/id/chassis_asset_tag";

/// What the rows are made of.
pub(super) struct Hand<'a> {
    pub surroundings: &'a Surroundings,
    pub secrets: &'a Secrets,
    /// `--username NAME=USER`.
    pub usernames: &'a [(String, String)],
    /// `--azure-json`.
    pub azure_json: Option<&'a Path>,
    /// `--provider-bin-dir`.
    pub provider_folder: Option<&'a Path>,
    /// `--service-account-token`.
    pub service_account_token: Option<&'a Path>,
    /// The registry's name, where there is one registry: its admin user is called so.
    pub registry_name: Option<String>,
    /// The metadata service's address as it may be shown.
    pub imds: &'a str,
}

impl Hand<'_> {
    /// The rows that were named, in that order, each once.
    pub fn named(&self, specs: &[String]) -> Result<Vec<Principal>, Error> {
        let mut rows: Vec<Principal> = Vec::new();
        for spec in specs {
            if !rows.iter().any(|row| row.name == *spec) {
                rows.push(self.one(spec)?);
            }
        }
        Ok(rows)
    }

    /// Anonymous, admin and the node's identity, and whatever else the environment holds. The first three are always shown, *untried* where nothing is at hand.
    pub fn at_hand(&self) -> Vec<Principal> {
        let mut rows = vec![Principal::anonymous(), self.admin(), self.node()];
        if entra::has_client_secret(self.surroundings)
            || self.secrets.of("service-principal").is_some()
        {
            rows.push(self.service_principal());
        }
        if DockerConfig::place(self.surroundings).is_some() {
            rows.push(stored::docker_config(
                self.surroundings,
                "docker-config",
                None,
            ));
        }
        if ProviderConfig::place(self.surroundings).is_some() {
            rows.extend(self.plugins("credential-provider", None).ok());
        }
        if entra::has_workload_identity(self.surroundings) {
            rows.push(entra::workload_identity(self.surroundings));
        }
        for label in self.labels() {
            rows.extend(self.basic(&format!("basic:{label}"), &label).ok());
        }
        rows
    }

    /// The labels that a user name was given for: each is a row, since something is at hand.
    fn labels(&self) -> Vec<String> {
        let names = self.usernames.iter().map(|(name, _)| name.clone());
        names
            .filter(|name| !matches!(name.as_str(), "admin" | "service-principal"))
            .collect()
    }

    /// `credential-provider[:CONFIG]`.
    fn plugins(&self, spec: &str, path: Option<&Path>) -> Result<Principal, Error> {
        let token = match self.service_account_token {
            None => None,
            Some(path) => Some(super::credentials::read_file(
                "service account token",
                path,
                self.surroundings,
            )?),
        };
        Ok(stored::credential_provider(
            self.surroundings,
            spec,
            path,
            self.provider_folder,
            token,
        ))
    }

    /// The identity that the environment or the node's file names, for rows that name none. An
    /// application that proves itself by a secret or an assertion is no identity of this machine.
    pub fn client_id(&self) -> Option<String> {
        let is_application = entra::has_client_secret(self.surroundings)
            || entra::has_workload_identity(self.surroundings);
        let named = self.surroundings.variable("AZURE_CLIENT_ID");
        named
            .filter(|id| !is_application && !id.is_empty())
            .or_else(|| {
                let place = AzureJson::place(self.surroundings)?;
                let (_, found) = AzureJson::read(self.surroundings, Path::new(place));
                let found = found.filter(AzureJson::is_managed_identity)?;
                found.identity().client_id
            })
    }

    fn service_principal(&self) -> Principal {
        let found = self.secrets.of("service-principal");
        entra::service_principal(
            self.surroundings,
            found.map(|found| (found.secret.clone(), found.source.clone())),
        )
    }

    /// `basic:LABEL`: any user name and password.
    fn basic(&self, spec: &str, label: &str) -> Result<Principal, Error> {
        if label.is_empty() || label.parse::<crate::scope::Action>().is_ok() {
            return Err(Error::Usage(format!(
                "--principal {spec}: after basic: comes a label that is not an action, such as basic:ci"
            )));
        }
        let user = self
            .usernames
            .iter()
            .find(|(name, _)| name == label)
            .map(|(_, user)| user.clone());
        Ok(match (user, self.secrets.of(label)) {
            (Some(user), Some(found)) => {
                Principal::password(spec, Some(user), found.secret.clone(), found.source.clone())
            }
            (None, _) => Principal::not_tried(
                spec,
                "password",
                "no user name was given",
                format!("--username {label}=NAME"),
            ),
            (_, None) => Principal::not_tried(
                spec,
                "password",
                "no password was given",
                format!("--secret {label}=env:VARIABLE"),
            ),
        })
    }

    fn one(&self, spec: &str) -> Result<Principal, Error> {
        match spec.split_once(':') {
            None => match spec {
                "anonymous" => Ok(Principal::anonymous()),
                "admin" => Ok(self.admin()),
                "kubelet" => Ok(self.kubelet()),
                "managed-identity" => Ok(self.managed_identity(spec, IdentityId::Default)),
                "service-principal" => Ok(self.service_principal()),
                "workload-identity" => Ok(entra::workload_identity(self.surroundings)),
                "azure-cli" => Ok(entra::azure_cli()),
                "docker-config" => Ok(stored::docker_config(self.surroundings, spec, None)),
                "credential-provider" => self.plugins(spec, None),
                _ => Err(unknown(spec)),
            },
            Some(("basic", label)) => self.basic(spec, label),
            Some(("docker-config", path)) => Ok(stored::docker_config(
                self.surroundings,
                spec,
                Some(Path::new(path)),
            )),
            Some(("pull-secret", path)) => Ok(stored::pull_secret(
                self.surroundings,
                spec,
                Path::new(path),
            )),
            Some(("credential-provider", path)) => self.plugins(spec, Some(Path::new(path))),
            Some(("managed-identity", id)) => Ok(self.managed_identity(spec, identity(spec, id)?)),
            Some(_) => Err(unknown(spec)),
        }
    }

    fn admin(&self) -> Principal {
        let Some(found) = self.secrets.of("admin") else {
            return Principal::not_tried(
                "admin",
                "password",
                "no password of the admin user was given",
                "--secret admin=env:VARIABLE (or file:PATH, or -)",
            );
        };
        let named = self
            .usernames
            .iter()
            .find(|(name, _)| name == "admin")
            .map(|(_, user)| user.clone());
        let user = named.or_else(|| self.registry_name.clone());
        Principal::password(
            "admin",
            user,
            Secret::clone(&found.secret),
            found.source.clone(),
        )
    }

    fn managed_identity(&self, spec: &str, id: IdentityId) -> Principal {
        Principal::managed_identity(spec, id, format!("IMDS at {}", self.imds))
    }

    fn kubelet(&self) -> Principal {
        let place = self
            .azure_json
            .map(Path::to_path_buf)
            .or_else(|| AzureJson::place(self.surroundings).map(PathBuf::from));
        let path = place.unwrap_or_else(|| PathBuf::from(azure_json::PLACES[0]));
        let (read, found) = AzureJson::read(self.surroundings, &path);
        Principal::kubelet("kubelet", read, found)
    }

    /// The managed-identity row: the kubelet's where an `azure.json` is at hand, else the machine's own
    /// where its chassis says that this is Azure. No network attempt decides.
    fn node(&self) -> Principal {
        if self.azure_json.is_some() || AzureJson::place(self.surroundings).is_some() {
            return self.kubelet();
        }
        let tag = self
            .surroundings
            .read(Path::new(CHASSIS_TAG))
            .unwrap_or_default();
        if String::from_utf8_lossy(&tag).trim() == AZURE_CHASSIS {
            return self.managed_identity("managed-identity", IdentityId::Default);
        }
        Principal::not_tried(
            "managed-identity",
            "managed-identity",
            "no azure.json is here and this machine does not say it is an Azure virtual machine",
            "--principal kubelet --azure-json PATH, or --principal managed-identity",
        )
    }
}

fn identity(spec: &str, id: &str) -> Result<IdentityId, Error> {
    let wrong = || {
        Error::Usage(format!(
            "--principal {spec}: after managed-identity: comes client-id=ID, object-id=ID or resource-id=ID"
        ))
    };
    let (kind, value) = id.split_once('=').ok_or_else(wrong)?;
    if value.is_empty() {
        return Err(wrong());
    }
    match kind {
        "client-id" => Ok(IdentityId::Client(value.to_owned())),
        "object-id" => Ok(IdentityId::Object(value.to_owned())),
        "resource-id" => Ok(IdentityId::Resource(value.to_owned())),
        _ => Err(wrong()),
    }
}

fn unknown(spec: &str) -> Error {
    Error::Usage(format!(
        "--principal {spec}: the principals are anonymous, admin, basic:LABEL, kubelet, \
         managed-identity[:client-id=ID|object-id=ID|resource-id=ID], service-principal, workload-identity, azure-cli, \
         docker-config[:PATH], pull-secret:FILE and credential-provider[:CONFIG]"
    ))
}
