//! `azure.json`: what the kubelet's credential provider reads on an AKS node
//! (cloud-provider-azure `pkg/credentialprovider`; written by AgentBaker `configureAzureJson`).
//!
//! Both places of the file, both forms (managed identity and service principal), the clouds; a
//! byte-order mark is read over. What is wrong with it is a fact that names the field.

use super::{IdentityId, json};
use crate::evidence::{FileFault, FileRead, Identity};
use crate::files::Surroundings;
use crate::secret::Secret;
use serde_json::{Map, Value};
use std::path::Path;

/// Where the file is on a node, and in a debug pod that has the host under `/host`.
pub const PLACES: [&str; 2] = [
    "/etc/kubernetes/azure.json",
    "/host/etc/kubernetes/azure.json",
];

/// Members that are no secret and that the report speaks of.
const SHOWN: [&str; 9] = [
    "cloud",
    "tenantId",
    "subscriptionId",
    "resourceGroup",
    "location",
    "aadClientId",
    "useManagedIdentityExtension",
    "userAssignedIdentityID",
    "vmType",
];

/// The clouds that the provider knows.
const CLOUDS: [&str; 3] = [
    "AzurePublicCloud",
    "AzureUSGovernmentCloud",
    "AzureChinaCloud",
];

/// What a managed-identity cluster writes in place of an application id and its secret.
const NO_APPLICATION: &str = "msi";

/// The part of `azure.json` that a pull depends on.
#[derive(Debug, Clone)]
pub struct AzureJson {
    /// `tenantId`: sent with the exchange.
    pub tenant: String,
    /// How the node proves itself.
    pub login: NodeLogin,
}

/// How the node proves itself.
#[derive(Debug, Clone)]
pub enum NodeLogin {
    /// By IMDS.
    ManagedIdentity(IdentityId),
    /// By an application's secret, presented to the registry by Basic.
    ServicePrincipal {
        /// `aadClientId`.
        client_id: String,
        /// `aadClientSecret`.
        secret: Secret,
    },
}

impl AzureJson {
    /// The first of the two places where the file is, or the first place.
    pub fn place(surroundings: &Surroundings) -> Option<&'static str> {
        PLACES
            .into_iter()
            .find(|place| surroundings.exists(Path::new(place)))
    }

    /// Reads the file. The fact is given in either case.
    pub fn read(surroundings: &Surroundings, path: &Path) -> (FileRead, Option<Self>) {
        let mut read = FileRead {
            path: path.display().to_string(),
            shown: Map::new(),
            fault: None,
        };
        match Self::members(surroundings, path) {
            Err(fault) => read.fault = Some(fault),
            Ok(members) => {
                read.shown = shown(&members);
                match Self::from_members(&members) {
                    Ok(found) => return (read, Some(found)),
                    Err(fault) => read.fault = Some(fault),
                }
            }
        }
        (read, None)
    }

    fn members(surroundings: &Surroundings, path: &Path) -> Result<Map<String, Value>, FileFault> {
        let bytes = surroundings
            .read(path)
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => FileFault::Missing("it is not there".into()),
                std::io::ErrorKind::PermissionDenied => FileFault::Unreadable(
                    "it may not be read: azure.json is readable by root alone".into(),
                ),
                _ => FileFault::Unreadable(error.to_string()),
            })?;
        let text = String::from_utf8(bytes)
            .map_err(|_| FileFault::Malformed("it is not UTF-8 text".into()))?;
        // Some tools that write the file begin it with a byte-order mark.
        let text = text.trim_start_matches('\u{feff}');
        json::object(text)
    }

    fn from_members(members: &Map<String, Value>) -> Result<Self, FileFault> {
        let cloud = string(members, "cloud")?;
        if !cloud.is_empty()
            && !CLOUDS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&cloud))
        {
            return Err(FileFault::Field(format!(
                "cloud is \"{cloud}\", not one of {}",
                CLOUDS.join(", ")
            )));
        }
        let tenant = required(members, "tenantId")?;
        let login = if flag(members, "useManagedIdentityExtension")? {
            NodeLogin::ManagedIdentity(identity(&string(members, "userAssignedIdentityID")?))
        } else {
            service_principal(members)?
        };
        Ok(Self { tenant, login })
    }

    /// The contract's kind of principal.
    pub fn kind(&self) -> &'static str {
        if self.is_managed_identity() {
            "managed-identity"
        } else {
            "password"
        }
    }

    /// True where IMDS speaks for the node.
    pub fn is_managed_identity(&self) -> bool {
        matches!(self.login, NodeLogin::ManagedIdentity(_))
    }

    /// Whose credential it is, as far as the file says.
    pub fn identity(&self) -> Identity {
        let mut identity = Identity {
            tenant_id: Some(self.tenant.clone()),
            ..Identity::default()
        };
        match &self.login {
            NodeLogin::ManagedIdentity(IdentityId::Client(id)) => {
                identity.client_id = Some(id.clone())
            }
            NodeLogin::ManagedIdentity(IdentityId::Resource(id)) => {
                identity.resource_id = Some(id.clone())
            }
            NodeLogin::ManagedIdentity(IdentityId::Object(id)) => {
                identity.object_id = Some(id.clone())
            }
            NodeLogin::ManagedIdentity(IdentityId::Default) => {}
            NodeLogin::ServicePrincipal { client_id, .. } => {
                identity.client_id = Some(client_id.clone())
            }
        }
        identity
    }
}

