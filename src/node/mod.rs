//! What of this machine's configuration a pull on it depends on: its name servers, its trust store, the
//! proxy of its container runtime. A debug pod has the node's files under `/host` and its own beside
//! them; what the node uses is then found here, so that the probe sees what containerd sees.

mod units;

use crate::evidence::FileRead;
use crate::files::Surroundings;
use crate::network::{NameServers, NodeServers, Proxies, proxy};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use units::{Unit, UnitProxy};

/// Where a debug pod has the node's root.
const HOST: &str = "/host";
const RESOLVER: &str = "etc/resolv.conf";
/// The trust stores of Debian's and of Red Hat's families: Ubuntu and Azure Linux.
const BUNDLES: [&str; 2] = [
    "etc/ssl/certs/ca-certificates.crt",
    "etc/pki/tls/certs/ca-bundle.crt",
];
/// The trust stores of a whole distribution are smaller.
const LARGEST_BUNDLE: u64 = 8 * 1024 * 1024;

/// What was found of the node.
#[derive(Debug, Default)]
pub struct Node {
    /// Its name servers, where this process does not use them anyway.
    pub servers: Option<NodeServers>,
    /// Its trust store in PEM, where it is not this process's own.
    pub authorities: Option<Vec<u8>>,
    /// What was read, as evidence.
    pub files: Vec<FileRead>,
    is_debug_pod: bool,
    has_own_network: bool,
    proxies: Vec<UnitProxy>,
}

/// The name servers of this process.
pub fn own_servers(surroundings: &Surroundings) -> NameServers {
    let text = surroundings.read(&Path::new("/").join(RESOLVER));
    NameServers::read(&String::from_utf8_lossy(&text.unwrap_or_default()))
}

impl Node {
    /// Looks at the places where a node has them; what is not there is not missed.
    pub fn read(surroundings: &Surroundings) -> Self {
        let is_debug_pod = surroundings.exists(&Path::new(HOST).join("etc"));
        let root = Path::new(if is_debug_pod { HOST } else { "/" });
        let mut node = Self {
            is_debug_pod,
            has_own_network: is_debug_pod && has_own_network(surroundings),
            ..Self::default()
        };
        if is_debug_pod {
            node.read_servers(surroundings, root);
            node.read_authorities(surroundings, root);
        }
        for unit in Unit::ALL {
            let Some(found) = units::proxy_of(unit, surroundings, root) else {
                continue;
            };
            node.files.extend(found.files.iter().cloned());
            node.proxies.push(found);
        }
        node
    }

    fn read_servers(&mut self, surroundings: &Surroundings, root: &Path) {
        let path = root.join(RESOLVER);
        let Ok(text) = surroundings.read(&path) else {
            return;
        };
        let servers = NameServers::read(&String::from_utf8_lossy(&text));
        let listed: Vec<String> = servers.addresses().map(|one| one.to_string()).collect();
        self.files
            .push(shown(&path, [("nameserver", json!(listed))]));
        if !servers.is_empty() && servers != own_servers(surroundings) {
            let path = path.display().to_string();
            self.servers = Some(NodeServers { path, servers });
        }
    }

    fn read_authorities(&mut self, surroundings: &Surroundings, root: &Path) {
        let paths = BUNDLES.iter().map(|bundle| root.join(bundle));
        for path in paths.filter(|path| surroundings.exists(path)) {
            match surroundings.read_up_to(&path, LARGEST_BUNDLE) {
                Ok(pem) => {
                    let count = String::from_utf8_lossy(&pem)
                        .matches("-----BEGIN CERTIFICATE-----")
                        .count();
                    self.files
                        .push(shown(&path, [("certificates", json!(count))]));
                    self.authorities = Some(pem);
                    return;
                }
                // Not a fault of any principal's: only what is here is fewer authorities.
                Err(error) => {
                    let why = json!(error.to_string());
                    self.files.push(shown(&path, [("unreadable", why)]));
                }
            }
        }
    }

    /// What a reader has to know about the difference between this process and the node's runtime.
    pub fn notes(&self, registry: Option<String>, ours: &Proxies) -> Vec<String> {
        let mut notes = Vec::new();
        if self.is_debug_pod {
            notes.push(format!(
                "a debug pod: the node's files are under {HOST}{}",
                self.used()
            ));
        }
        if self.has_own_network {
            notes.push(
                "this pod has a network of its own: the node's runtime may be seen with another address and take \
                 another way (kubectl debug node uses the node's)"
                    .to_owned(),
            );
        }
        let url = registry.and_then(|host| url::Url::parse(&format!("https://{host}/")).ok());
        if let Some(url) = url {
            notes.extend(self.proxies.iter().filter_map(|one| one.note(&url, ours)));
        }
        notes
    }

    fn used(&self) -> String {
        let mut used = Vec::new();
        if let Some(node) = &self.servers {
            let servers: Vec<String> = node
                .servers
                .addresses()
                .map(|one| one.to_string())
                .collect();
            used.push(format!(
                "its name servers are asked ({})",
                servers.join(", ")
            ));
        }
        if self.authorities.is_some() {
            used.push("its trust store counts beside ours".to_owned());
        }
        match used.is_empty() {
            true => String::new(),
            false => format!("; {}", used.join(", ")),
        }
    }
}

/// With the host's process table in sight, `/proc/1` is its systemd, whose network is the node's.
fn has_own_network(surroundings: &Surroundings) -> bool {
    let network =
        |process: &str| surroundings.link(&PathBuf::from(format!("/proc/{process}/ns/net")));
    let name = surroundings
        .read(Path::new("/proc/1/comm"))
        .unwrap_or_default();
    name.starts_with(b"systemd")
        && matches!((network("1"), network("self")), (Some(host), Some(own)) if host != own)
}

fn shown<const N: usize>(path: &Path, members: [(&str, Value); N]) -> FileRead {
    FileRead {
        path: path.display().to_string(),
        shown: members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>(),
        fault: None,
    }
}

#[cfg(test)]
mod tests;
