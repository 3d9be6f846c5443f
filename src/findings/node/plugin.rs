//! What to do on a node whose plugin is not asked, or gives nothing.

use crate::findings::case::Case;
use crate::findings::remedy::quote::shell_word;
use crate::findings::remedy::{Remedy, RemedyKind};

const NODE: &str = "root on the node (kubectl debug node/NODE -it --image=… has it under /host)";

/// What the kubelet was started with, and what it said.
pub(super) fn check() -> Remedy {
    Remedy {
        kind: RemedyKind::Check,
        who: NODE.into(),
        takes_effect: "it only reads".into(),
        text: "tr '\\0' '\\n' < \"/proc/$(pgrep -xo kubelet)/cmdline\" | grep image-credential-provider   # both flags?\n\
               ls -l /var/lib/kubelet/credential-provider/   # acr-credential-provider, executable?\n\
               journalctl -u kubelet | grep -iE 'credential.?provider' | tail -n 20\n"
            .into(),
    }
}

/// A node image that has the plugin and today's patterns.
pub(super) fn newer_node_image() -> Remedy {
    Remedy {
        kind: RemedyKind::Az,
        who: "Azure Kubernetes Service Contributor on the cluster".into(),
        takes_effect: "as the nodes are replaced: minutes for each".into(),
        text: "# POOL, CLUSTER, RESOURCE_GROUP: see az aks list -o table and az aks nodepool list\n\
               az aks nodepool upgrade -n \"${POOL:?}\" --cluster-name \"${CLUSTER:?}\" -g \"${RESOURCE_GROUP:?}\" --node-image-only\n"
            .into(),
    }
}

/// Another spelling of the image that the node does match.
pub(super) fn other_host(case: &Case<'_>, host: &str) -> Remedy {
    let target = case.this.cell.target;
    let image = target.image.replacen(&target.registry, host, 1);
    Remedy {
        kind: RemedyKind::Check,
        who: "owner of the deployment".into(),
        takes_effect: "at once, with the next pod".into(),
        text: format!("acr-probe run {}\n", shell_word(&image)),
    }
}