/// The provider takes anything with `/subscriptions/` in it, in any case, for a resource id.
fn identity(text: &str) -> IdentityId {
    match text {
        "" => IdentityId::Default,
        id if id.to_ascii_uppercase().contains("/SUBSCRIPTIONS/") => {
            IdentityId::Resource(id.to_owned())
        }
        id => IdentityId::Client(id.to_owned()),
    }
}

fn service_principal(members: &Map<String, Value>) -> Result<NodeLogin, FileFault> {
    let client_id = required(members, "aadClientId")?;
    let secret = required(members, "aadClientSecret")?;
    if client_id == NO_APPLICATION || secret == NO_APPLICATION {
        return Err(FileFault::Field(
            "useManagedIdentityExtension is false, but aadClientId or aadClientSecret is \"msi\": the file contradicts itself".into(),
        ));
    }
    Ok(NodeLogin::ServicePrincipal {
        client_id,
        secret: Secret::new(secret),
    })
}

fn string(members: &Map<String, Value>, name: &str) -> Result<String, FileFault> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(FileFault::Field(format!("{name} is not a string"))),
    }
}

fn required(members: &Map<String, Value>, name: &str) -> Result<String, FileFault> {
    match string(members, name)? {
        text if text.trim().is_empty() => Err(FileFault::Field(format!("{name} is missing"))),
        text => Ok(text),
    }
}

fn flag(members: &Map<String, Value>, name: &str) -> Result<bool, FileFault> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(_) => Err(FileFault::Field(format!(
            "{name} is neither true nor false"
        ))),
    }
}

fn shown(members: &Map<String, Value>) -> Map<String, Value> {
    let known = SHOWN
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), members.get(*name)?.clone())));
    known
        .filter(|(_, value)| !value.is_object() && !value.is_array())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::StatedFile;
    use std::collections::BTreeMap;

    fn read(text: &str) -> (FileRead, Option<AzureJson>) {
        let files = BTreeMap::from([("/a.json".to_owned(), StatedFile::Text(text.to_owned()))]);
        AzureJson::read(
            &Surroundings::Stated {
                variables: BTreeMap::new(),
                files,
            },
            Path::new("/a.json"),
        )
    }

    fn fault(text: &str) -> FileFault {
        read(text).0.fault.expect("it should not be usable")
    }

    #[test]
    fn both_forms() {
        let (_, found) = read(
            "\u{feff}{\"tenantId\":\"t\",\"useManagedIdentityExtension\":true,\"userAssignedIdentityID\":\"c\"}",
        );
        assert!(
            matches!(found.unwrap().login, NodeLogin::ManagedIdentity(IdentityId::Client(id)) if id == "c")
        );
        let (_, found) = read(
            r#"{"tenantId":"t","useManagedIdentityExtension":true,"userAssignedIdentityID":"/Subscriptions/s/x"}"#,
        );
        assert!(matches!(
            found.unwrap().login,
            NodeLogin::ManagedIdentity(IdentityId::Resource(_))
        ));
        let (_, found) = read(r#"{"tenantId":"t","useManagedIdentityExtension":true}"#);
        assert!(matches!(
            found.unwrap().login,
            NodeLogin::ManagedIdentity(IdentityId::Default)
        ));
        let (_, found) = read(
            r#"{"cloud":"AzureChinaCloud","tenantId":"t","aadClientId":"a","aadClientSecret":"s"}"#,
        );
        assert!(matches!(
            found.unwrap().login,
            NodeLogin::ServicePrincipal { .. }
        ));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(matches!(fault(""), FileFault::Malformed(_)));
        assert!(matches!(fault("{"), FileFault::Malformed(said) if said.contains("line 1")));
        assert!(matches!(fault("[]"), FileFault::Malformed(_)));
        for (text, named) in [
            ("{}", "tenantId"),
            (r#"{"tenantId":"t"}"#, "aadClientId"),
            (r#"{"tenantId":"t","aadClientId":"a"}"#, "aadClientSecret"),
            (
                r#"{"tenantId":"t","aadClientId":"msi","aadClientSecret":"msi"}"#,
                "useManagedIdentityExtension",
            ),
            (r#"{"cloud":"Elsewhere","tenantId":"t"}"#, "cloud"),
            (r#"{"tenantId":7}"#, "tenantId"),
            (
                r#"{"tenantId":"t","useManagedIdentityExtension":3}"#,
                "useManagedIdentityExtension",
            ),
        ] {
            assert!(
                matches!(fault(text), FileFault::Field(said) if said.contains(named)),
                "{text}"
            );
        }
    }

    #[test]
    fn a_secret_is_never_shown() {
        let (read, found) = read(
            r#"{"tenantId":"t","aadClientId":"a","aadClientSecret":"canary-1","useManagedIdentityExtension":"no"}"#,
        );
        let text = format!(
            "{read:?} {found:?} {}",
            serde_json::to_string(&read).unwrap()
        );
        assert!(!text.contains("canary-1"), "{text}");
    }
}
