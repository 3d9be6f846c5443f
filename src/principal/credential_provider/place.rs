//! Where the configuration and the plugins of a node lie, on the node and under `/host`.

use super::config::{PLACES, Provider, ProviderConfig};
use crate::files::Surroundings;
use std::path::{Path, PathBuf};

/// Where a debug pod has the node's root.
const HOST: &str = "/host";

/// Where AKS keeps its plugins.
const FOLDER: &str = "/var/lib/kubelet/credential-provider";

/// The path as a program sees it whose root is `/host`; none for a path elsewhere. A plugin there
/// is started below that root, because it is linked against the node's libraries, is often a
/// symbolic link of the node's, and reads the node's `/etc/kubernetes/azure.json`.
pub fn within_host(path: &Path) -> Option<(&'static Path, PathBuf)> {
    let inner = path.strip_prefix(HOST).ok()?;
    Some((Path::new(HOST), Path::new("/").join(inner)))
}

impl ProviderConfig {
    /// The first of the two places where a configuration is.
    pub fn place(surroundings: &Surroundings) -> Option<&'static str> {
        PLACES
            .into_iter()
            .find(|place| surroundings.exists(Path::new(place)))
    }
}

impl Provider {
    /// Where the plugin is. Without `bin_dir` (the kubelet's `--image-credential-provider-bin-dir`,
    /// which is not in the configuration): beside it, in `credential-provider` beside it, in AKS's
    /// folder, and the same under `/host`.
    ///
    /// # Errors
    /// The places that were looked at, if it is at none.
    pub fn binary(
        &self,
        surroundings: &Surroundings,
        bin_dir: Option<&Path>,
        config_path: &Path,
    ) -> Result<PathBuf, Vec<PathBuf>> {
        let folders = match bin_dir {
            Some(named) => vec![named.to_path_buf()],
            None => folders(config_path),
        };
        let looked_at: Vec<PathBuf> = folders.iter().map(|one| one.join(&self.name)).collect();
        let found = looked_at.iter().find(|path| surroundings.exists(path));
        found.cloned().ok_or(looked_at)
    }
}

fn folders(config_path: &Path) -> Vec<PathBuf> {
    let beside = config_path.parent().unwrap_or(Path::new("/"));
    let near = [
        beside.to_path_buf(),
        beside.join("credential-provider"),
        PathBuf::from(FOLDER),
    ];
    let under_host = near.iter().filter_map(|folder| {
        let inner = folder.strip_prefix("/").ok()?;
        (!folder.starts_with(HOST)).then(|| Path::new(HOST).join(inner))
    });
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in near.iter().cloned().chain(under_host) {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::super::fixtures;
    use super::*;
    use crate::files::StatedFile;
    use std::collections::BTreeMap;

    fn with(paths: &[&str]) -> Surroundings {
        let file = |path: &&str| ((*path).to_owned(), StatedFile::Text(String::new()));
        Surroundings::Stated {
            variables: BTreeMap::new(),
            files: paths.iter().map(file).collect(),
        }
    }

    fn found(paths: &[&str], config: &str, bin_dir: Option<&str>) -> Result<PathBuf, Vec<PathBuf>> {
        let provider = fixtures::config("aks-v1.yaml").providers.remove(0);
        provider.binary(&with(paths), bin_dir.map(Path::new), Path::new(config))
    }

    #[test]
    fn the_plugin_is_found_where_nodes_have_it() {
        for place in [
            "/var/lib/kubelet/acr-credential-provider",
            "/var/lib/kubelet/credential-provider/acr-credential-provider",
            "/host/var/lib/kubelet/credential-provider/acr-credential-provider",
        ] {
            assert_eq!(
                found(&[place], PLACES[0], None),
                Ok(place.into()),
                "{place}"
            );
        }
        let mine = "/opt/acr-credential-provider";
        assert_eq!(found(&[mine], PLACES[0], Some("/opt")), Ok(mine.into()));
        assert_eq!(found(&[mine], PLACES[0], Some("/o")).unwrap_err().len(), 1);
    }

    #[test]
    fn where_it_was_looked_for_is_said_once_each() {
        assert_eq!(found(&[], PLACES[0], None).unwrap_err().len(), 4);
        let below = found(&[], PLACES[1], None).unwrap_err();
        assert_eq!(
            below[0],
            Path::new("/host/var/lib/kubelet/acr-credential-provider")
        );
        assert_eq!(below.len(), 3);
    }

    #[test]
    fn the_configuration_is_found_on_the_node_first() {
        assert_eq!(ProviderConfig::place(&with(&PLACES)), Some(PLACES[0]));
        assert_eq!(ProviderConfig::place(&with(&PLACES[1..])), Some(PLACES[1]));
        assert_eq!(ProviderConfig::place(&with(&[])), None);
    }

    #[test]
    fn a_path_under_host_is_seen_from_there() {
        let (root, inner) = within_host(Path::new("/host/usr/bin/x")).unwrap();
        assert_eq!(
            (root, inner.as_path()),
            (Path::new("/host"), Path::new("/usr/bin/x"))
        );
        assert!(within_host(Path::new("/hosts/x")).is_none());
    }
}
