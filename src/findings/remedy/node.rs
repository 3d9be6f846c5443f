//! Remedies on the node and on the way from it: identity, IMDS, names, proxy, clock, certificates.
//!
//! Where a finding is about the network, the commands must run where the client runs: a pod and its
//! node may see two different networks.

use super::cluster::name_cluster;
use super::quote::{in_comment, shell_word};
use super::{Observed, Remedy, RemedyKind, say};

const CLUSTER_CONTRIBUTOR: &str = "Azure Kubernetes Service Contributor on the cluster";

/// Lets AKS put the nodes' identity and azure.json in order.
#[must_use]
pub fn reconcile_identity(o: &Observed<'_>) -> Remedy {
    let named = name_cluster(o);
    let text = format!(
        "# with no other flag this only brings the cluster back to its own declared state\n{}{}az aks update -n {} -g {}\n",
        o.cloud_line(),
        named.origin,
        named.cluster,
        named.group
    );
    Remedy::new(
        RemedyKind::Az,
        CLUSTER_CONTRIBUTOR,
        "minutes: the scale sets' model is updated",
        text,
    )
}

/// Attaches an identity to a node pool's scale set, for nodes that AKS does not manage.
#[must_use]
pub fn attach_identity(o: &Observed<'_>) -> Remedy {
    let (line, group) = match o.node_resource_group {
        Some(group) => (String::new(), shell_word(group)),
        None => (
            "# NODE_GROUP: the resource group of the machines\n".to_owned(),
            "\"${NODE_GROUP:?}\"".to_owned(),
        ),
    };
    let text = format!(
        "# SCALE_SET: see az vmss list -o table. IDENTITY_ID: resource id of the identity, see az identity list -o table\n\
         {line}{}az vmss identity assign -g {group} -n \"${{SCALE_SET:?}}\" --identities \"${{IDENTITY_ID:?}}\"\n",
        o.cloud_line()
    );
    let who = "Virtual Machine Contributor on the scale set and Managed Identity Operator on the identity";
    Remedy::new(
        RemedyKind::Az,
        who,
        "minutes; instances with a manual upgrade policy need az vmss update-instances",
        text,
    )
}

/// Says which of several identities is meant.
#[must_use]
pub fn name_the_identity(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "# CLIENT_ID: that of the identity with the role; see: az identity list --query \"[].[name,clientId]\" -o table\n\
         acr-probe run {} --principal managed-identity:client-id=\"${{CLIENT_ID:?}}\"\n\
         # then give the same id to the client: AZURE_CLIENT_ID, or userAssignedIdentityID in azure.json\n",
        shell_word(o.image)
    );
    Remedy::new(
        RemedyKind::Check,
        "whoever configures the client",
        say::AT_ONCE,
        text,
    )
}

/// Does IMDS answer here? And the way to it for pods under a network policy.
#[must_use]
pub fn imds_egress() -> Vec<Remedy> {
    let ask = "# in the client's own network namespace: any status means reachable; 000 means no answer\n\
               curl -sS --noproxy '*' -m 5 -o /dev/null -w '%{http_code}\\n' -H 'Metadata: true' \\\n  \
               'http://169.254.169.254/metadata/instance?api-version=2021-02-01'\n";
    let allow = "# NAMESPACE: the client's. Which policy selects the client?\n\
                 kubectl get networkpolicy -n \"${NAMESPACE:?}\" -o yaml\n\
                 # to that policy's spec.egress add (a new policy would cut off pods that have none so far):\n\
                 #   - to: [{ipBlock: {cidr: 169.254.169.254/32}}]\n\
                 #     ports: [{port: 80, protocol: TCP}]\n";
    vec![
        Remedy::new(
            RemedyKind::Ask,
            "anyone on the node or in the pod",
            say::READS_ONLY,
            ask,
        ),
        Remedy::new(
            RemedyKind::Kubectl,
            "editor of the namespace",
            "within seconds",
            allow,
        ),
    ]
}

/// What does this resolver say, and does the registry exist at all?
#[must_use]
pub fn check_dns(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "getent hosts {host}   # from the client's own network namespace\n\
         {cloud}az acr check-name -n {name} --query nameAvailable -o tsv   # true: no registry has this name\n\
         az acr list --query '[].loginServer' -o tsv   # what this subscription has\n",
        host = shell_word(o.login_server),
        cloud = o.cloud_line(),
        name = shell_word(o.registry_name)
    );
    Remedy::new(
        RemedyKind::Check,
        "anyone on the node; anyone signed in to az",
        say::READS_ONLY,
        text,
    )
}

/// Keeps registry and IMDS out of the proxy.
#[must_use]
pub fn proxy_bypass(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "Put 169.254.169.254 and {host} into NO_PROXY of the client and of the daemon that pulls (containerd, dockerd, kubelet: \
         each has its own environment), or let the proxy pass {host} unchanged. On AKS the list is httpProxyConfig.noProxy.",
        host = in_comment(o.login_server)
    );
    Remedy::new(
        RemedyKind::Note,
        "whoever runs the proxy or the nodes",
        "after the daemon's restart",
        text,
    )
}

/// Makes the node trust the authority that re-signs, or lets the traffic round it.
#[must_use]
pub fn trust_authority(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "Either let {host} pass the inspecting proxy untouched, or add its authority to the node's trust store and restart \
         containerd (AKS: custom certificate authority of the node pool). For the probe alone: --ca-cert FILE. First make sure \
         that the authority is your own organisation's.",
        host = in_comment(o.login_server)
    );
    Remedy::new(
        RemedyKind::Note,
        "network team, or the cluster's administrator",
        "after containerd's restart",
        text,
    )
}

/// Sets the clock right.
#[must_use]
pub fn sync_clock() -> Remedy {
    let text = "timedatectl status   # System clock synchronized: yes?\n\
                chronyc tracking     # or how far it is off\n\
                sudo systemctl restart chronyd || sudo systemctl restart systemd-timesyncd\n";
    Remedy::new(RemedyKind::Check, "root on the machine", say::AT_ONCE, text)
}
