//! Principals whose credential lies in a store: a docker config, a pull secret, or what the kubelet's
//! plugin gives. Which entry counts is decided per registry, by the rules of the client that reads it.

use super::credential_provider::{Provider, ProviderConfig};
use super::docker_config::{Choice, DockerConfig};
use super::{Held, Principal, pull_secret};
use crate::evidence::{FileRead, Identity};
use crate::files::Surroundings;
use crate::secret::Secret;
use std::path::{Path, PathBuf};

/// A store that was read, and whose rules choose from it.
#[derive(Debug)]
pub struct Stored {
    /// What it holds.
    pub config: DockerConfig,
    /// Who chooses.
    pub reader: Reader,
    /// The file, as it is shown.
    pub from: String,
}

/// Whose rules decide which entry counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// docker: one entry, by exact key; helpers first.
    Docker,
    /// The kubelet: every entry that matches, in its order.
    Kubelet,
}

impl Stored {
    /// The entries that the reader would try for a repository of a registry, in order.
    pub fn choices(&self, registry: &str, repository: &str) -> Vec<Choice> {
        match self.reader {
            Reader::Docker => vec![self.config.choose(registry)],
            Reader::Kubelet => self.config.choose_as_kubelet(registry, repository),
        }
    }
}

/// `docker-config[:PATH]`.
pub fn docker_config(surroundings: &Surroundings, name: &str, path: Option<&Path>) -> Principal {
    let Some(path) = path
        .map(Path::to_path_buf)
        .or_else(|| DockerConfig::place(surroundings))
    else {
        return Principal::not_tried(
            name,
            "stored",
            "no docker config is here (neither in $DOCKER_CONFIG nor in ~/.docker)",
            "--principal docker-config:PATH",
        );
    };
    let (file, found) = DockerConfig::read(surroundings, &path);
    let from = path.display().to_string();
    let stored = found.map(|config| Stored {
        config,
        reader: Reader::Docker,
        from: from.clone(),
    });
    of_store(name, format!("docker config {from}"), file, stored)
}

/// `pull-secret:FILE`.
pub fn pull_secret(surroundings: &Surroundings, name: &str, path: &Path) -> Principal {
    let (file, found) = pull_secret::read(surroundings, path);
    let from = path.display().to_string();
    let named = found.as_ref().map(|secret| {
        format!(
            "{}/{}",
            secret.namespace.as_deref().unwrap_or("default"),
            secret.name.as_deref().unwrap_or("(no name)")
        )
    });
    let source = named.map_or_else(
        || format!("pull secret {from}"),
        |named| format!("pull secret {named} ({from})"),
    );
    let stored = found.map(|secret| Stored {
        config: secret.config,
        reader: Reader::Kubelet,
        from: from.clone(),
    });
    of_store(name, source, file, stored)
}

fn of_store(name: &str, source: String, file: FileRead, stored: Option<Stored>) -> Principal {
    let credential = stored.map_or(Held::Unusable { kind: "stored" }, |stored| {
        Held::Stored(Box::new(stored))
    });
    Principal {
        name: name.to_owned(),
        source,
        identity: Identity::default(),
        credential,
        files: vec![file],
    }
}

/// The kubelet's plugins as this node has them.
#[derive(Debug)]
pub struct Plugins {
    /// The configuration.
    pub config: ProviderConfig,
    /// `--provider-bin-dir`.
    pub folder: Option<PathBuf>,
    /// `--service-account-token`.
    pub service_account_token: Option<Secret>,
    /// Where files are looked for.
    pub surroundings: Surroundings,
}

impl Plugins {
    /// Where a plugin's program is.
    ///
    /// # Errors
    /// The places that were looked at.
    pub fn binary(&self, provider: &Provider) -> Result<PathBuf, Vec<PathBuf>> {
        provider.binary(
            &self.surroundings,
            self.folder.as_deref(),
            &self.config.path,
        )
    }
}

/// `credential-provider[:CONFIG]`.
pub fn credential_provider(
    surroundings: &Surroundings,
    name: &str,
    path: Option<&Path>,
    folder: Option<&Path>,
    service_account_token: Option<Secret>,
) -> Principal {
    let place = path
        .map(Path::to_path_buf)
        .or_else(|| ProviderConfig::place(surroundings).map(PathBuf::from));
    let Some(path) = place else {
        return Principal::not_tried(
            name,
            "credential-provider",
            "no credential-provider-config.yaml is here",
            "--principal credential-provider:CONFIG",
        );
    };
    let (file, found) = ProviderConfig::read(surroundings, &path);
    let credential = found.map_or(
        Held::Unusable {
            kind: "credential-provider",
        },
        |config| {
            Held::Plugins(Box::new(Plugins {
                config,
                folder: folder.map(Path::to_path_buf),
                service_account_token,
                surroundings: surroundings.clone(),
            }))
        },
    );
    Principal {
        name: name.to_owned(),
        source: format!("credential provider ({})", path.display()),
        identity: Identity::default(),
        credential,
        files: vec![file],
    }
}
