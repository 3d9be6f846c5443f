//! WHO: the principals of the matrix, each with where its credential comes from.
//!
//! A principal says what it holds; how that is turned into tokens is the exchange's business.

pub mod azure_json;
pub mod credential_provider;
pub mod docker_config;
pub mod entra;
mod json;
pub mod pull_secret;
pub mod stored;

use crate::evidence::{FileFault, FileRead, Identity, Untried};
use crate::secret::Secret;
pub use azure_json::AzureJson;
pub use entra::EntraLogin;
pub use stored::{Plugins, Reader, Stored};

/// The user name that goes with an ACR refresh token
/// (learn.microsoft.com, "Authenticate with an Azure container registry").
pub const NULL_USER: &str = "00000000-0000-0000-0000-000000000000";

/// One row of the matrix.
#[derive(Debug)]
pub struct Principal {
    /// Its SPEC word for word.
    pub name: String,
    /// Where its credential comes from, in words.
    pub source: String,
    /// Whose it is, as far as it is known before any token.
    pub identity: Identity,
    /// What it holds.
    pub credential: Held,
    /// The files that were read for it.
    pub files: Vec<FileRead>,
}

/// What a principal holds before the exchange.
#[derive(Debug)]
pub enum Held {
    /// Nothing, on purpose.
    Nothing,
    /// A user name and a password. No name: the registry's own.
    Password {
        /// The user name; none means the registry's name, as for the admin user.
        user: Option<String>,
        /// The password.
        secret: Secret,
    },
    /// An identity that IMDS or the platform's endpoint speaks for.
    ManagedIdentity(IdentityId),
    /// What the kubelet's credential provider reads from `azure.json`.
    Kubelet(AzureJson),
    /// What Entra is asked with.
    Entra(EntraLogin),
    /// A docker config or a pull secret.
    Stored(Box<Stored>),
    /// The kubelet's credential provider plugins.
    Plugins(Box<Plugins>),
    /// Something that cannot be read or must not be sent; a file fact says why.
    Unusable {
        /// Its kind, had it been usable.
        kind: &'static str,
    },
    /// Nothing at hand.
    Untried {
        /// Its kind, were it tried.
        kind: &'static str,
        /// Why it is not tried and what would try it.
        why: Untried,
    },
}

/// Which managed identity of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityId {
    /// The system-assigned one, or the only one.
    Default,
    /// By client (application) id.
    Client(String),
    /// By object (principal) id.
    Object(String),
    /// By Azure resource id.
    Resource(String),
}

impl Held {
    /// The contract's kind of principal.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Nothing => "anonymous",
            Self::Password { .. } => "password",
            Self::ManagedIdentity(_) => "managed-identity",
            Self::Kubelet(azure_json) => azure_json.kind(),
            Self::Entra(login) => login.kind(),
            Self::Stored(_) => "stored",
            Self::Plugins(_) => "credential-provider",
            Self::Unusable { kind } | Self::Untried { kind, .. } => kind,
        }
    }
}

impl Principal {
    /// Nobody.
    pub fn anonymous() -> Self {
        Self {
            name: "anonymous".into(),
            source: "no credential".into(),
            identity: Identity::default(),
            credential: Held::Nothing,
            files: vec![],
        }
    }

