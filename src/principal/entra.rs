//! Principals that Entra speaks for directly: a service principal by its secret, a federated workload,
//! and whoever `az login` logged in.

use super::{Held, Principal};
use crate::evidence::{FileFault, FileRead, Identity};
use crate::files::Surroundings;
use crate::secret::Secret;
use crate::token::{self, claims};
use serde_json::{Map, Value};
use std::path::Path;

/// How Entra is asked.
#[derive(Debug, Clone)]
pub enum EntraLogin {
    /// `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and a secret.
    ServicePrincipal {
        /// Tenant.
        tenant: String,
        /// Application.
        client_id: String,
        /// Its secret.
        secret: Secret,
    },
    /// `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_FEDERATED_TOKEN_FILE`.
    WorkloadIdentity {
        /// Tenant.
        tenant: String,
        /// Application.
        client_id: String,
        /// The assertion that the file holds.
        assertion: Secret,
    },
    /// `az account get-access-token`.
    AzureCli,
}

impl EntraLogin {
    /// The contract's kind of principal.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ServicePrincipal { .. } => "service-principal",
            Self::WorkloadIdentity { .. } => "workload-identity",
            Self::AzureCli => "azure-cli",
        }
    }
}

/// `service-principal`: tenant and application from the environment, the secret from there or from
/// `--secret`.
pub fn service_principal(
    surroundings: &Surroundings,
    secret: Option<(Secret, String)>,
) -> Principal {
    let name = "service-principal";
    let of_variable = || {
        let value = surroundings.variable("AZURE_CLIENT_SECRET")?;
        Some((
            Secret::new(value),
            "environment variable AZURE_CLIENT_SECRET".to_owned(),
        ))
    };
    let Some((secret, place)) = secret.or_else(of_variable) else {
        return Principal::not_tried(
            name,
            name,
            "no client secret was given",
            "AZURE_CLIENT_SECRET, or --secret service-principal=env:VARIABLE",
        );
    };
    let (tenant, client_id) = match tenant_and_client(surroundings) {
        Ok(found) => found,
        Err(missing) => return lacking(name, missing),
    };
    let identity = Identity {
        client_id: Some(client_id.clone()),
        tenant_id: Some(tenant.clone()),
        ..Identity::default()
    };
    if let Some(stray) = secret.stray_blanks() {
        return malformed(name, place, format!("the client secret {stray}"), identity);
    }
    Principal {
        name: name.into(),
        source: place,
        identity,
        credential: Held::Entra(EntraLogin::ServicePrincipal {
            tenant,
            client_id,
            secret,
        }),
        files: vec![],
    }
}

/// `workload-identity`: the assertion is read and shown decoded, since its issuer, subject and audience
/// are what Entra compares.
pub fn workload_identity(surroundings: &Surroundings) -> Principal {
    let name = "workload-identity";
    let (tenant, client_id) = match tenant_and_client(surroundings) {
        Ok(found) => found,
        Err(missing) => return lacking(name, missing),
    };
    let Some(path) = surroundings.variable("AZURE_FEDERATED_TOKEN_FILE") else {
        return lacking(name, "AZURE_FEDERATED_TOKEN_FILE");
    };
    let identity = Identity {
        client_id: Some(client_id.clone()),
        tenant_id: Some(tenant.clone()),
        ..Identity::default()
    };
    let (file, assertion) = read_assertion(surroundings, &path);
    let credential = match assertion {
        Some(assertion) => Held::Entra(EntraLogin::WorkloadIdentity {
            tenant,
            client_id,
            assertion,
        }),
        None => Held::Unusable {
            kind: "workload-identity",
        },
    };
    Principal {
        name: name.into(),
        source: format!("federated token file {path}"),
        identity,
        credential,
        files: vec![file],
    }
}

/// `azure-cli`: known only once `az` was asked.
pub fn azure_cli() -> Principal {
    Principal {
        name: "azure-cli".into(),
        source: "az account get-access-token".into(),
        identity: Identity::default(),
        credential: Held::Entra(EntraLogin::AzureCli),
        files: vec![],
    }
}

/// True where the environment names a federated workload.
pub fn has_workload_identity(surroundings: &Surroundings) -> bool {
    surroundings
        .variable("AZURE_FEDERATED_TOKEN_FILE")
        .is_some()
}

/// True where the environment holds a client secret.
pub fn has_client_secret(surroundings: &Surroundings) -> bool {
    surroundings.variable("AZURE_CLIENT_SECRET").is_some()
}

fn tenant_and_client(surroundings: &Surroundings) -> Result<(String, String), &'static str> {
    let read = |name: &'static str| {
        surroundings
            .variable(name)
            .filter(|value| !value.is_empty())
            .ok_or(name)
    };
    Ok((read("AZURE_TENANT_ID")?, read("AZURE_CLIENT_ID")?))
}

fn lacking(name: &'static str, variable: &str) -> Principal {
    Principal::not_tried(
        name,
        name,
        format!("the variable {variable} is not set"),
        format!("{variable}=…"),
    )
}

fn malformed(name: &'static str, place: String, why: String, identity: Identity) -> Principal {
    let file = FileRead {
        path: place.clone(),
        shown: Map::new(),
        fault: Some(FileFault::Malformed(why)),
    };
    Principal {
        name: name.into(),
        source: place,
        identity,
        credential: Held::Unusable { kind: name },
        files: vec![file],
    }
}

fn read_assertion(surroundings: &Surroundings, path: &str) -> (FileRead, Option<Secret>) {
    let mut file = FileRead {
        path: path.to_owned(),
        shown: Map::new(),
        fault: None,
    };
    let text = match surroundings.read(Path::new(path)) {
        Ok(bytes) => String::from_utf8(bytes).unwrap_or_default(),
        Err(error) => {
            file.fault = Some(match error.kind() {
                std::io::ErrorKind::NotFound => FileFault::Missing("it is not there".into()),
                _ => FileFault::Unreadable(error.to_string()),
            });
            return (file, None);
        }
    };
    match token::decode(text.trim()) {
        Err(why) => {
            file.fault = Some(FileFault::Malformed(why.to_string()));
            (file, None)
        }
        Ok(decoded) => {
            file.shown = shown(&decoded.claims);
            (file, Some(Secret::new(text.trim())))
        }
    }
}

/// The claims that Entra compares with the federated credential, and the times.
fn shown(decoded: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = Map::new();
    for (name, value) in [
        ("issuer", claims::issuer(decoded)),
        ("subject", claims::subject(decoded)),
    ] {
        shown.extend(value.map(|value| (name.to_owned(), Value::from(value))));
    }
    shown.insert("audience".into(), claims::audience(decoded).into());
    let lifetime = claims::lifetime(decoded);
    for (name, value) in [
        ("not_before", lifetime.not_before),
        ("expires", lifetime.expires),
    ] {
        shown.extend(value.map(|value| (name.to_owned(), Value::from(value))));
    }
    shown
}
