//! The Secret is good, and the pod that wants the image does not name it.

use crate::evidence::{Observation, PodShown};
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::remedy::quote::shell_word;
use crate::findings::remedy::{Remedy, RemedyKind};
use crate::findings::rule::{
    Answer, Because, Confidence, Family, Notice, Overview, Owner, Proof, Rule, Telling,
};

/// Pods beside a pull secret that would do.
pub static RULE: Rule = Rule {
    name: "pull-secret-not-referenced",
    family: Family::Node,
    owner: Owner::Caller,
    proof: Proof::Experiment,
    summary: "the pull secret is good, and the pod does not name it",
    page: include_str!("pull_secret_not_referenced.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::warning("a pull secret that is granted is not named by the pod"),
    notice: Some(notice),
};

/// The Secret as the probe read it.
struct Named<'a> {
    namespace: Option<&'a str>,
    name: &'a str,
}

/// Said for each granted pull secret that pods of the image do not name.
fn notice(overview: &Overview<'_>) -> Vec<Notice> {
    let granted = overview
        .cases()
        .filter(|case| {
            case.principal().starts_with("pull-secret:")
                && case.this.cell.is_pull()
                && case.this.outcome.verdict == Verdict::Granted
        })
        .filter_map(|case| of_case(&case));
    granted
        .chain(super::pods_without_secret::notices(overview))
        .collect()
}

fn of_case(case: &Case<'_>) -> Option<Notice> {
    let secret = named(case)?;
    let pods = case.this.cell.target.pods.iter();
    let lacking: Vec<&PodShown> = pods.filter(|pod| !names(pod, &secret)).collect();
    (!lacking.is_empty()).then(|| in_words(case, &secret, &lacking))
}

fn named<'a>(case: &Case<'a>) -> Option<Named<'a>> {
    let facts = case.this.trace.facts.iter();
    let mut files = facts.filter_map(|fact| match &fact.observation {
        Observation::File(file) => Some(file),
        _ => None,
    });
    let shown = &files.next()?.shown;
    Some(Named {
        namespace: shown.get("namespace").and_then(|value| value.as_str()),
        name: shown.get("name")?.as_str()?,
    })
}

/// A pod names a Secret of its own namespace only.
fn names(pod: &PodShown, secret: &Named<'_>) -> bool {
    let is_near = secret.namespace.is_none_or(|own| own == pod.namespace);
    is_near && pod.pull_secrets.iter().any(|name| name == secret.name)
}

fn in_words(case: &Case<'_>, secret: &Named<'_>, lacking: &[&PodShown]) -> Notice {
    let listed: Vec<String> = lacking.iter().map(|pod| why_not(pod, secret)).collect();
    let repository = &case.this.cell.target.repository;
    Notice {
        principals: vec![case.principal().to_owned()],
        scopes: vec![case.this.cell.scope()],
        confidence: Confidence::Likely,
        because: Because::new("the pod's specification does not name it")
            .citing(case.this.outcome.transaction),
        telling: Telling::warning(format!(
            "the pull secret {} may pull {repository}, and {} of this image {} not name it",
            secret.name,
            count(lacking.len()),
            if lacking.len() == 1 { "does" } else { "do" }
        ))
        .advise("name it under imagePullSecrets of the pod or of its service account, in the pod's own namespace")
        .explain(format!("{}.", listed.join("; ")))
        .explain(
            "A service account's imagePullSecrets are written into a pod when the pod is made: they show in the pod itself, and a \
             pod that was there before stays without. Without a Secret and without a right of the node's identity the pull is \
             anonymous.",
        )
        .remedy([reference(secret, lacking)]),
    }
}

fn count(pods: usize) -> String {
    match pods {
        1 => "the pod".to_owned(),
        pods => format!("{pods} pods"),
    }
}

fn why_not(pod: &PodShown, secret: &Named<'_>) -> String {
    let has = match pod.pull_secrets.as_slice() {
        [] => "names none".to_owned(),
        names => format!("names {}", names.join(", ")),
    };
    let elsewhere = match secret.namespace {
        Some(own) if own != pod.namespace => format!(", and the Secret is in namespace {own}"),
        _ => String::new(),
    };
    format!("{}/{} {has}{elsewhere}", pod.namespace, pod.name)
}

/// The service account gets the Secret; a pod gets it when it is made anew.
fn reference(secret: &Named<'_>, lacking: &[&PodShown]) -> Remedy {
    let pod = lacking.first();
    let namespace = pod.map_or("", |pod| pod.namespace.as_str());
    let account = pod
        .and_then(|pod| pod.service_account.as_deref())
        .unwrap_or("default");
    let patch = serde_json::json!({"imagePullSecrets": [{"name": secret.name}]});
    Remedy {
        kind: RemedyKind::Kubectl,
        who: "editor of the namespace".into(),
        takes_effect: "for pods that are made after it".into(),
        text: format!(
            "# it puts this Secret in place of those that the account names now\n\
             kubectl get secret {name} -n {namespace} -o name\n\
             kubectl patch serviceaccount {account} -n {namespace} -p {patch}\n\
             # or imagePullSecrets in the pod's template; then make the pods anew\n",
            name = shell_word(secret.name),
            namespace = shell_word(namespace),
            account = shell_word(account),
            patch = shell_word(&patch.to_string()),
        ),
    }
}
