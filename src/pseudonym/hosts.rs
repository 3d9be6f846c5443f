//! Names of hosts, label by label: what tells a cloud, a service or a region stays, the rest is somebody's.

use super::Names;

/// Labels that say what sort of host it is.
const KNOWN: &[&str] = &[
    "azcr",
    "azmk8s",
    "azure",
    "azurecr",
    "blob",
    "cloudapp",
    "core",
    "data",
    "dfs",
    "docker",
    "example",
    "geo",
    "index",
    "internal",
    "invalid",
    "local",
    "localhost",
    "oic",
    "privatelink",
    "prod-aks",
    "svc",
    "cluster",
    "test",
    "usgovcloudapi",
    "vault",
    "windows",
    "www",
    "chinacloudapi",
];

/// Hosts that everybody has.
const PUBLIC: &[&str] = &[
    "aka.ms",
    "api.azureadtokenexchange",
    "containerregistry.azure.net",
    "containerregistry.azure.cn",
    "containerregistry.azure.us",
    "docker.io",
    "ghcr.io",
    "index.docker.io",
    "kubernetes.default.svc",
    "localhost",
    "login.chinacloudapi.cn",
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.windows.net",
    "management.azure.com",
    "management.chinacloudapi.cn",
    "management.core.windows.net",
    "management.usgovcloudapi.net",
    "mcr.microsoft.com",
    "metadata.azure.internal",
    "quay.io",
    "registry-1.docker.io",
    "registry.k8s.io",
    "sts.chinacloudapi.cn",
    "sts.windows.net",
];

/// Suffixes below which a name is somebody's, wherever it turns up in a text.
const SOMEBODYS: &[&str] = &[
    ".azurecr.",
    ".blob.core.",
    ".azmk8s.io",
    ".cloudapp.azure.",
    ".vault.azure.",
    ".azcr.io",
];

/// True for a host that may be shown.
pub(super) fn is_public(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    PUBLIC.contains(&host.as_str())
        || !host.contains('.')
        || host.parse::<std::net::IpAddr>().is_ok()
        || host
            .split('.')
            .all(|label| is_known(label) || label.len() < 2)
}

fn is_known(label: &str) -> bool {
    KNOWN.contains(&label) || label == "*"
}

/// Words of a text that are somebody's hosts by their suffix.
pub(super) fn in_text(text: &str) -> Vec<&str> {
    let is_of = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '.');
    // In a query a host stands behind `%2F`.
    text.split(|sign| !is_of(sign))
        .map(|word| word.trim_matches(['.', '-']))
        .map(|word| {
            let escaped = word.len() > 2
                && ["2F", "2f", "3A", "3a", "22"]
                    .iter()
                    .any(|code| word.starts_with(code));
            let at = text.find(word).unwrap_or(0);
            if escaped && text[..at].ends_with('%') {
                &word[2..]
            } else {
                word
            }
        })
        .filter(|word| {
            let lower = word.to_ascii_lowercase();
            SOMEBODYS
                .iter()
                .any(|suffix| lower.find(suffix).is_some_and(|at| at > 0))
                && !word.starts_with('*')
        })
        .collect()
}

/// The host under its pseudonym; its somebody's labels are named on the way.
pub(super) fn pseudonym(names: &mut Names, host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let last = labels.len() - 1;
    let shown: Vec<String> = labels
        .iter()
        .enumerate()
        .map(|(at, label)| {
            let lower = label.to_ascii_lowercase();
            let next = labels.get(at + 1).map_or("", |next| next);
            let is_region =
                next == "oic" || (at > 0 && matches!(next, "geo" | "data" | "cloudapp"));
            let is_cloud = at > 0 && labels[at - 1] == "azurecr";
            if at == last || is_cloud || is_known(&lower) || is_region || label.is_empty() {
                return (*label).to_owned();
            }
            self::label(names, &lower, &labels[at + 1..])
        })
        .collect();
    shown.join(".")
}

fn label(names: &mut Names, label: &str, rest: &[&str]) -> String {
    match rest {
        ["azurecr", ..] | ["privatelink", "azurecr", ..] | [_, "geo" | "data", "azurecr", ..] => {
            registry(names, label)
        }
        ["blob" | "dfs", ..] => names.name("storage account", label, |number| {
            format!("storage{number}")
        }),
        _ => names.name("host", label, |number| format!("host{number}")),
    }
}

/// A name that has the shape of a registry's, with the sixteen letters and digits after a hyphen that Azure
/// makes up where the name alone is not unique.
fn registry(names: &mut Names, label: &str) -> String {
    match label.rsplit_once('-').filter(|(_, hash)| hash.len() == 16) {
        Some(_) => names.name("registry", label, |number| {
            format!("registry{number}-{number:a>16}")
        }),
        None => names.name("registry", label, |number| format!("registry{number}")),
    }
}
