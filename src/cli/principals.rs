//! From SPECs, and from what is at hand here, to the rows of the matrix.

use super::credentials::Secrets;
use crate::error::Error;
use crate::files::Surroundings;
use crate::principal::{AzureJson, IdentityId, Principal, azure_json};
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

    /// Anonymous, admin, and the node's identity: always shown, *untried* where nothing is at hand.
    pub fn at_hand(&self) -> Vec<Principal> {
        vec![Principal::anonymous(), self.admin(), self.node()]
    }

    fn one(&self, spec: &str) -> Result<Principal, Error> {
        match spec.split_once(':') {
            None => match spec {
                "anonymous" => Ok(Principal::anonymous()),
                "admin" => Ok(self.admin()),
                "kubelet" => Ok(self.kubelet()),
                "managed-identity" => Ok(self.managed_identity(spec, IdentityId::Default)),
                _ => Err(unknown(spec)),
            },
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
        "--principal {spec}: this version knows anonymous, admin, kubelet and managed-identity[:client-id=ID|object-id=ID|resource-id=ID]"
    ))
}
