//! Which node this is, from what is at hand: nothing is asked of IMDS or of the cluster.
//!
//! A pod's manifest gives the node's name by the downward API; what that API does not know comes from
//! variables, from `azure.json`, and from the form of an AKS node's name.

use crate::evidence::{FileRead, Node};
use crate::files::Surroundings;
use crate::principal::Principal;
use std::path::Path;

/// The host's name, in a debug pod and on the node itself.
const HOST_NAMES: [&str; 2] = ["/host/etc/hostname", "/etc/hostname"];

/// The node, as far as it is known here.
pub(super) fn node(surroundings: &Surroundings, principals: &[Principal]) -> Node {
    // An empty one is one that a manifest left open.
    let variable = |name: &str| {
        let value = surroundings.variable(name)?.trim().to_owned();
        (!value.is_empty()).then_some(value)
    };
    let file = azure_json(principals);
    let member = |name: &str| Some(file?.shown.get(name)?.as_str()?.to_owned());
    let name = variable("ACR_PROBE_NODE_NAME")
        .or_else(|| variable("NODE_NAME"))
        .or_else(|| host_name(surroundings, file?));
    Node {
        pool: variable("ACR_PROBE_NODE_POOL").or_else(|| name.as_deref().and_then(pool)),
        region: variable("ACR_PROBE_NODE_REGION").or_else(|| member("location")),
        image: variable("ACR_PROBE_NODE_IMAGE"),
        kubelet: variable("ACR_PROBE_KUBELET_VERSION"),
        cluster: variable("ACR_PROBE_CLUSTER")
            .or_else(|| member("resourceGroup").and_then(|group| cluster(&group))),
        name,
    }
}

/// The node's `azure.json`, where a row is made of it: then this is a node.
fn azure_json(principals: &[Principal]) -> Option<&FileRead> {
    let kubelet = principals.iter().find(|row| row.name == "kubelet")?;
    let file = kubelet.files.first()?;
    (!file.shown.is_empty()).then_some(file)
}

/// An AKS node is called as its host is. Below `/host` only where `azure.json` was found there: in any
/// other pod the host's name is the pod's.
fn host_name(surroundings: &Surroundings, azure_json: &FileRead) -> Option<String> {
    let is_below = azure_json.path.starts_with("/host/");
    let place = HOST_NAMES[usize::from(!is_below)];
    let bytes = surroundings.read(Path::new(place)).ok()?;
    let name = String::from_utf8(bytes).ok()?.trim().to_owned();
    pool(&name).map(|_| name)
}

/// `aks-POOL-NUMBER-vmssSUFFIX`, with `vmsN` and plain `N` for the other kinds of pools
/// (learn.microsoft.com, "Create node pools in AKS": a pool's name is of lower-case letters and digits).
fn pool(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split('-').collect();
    let ["aks", pool, number, machine] = parts.as_slice() else {
        return None;
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|one| one.is_ascii_digit());
    let is_machine = machine.starts_with("vms") || is_number(machine);
    (!pool.is_empty() && is_number(number) && is_machine).then(|| (*pool).to_owned())
}

