//! Pods that name no pull secret at all, for an image that no identity of the node pulls.

use crate::evidence::PodShown;
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::remedy::quote::shell_word;
use crate::findings::remedy::{Remedy, RemedyKind};
use crate::findings::rule::{Because, Confidence, Notice, Overview, Telling};

/// One notice per image: its pods that name no secret at all, where no identity of the node pulls it and no
/// secret was shown that would.
pub(super) fn notices(overview: &Overview<'_>) -> Vec<Notice> {
    let mut notices: Vec<Notice> = Vec::new();
    for target in &overview.recording.header.targets {
        let pods: Vec<&PodShown> = target
            .pods
            .iter()
            .filter(|pod| pod.pull_secrets.is_empty())
            .collect();
        let cells: Vec<Case<'_>> = overview
            .cases()
            .filter(|case| case.this.cell.target.image == target.image && case.this.cell.is_pull())
            .collect();
        let granted = |case: &&Case<'_>| case.this.outcome.verdict == Verdict::Granted;
        let is_node = |case: &&Case<'_>| {
            case.principal() == "kubelet" || case.principal().starts_with("credential-provider")
        };
        let refused_node = cells.iter().find(|case| is_node(case) && !granted(case));
        let node_pulls = cells.iter().any(|case| is_node(&case) && granted(&case));
        let secret = cells
            .iter()
            .filter(|case| case.principal().starts_with("pull-secret:"))
            .find(granted);
        if pods.is_empty() || node_pulls || refused_node.is_none() || secret.is_some() {
            continue;
        }
        notices.push(told(&target.image, &pods, refused_node));
    }
    notices
}

fn told(image: &str, pods: &[&PodShown], node: Option<&Case<'_>>) -> Notice {
    let names: Vec<String> = pods
        .iter()
        .take(3)
        .map(|pod| format!("{}/{}", pod.namespace, pod.name))
        .collect();
    let more = pods.len().saturating_sub(names.len());
    let more = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more")
    };
    let plural = if pods.len() == 1 { "s" } else { "" };
    let because =
        Because::new("the pods name no pull secret, and no identity of the node pulls this image")
            .citing(node.and_then(Case::decisive));
    let first = pods[0];
    let text = format!(
        "kubectl patch serviceaccount {} -n {} -p '{{\"imagePullSecrets\":[{{\"name\":\"'\"${{SECRET:?}}\"'\"}}]}}'\n\
         # SECRET: kubectl get secrets -n {} --field-selector type=kubernetes.io/dockerconfigjson\n\
         # pods that exist keep what they were admitted with: delete them, so that they are made anew\n",
        shell_word(first.service_account.as_deref().unwrap_or("default")),
        shell_word(&first.namespace),
        shell_word(&first.namespace),
    );
    Notice {
        principals: node.map(|case| case.principal().to_owned()).into_iter().collect(),
        scopes: node.map(|case| case.this.cell.scope()).into_iter().collect(),
        confidence: Confidence::Possible,
        because,
        telling: Telling::warning(format!("{}{more} want{plural} {image} and reference no pull secret", names.join(", ")))
            .advise("reference the secret in the pod or its service account, or give the node's identity the role")
            .explain(
                "A pull secret counts only where the pod, or its service account when the pod was admitted, names it. The \
                 namespace must be the pod's own.",
            )
            .remedy([Remedy {
                kind: RemedyKind::Kubectl,
                who: "an editor of the namespace".to_owned(),
                takes_effect: "for pods made after it".to_owned(),
                text,
            }]),
    }
}
