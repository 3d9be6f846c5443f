//! The proxy that systemd gives to the node's runtime and kubelet: `Environment=` of the unit and its
//! drop-ins, over `DefaultEnvironment=` of the manager (systemd.exec(5), systemd-system.conf(5)).

use super::{Proxies, proxy, shown};
use crate::evidence::FileRead;
use crate::files::Surroundings;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use url::Url;

/// Whose proxy matters for a pull.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// It pulls.
    Containerd,
    /// It runs the credential plugin, which inherits its environment.
    Kubelet,
}

impl Unit {
    pub(super) const ALL: [Self; 2] = [Self::Containerd, Self::Kubelet];

    fn name(self) -> &'static str {
        match self {
            Self::Containerd => "containerd",
            Self::Kubelet => "kubelet",
        }
    }

    /// Later files win.
    fn files(self, surroundings: &Surroundings, root: &Path) -> Vec<PathBuf> {
        let name = self.name();
        let mut files = vec![root.join("etc/systemd/system.conf")];
        files.extend(surroundings.list(&root.join("etc/systemd/system.conf.d")));
        for folder in [
            "usr/lib/systemd/system",
            "lib/systemd/system",
            "etc/systemd/system",
        ] {
            files.push(root.join(format!("{folder}/{name}.service")));
        }
        for folder in [
            "usr/lib/systemd/system",
            "lib/systemd/system",
            "etc/systemd/system",
        ] {
            files.extend(surroundings.list(&root.join(format!("{folder}/{name}.service.d"))));
        }
        files
    }
}

/// The variables of curl's custom, as the unit's process sees them.
const NAMES: [&str; 4] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

/// What a unit is given.
#[derive(Debug)]
pub(super) struct UnitProxy {
    unit: Unit,
    proxies: Proxies,
    /// The files that say so.
    pub files: Vec<FileRead>,
}

/// The proxy of a unit; none where nothing sets one.
pub(super) fn proxy_of(unit: Unit, surroundings: &Surroundings, root: &Path) -> Option<UnitProxy> {
    let mut variables = BTreeMap::new();
    let mut files = Vec::new();
    for path in unit.files(surroundings, root) {
        let Ok(text) = surroundings.read(&path) else {
            continue;
        };
        let set = environment(&String::from_utf8_lossy(&text));
        if set.is_empty() {
            continue;
        }
        let show = |(name, value): (&String, &String)| (name.clone(), json!(without_login(value)));
        files.push(FileRead {
            shown: set.iter().map(show).collect(),
            ..shown(&path, [])
        });
        variables.extend(set);
    }
    if files.is_empty() {
        return None;
    }
    Some(UnitProxy {
        unit,
        proxies: Proxies::from_variables(|name| variables.get(name).cloned()),
        files,
    })
}

impl UnitProxy {
    /// One sentence where the unit goes to an address otherwise than this process.
    pub(super) fn note(&self, url: &Url, ours: &Proxies) -> Option<String> {
        let way = |proxies: &Proxies| proxies.for_url(url).map(|found| proxy::shown(&found));
        let (theirs, ours) = (way(&self.proxies), way(ours));
        if theirs == ours {
            return None;
        }
        let words = |way: &Option<String>| match way {
            Some(proxy) => format!("through the proxy {proxy}"),
            None => "without a proxy".to_owned(),
        };
        let files: Vec<&str> = self.files.iter().map(|file| file.path.as_str()).collect();
        Some(format!(
            "{} goes to the registry {} ({}), this run {}: set HTTPS_PROXY and NO_PROXY alike to ask as it does",
            self.unit.name(),
            words(&theirs),
            files.join(", "),
            words(&ours),
        ))
    }
}

/// The proxy variables of `Environment=` and `DefaultEnvironment=` lines, by their upper-case names.
fn environment(text: &str) -> BTreeMap<String, String> {
    let mut set = BTreeMap::new();
    for line in text.lines().map(str::trim) {
        let value = line
            .strip_prefix("Environment=")
            .or_else(|| line.strip_prefix("DefaultEnvironment="));
        for word in value.into_iter().flat_map(words) {
            let Some((name, value)) = word.split_once('=') else {
                continue;
            };
            let name = name.to_ascii_uppercase();
            if NAMES.contains(&name.as_str()) {
                set.insert(name, value.to_owned());
            }
        }
    }
    set
}

/// systemd's words: split at blanks outside quotes.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for sign in text.chars() {
        match (quote, sign) {
            (None, '"' | '\'') => quote = Some(sign),
            (Some(open), sign) if sign == open => quote = None,
            (None, sign) if sign.is_whitespace() => words.push(String::new()),
            (_, sign) => words
                .last_mut()
                .into_iter()
                .for_each(|word| word.push(sign)),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A proxy's address without user and password; a list of names as it is.
fn without_login(value: &str) -> String {
    match value.rsplit_once('@') {
        Some((login, host)) => {
            let scheme = login
                .split_once("://")
                .map(|(scheme, _)| format!("{scheme}://"));
            format!("{}(redacted)@{host}", scheme.unwrap_or_default())
        }
        None => value.to_owned(),
    }
}