    /// A row that is shown and not tried.
    pub fn not_tried(
        name: &str,
        kind: &'static str,
        because: impl Into<String>,
        flag: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            source: "nothing at hand".into(),
            identity: Identity::default(),
            credential: Held::Untried {
                kind,
                why: Untried {
                    because: because.into(),
                    flag: flag.into(),
                },
            },
            files: vec![],
        }
    }

    /// A user name and password. A password with stray blanks is seen here and not sent: the
    /// registry answers it with 500 (fluxcd/source-controller#193).
    pub fn password(name: &str, user: Option<String>, secret: Secret, source: String) -> Self {
        let identity = Identity {
            user_name: user.clone(),
            ..Identity::default()
        };
        let Some(stray) = secret.stray_blanks() else {
            return Self {
                name: name.into(),
                source,
                identity,
                credential: Held::Password { user, secret },
                files: vec![],
            };
        };
        let fault = FileFault::Malformed(format!("the password {stray}"));
        let file = FileRead {
            path: source.clone(),
            shown: serde_json::Map::new(),
            fault: Some(fault),
        };
        Self {
            name: name.into(),
            source,
            identity,
            credential: Held::Unusable { kind: "password" },
            files: vec![file],
        }
    }

    /// A managed identity of this machine.
    pub fn managed_identity(name: &str, id: IdentityId, source: String) -> Self {
        let mut identity = Identity::default();
        match &id {
            IdentityId::Default => {}
            IdentityId::Client(id) => identity.client_id = Some(id.clone()),
            IdentityId::Object(id) => identity.object_id = Some(id.clone()),
            IdentityId::Resource(id) => identity.resource_id = Some(id.clone()),
        }
        Self {
            name: name.into(),
            source,
            identity,
            credential: Held::ManagedIdentity(id),
            files: vec![],
        }
    }

    /// The node's kubelet, from what was read of its `azure.json`.
    pub fn kubelet(name: &str, read: FileRead, found: Option<AzureJson>) -> Self {
        let source = format!("azure.json ({})", read.path);
        let identity = found.as_ref().map(AzureJson::identity).unwrap_or_default();
        let credential = found.map_or(
            Held::Unusable {
                kind: "managed-identity",
            },
            Held::Kubelet,
        );
        Self {
            name: name.into(),
            source,
            identity,
            credential,
            files: vec![read],
        }
    }

    /// Why this row is not tried, if it is not.
    pub fn untried(&self) -> Option<Untried> {
        match &self.credential {
            Held::Untried { why, .. } => Some(why.clone()),
            Held::Unusable { .. } => Some(Untried {
                because: self
                    .files
                    .iter()
                    .find_map(fault_of)
                    .unwrap_or_else(|| "its credential cannot be used".into()),
                flag: String::new(),
            }),
            Held::Nothing
            | Held::Password { .. }
            | Held::ManagedIdentity(_)
            | Held::Entra(_)
            | Held::Stored(_)
            | Held::Plugins(_)
            | Held::Kubelet(_) => None,
        }
    }

    /// True where its credential is an Entra identity that must be exchanged.
    pub fn is_exchanged(&self) -> bool {
        match &self.credential {
            Held::ManagedIdentity(_) | Held::Entra(_) => true,
            Held::Kubelet(azure_json) => azure_json.is_managed_identity(),
            Held::Stored(_)
            | Held::Plugins(_)
            | Held::Nothing
            | Held::Password { .. }
            | Held::Unusable { .. }
            | Held::Untried { .. } => false,
        }
    }

    /// True where its files hold a secret: an application's, or a stored login.
    pub fn keeps_secrets_in_files(&self) -> bool {
        match &self.credential {
            Held::Kubelet(azure_json) => !azure_json.is_managed_identity(),
            Held::Stored(stored) => stored.config.holds_secrets(),
            Held::Nothing
            | Held::Password { .. }
            | Held::ManagedIdentity(_)
            | Held::Entra(_)
            | Held::Plugins(_)
            | Held::Unusable { .. }
            | Held::Untried { .. } => false,
        }
    }

    /// Where this replay differs from what it replays.
    pub fn notes(&self) -> Vec<String> {
        match &self.credential {
            Held::Kubelet(azure_json) if azure_json.is_managed_identity() => vec![
                "the kubelet's provider asks IMDS with api-version 2018-02-01, azure_identity with 2019-08-01; \
                 the provider would try 3 times, the probe tries once"
                    .to_owned(),
            ],
            _ => vec![],
        }
    }
}

fn fault_of(file: &FileRead) -> Option<String> {
    let said = match file.fault.as_ref()? {
        FileFault::Missing(said)
        | FileFault::Unreadable(said)
        | FileFault::Malformed(said)
        | FileFault::Field(said) => said,
    };
    Some(format!("{}: {said}", file.path))
}
