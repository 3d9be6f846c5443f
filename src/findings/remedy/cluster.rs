//! The cluster's name and resource group, guessed from the name AKS gives the node resource group.
//!
//! `MC_<group>_<cluster>_<region>` is a default, not a rule: the group may have been named by hand,
//! and AKS cuts the name at 80 characters. So the result is a *derivation*, marked as such wherever it
//! is printed, and it is empty or plural where the name does not settle it.

use super::Observed;
use super::quote::{in_comment, shell_word};

/// A cluster as the node resource group's name suggests it. Not observed: derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedCluster {
    /// The resource group that holds the cluster.
    pub resource_group: String,
    /// The cluster's name.
    pub cluster: String,
}

/// The length at which AKS cuts the name: what follows may be missing.
const CUT_AT: usize = 80;

/// Every way to read `MC_<group>_<cluster>_<region>`; empty where it cannot be read at all.
#[must_use]
pub fn derive_clusters(node_resource_group: &str, location: Option<&str>) -> Vec<DerivedCluster> {
    if node_resource_group.len() >= CUT_AT {
        return Vec::new();
    }
    let Some(("MC", rest)) = node_resource_group.split_once('_').map(|(head, rest)| {
        (
            if head.eq_ignore_ascii_case("MC") {
                "MC"
            } else {
                head
            },
            rest,
        )
    }) else {
        return Vec::new();
    };
    let Some((names, region)) = rest.rsplit_once('_') else {
        return Vec::new();
    };
    if region.is_empty() || location.is_some_and(|known| !known.eq_ignore_ascii_case(region)) {
        return Vec::new();
    }
    names
        .match_indices('_')
        .filter_map(|(at, _)| split_at(names, at))
        .collect()
}

fn split_at(names: &str, at: usize) -> Option<DerivedCluster> {
    let (resource_group, cluster) = (&names[..at], &names[at + 1..]);
    (is_group(resource_group) && is_cluster(cluster)).then(|| DerivedCluster {
        resource_group: resource_group.to_owned(),
        cluster: cluster.to_owned(),
    })
}

fn is_group(name: &str) -> bool {
    !name.is_empty() && !name.ends_with('.')
}

/// A cluster's name: letters, digits, `_` and `-`, at most 63, and neither end is a mark.
fn is_cluster(name: &str) -> bool {
    name.len() <= 63
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// The two words for `-n` and `-g`, and the comment lines that say where they come from.
pub(super) struct Named {
    /// A shell word.
    pub cluster: String,
    /// A shell word.
    pub group: String,
    /// Comment lines, each with its line break.
    pub origin: String,
}

pub(super) fn name_cluster(o: &Observed<'_>) -> Named {
    let Some(node_group) = o.node_resource_group else {
        return unnamed(
            "# CLUSTER, RESOURCE_GROUP: not observed; see: az aks list -o table\n".to_owned(),
        );
    };
    match derive_clusters(node_group, o.location).as_slice() {
        [one] => Named {
            cluster: shell_word(&one.cluster),
            group: shell_word(&one.resource_group),
            origin: format!(
                "# cluster and group are derived from the node resource group {}: check them\n",
                in_comment(node_group)
            ),
        },
        several => unnamed(ask_which(node_group, several)),
    }
}

fn unnamed(origin: String) -> Named {
    Named {
        cluster: "\"${CLUSTER:?}\"".to_owned(),
        group: "\"${RESOURCE_GROUP:?}\"".to_owned(),
        origin,
    }
}

fn ask_which(node_group: &str, candidates: &[DerivedCluster]) -> String {
    let mut lines = format!(
        "# CLUSTER, RESOURCE_GROUP: the cluster whose node resource group is {}; see:\n\
         #   az aks list --query \"[].[name,resourceGroup,nodeResourceGroup]\" -o table\n",
        in_comment(node_group)
    );
    for candidate in candidates {
        lines.push_str(&format!(
            "#   derived, one of: cluster {} in group {}\n",
            in_comment(&candidate.cluster),
            in_comment(&candidate.resource_group)
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, location: Option<&str>, expected: &[(&str, &str)]) {
        let found = derive_clusters(name, location);
        let found: Vec<_> = found
            .iter()
            .map(|c| (c.resource_group.as_str(), c.cluster.as_str()))
            .collect();
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn the_default_name_is_read_from_both_ends() {
        check(
            "MC_rg-cicd-aks-bbs_aks-wiz-dev_japaneast",
            Some("japaneast"),
            &[("rg-cicd-aks-bbs", "aks-wiz-dev")],
        );
        check("mc_g_c_westeurope", None, &[("g", "c")]);
    }

    #[test]
    fn more_underscores_give_more_readings() {
        check(
            "MC_my_rg_aks_japaneast",
            Some("JapanEast"),
            &[("my", "rg_aks"), ("my_rg", "aks")],
        );
    }

    #[test]
    fn what_is_not_the_default_name_gives_none() {
        check("rg-nodes", Some("japaneast"), &[]);
        check("MC_g_c_japaneast", Some("westeurope"), &[]);
        check("MC_g_japaneast", None, &[]);
        check("MC__c_japaneast", None, &[]);
        check(&format!("MC_{}_aks_japan", "g".repeat(72)), None, &[]);
    }
}