/// The cluster of a node resource group as AKS names it: `MC_GROUP_CLUSTER_REGION`. A group that has `_`
/// in it leaves open where the cluster's name begins, and a name that somebody chose says nothing: then it
/// is the whole.
fn cluster(group: &str) -> Option<String> {
    let parts: Vec<&str> = group.split('_').collect();
    match parts.as_slice() {
        ["MC" | "mc", _, cluster, _] => Some((*cluster).to_owned()),
        _ => (!group.is_empty()).then(|| group.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{cluster, node, pool};
    use crate::files::{StatedFile, Surroundings};
    use crate::principal::{AzureJson, Principal};
    use std::collections::BTreeMap;
    use std::path::Path;

    const AZURE_JSON: &str = r#"{"tenantId":"t","useManagedIdentityExtension":true,
        "location":"japaneast","resourceGroup":"MC_rg-a_aks-wiz-dev_japaneast"}"#;

    fn seen(variables: &[(&str, &str)], files: &[(&str, &str)]) -> crate::evidence::Node {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), StatedFile::Text((*text).to_owned())));
        let surroundings = Surroundings::Stated {
            variables: variables.collect(),
            files: files.collect::<BTreeMap<_, _>>(),
        };
        let place = AzureJson::place(&surroundings);
        let rows = place.map(|place| {
            let (read, found) = AzureJson::read(&surroundings, Path::new(place));
            Principal::kubelet("kubelet", read, found)
        });
        node(&surroundings, &rows.into_iter().collect::<Vec<_>>())
    }

    #[test]
    fn the_downward_api_and_azure_json() {
        let name = "aks-gpu07-12345678-vmss00000a";
        let node = seen(
            &[("NODE_NAME", name), ("ACR_PROBE_NODE_REGION", "")],
            &[("/etc/kubernetes/azure.json", AZURE_JSON)],
        );
        assert_eq!(node.name.as_deref(), Some(name));
        assert_eq!(node.pool.as_deref(), Some("gpu07"));
        assert_eq!(node.region.as_deref(), Some("japaneast"));
        assert_eq!(node.cluster.as_deref(), Some("aks-wiz-dev"));
        assert_eq!((node.image, node.kubelet), (None, None));
    }

    #[test]
    fn what_is_stated_goes_first() {
        let node = seen(
            &[
                ("NODE_NAME", "ci-agent"),
                ("ACR_PROBE_NODE_NAME", "aks-a-1-vmss000000"),
                ("ACR_PROBE_NODE_POOL", "own"),
                ("ACR_PROBE_NODE_REGION", "westeurope"),
                (
                    "ACR_PROBE_NODE_IMAGE",
                    "AKSUbuntu-2204gen2containerd-202511.01.0",
                ),
                ("ACR_PROBE_KUBELET_VERSION", "v1.34.1"),
                ("ACR_PROBE_CLUSTER", "prod"),
            ],
            &[("/etc/kubernetes/azure.json", AZURE_JSON)],
        );
        assert_eq!(node.name.as_deref(), Some("aks-a-1-vmss000000"));
        assert_eq!(node.pool.as_deref(), Some("own"));
        assert_eq!(node.region.as_deref(), Some("westeurope"));
        assert_eq!(node.kubelet.as_deref(), Some("v1.34.1"));
        assert_eq!(node.cluster.as_deref(), Some("prod"));
        assert!(node.image.is_some());
    }

    #[test]
    fn the_host_is_the_node_where_azure_json_says_so() {
        let name = "aks-nodepool1-31741723-vmss000002";
        let line = format!("{name}\n");
        let debug = seen(
            &[],
            &[
                ("/host/etc/kubernetes/azure.json", AZURE_JSON),
                ("/host/etc/hostname", &line),
                ("/etc/hostname", "node-debugger-x\n"),
            ],
        );
        assert_eq!(debug.name.as_deref(), Some(name));
        assert_eq!(debug.pool.as_deref(), Some("nodepool1"));
        let pod = seen(
            &[],
            &[
                ("/etc/kubernetes/azure.json", AZURE_JSON),
                ("/etc/hostname", "acr-probe-0-x7k2p\n"),
            ],
        );
        assert_eq!(pod.name, None);
        let desk = seen(&[], &[("/etc/hostname", &line)]);
        assert_eq!(desk, crate::evidence::Node::default());
    }

    #[test]
    fn names_of_nodes() {
        for (name, expected) in [
            ("aks-nodepool1-31741723-vmss000000", Some("nodepool1")),
            ("aks-gpu-12345678-vms3", Some("gpu")),
            ("aks-agentpool-12345678-0", Some("agentpool")),
            ("aks-default-x7k2p", None),
            ("akswin000000", None),
            ("aks--12345678-vmss000000", None),
            ("aks-a-b-12345678-vmss000000", None),
            ("", None),
        ] {
            assert_eq!(pool(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn names_of_clusters() {
        assert_eq!(cluster("MC_rg_c_japaneast").as_deref(), Some("c"));
        assert_eq!(cluster("MC_r_g_c_eu").as_deref(), Some("MC_r_g_c_eu"));
        assert_eq!(cluster("nodes-of-c").as_deref(), Some("nodes-of-c"));
        assert_eq!(cluster(""), None);
    }
}
