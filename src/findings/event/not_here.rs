//! Granted here, refused there: which causes need both a text and a run to be seen.

use super::here::{Beside, Reproduction, Row, decisive, refusal, rows, stopped};
use super::{causes, explain};
use crate::event::{Attempt, Credential, Event, Fault};
use crate::evidence::{Recording, Step};
use crate::findings::case::Judged;
use crate::findings::node::is_odd_host;
use crate::findings::remedy::quote::shell_word;
use crate::findings::remedy::{Remedy, RemedyKind};
use crate::findings::rule::{Confidence, Severity};
use crate::findings::words::listed;
use crate::findings::{Alternative, Finding};

/// A rule that accounts for both, and what would separate it from the others.
type Candidate = (&'static str, &'static str);

const UNUSED: Candidate = (
    "credential-provider-not-used",
    "on the pod's node: --principal credential-provider asks its own configuration and plugin",
);
const PATTERN: Candidate = (
    "login-server-not-matched",
    "on the pod's node: --principal credential-provider names the pattern that misses",
);
const SECRET: Candidate = (
    "pull-secret-not-referenced",
    "kubectl get pod NAME -o jsonpath='{.spec.imagePullSecrets}', or run with --pods",
);
const LATE: Candidate = (
    "role-propagation",
    "delete the pod: if the new one starts, the text is older than the right",
);
const FLOW: Candidate = (
    "client-flow-differs",
    "the same run with the --flow of the text's client",
);
const PASSWORD: Candidate = (
    "bad-password",
    "a row for the credential that the pod presents: pull-secret:FILE or docker-config",
);
const IDENTITY: Candidate = (
    "wrong-identity-assigned",
    "the same run on the pod's node: another node may have another identity",
);
const ARM: Candidate = (
    "arm-audience-disabled",
    "--arm-audience: older plugins send a token for Azure Resource Manager",
);
const KEY: Candidate = (
    "credential-key-mismatch",
    "--principal docker-config where the client ran",
);
const PLATFORM: Candidate = (
    "platform-mismatch",
    "--platform of the pod's node (kubectl get node NAME -o jsonpath='{.status.nodeInfo.architecture}')",
);
const MISSING: Candidate = (
    "repo-or-tag-missing",
    "delete the pod: if the new one starts, the image was pushed after the text",
);

/// One finding for each pull of the text that is granted here.
pub fn findings(recording: &Recording, cells: &[Judged<'_>], beside: &[Beside]) -> Vec<Finding> {
    let granted = beside
        .iter()
        .filter(|one| one.here.verdict == Reproduction::GrantedHere);
    granted
        .filter_map(|one| finding(recording, cells, &one.event))
        .collect()
}

fn finding(recording: &Recording, cells: &[Judged<'_>], event: &Event) -> Option<Finding> {
    let refusal = refusal(event)?;
    let rows = rows(recording, cells, event);
    let granted: Vec<&Row<'_>> = rows
        .iter()
        .filter(|row| row.is_required && row.is_granted())
        .collect();
    let candidates = candidates(event, refusal, &granted);
    let (first, others) = candidates.split_first()?;
    let names: Vec<String> = granted.iter().map(|row| row.name().to_owned()).collect();
    let transactions = granted.iter().filter_map(|row| decisive(row.judged));
    let (fact, pasted) = recording.pasted()?;
    let client = event.client.unwrap_or("a client");
    Some(Finding {
        rule: first.0,
        severity: Severity::Warning,
        confidence: confidence(first.0, others),
        scopes: granted
            .iter()
            .map(|row| row.judged.cell.scope())
            .take(1)
            .collect(),
        transactions: transactions.map(|one| one.id.clone()).collect(),
        facts: vec![fact.id.clone()],
        summary: format!(
            "granted here to {}, refused there: {client}{} got {}",
            listed(&names),
            presented(refusal.credential),
            stopped(refusal.step, refusal.status)
        ),
        principals: names,
        advice: first.1.to_owned(),
        explanation: format!(
            "{} tells of a pull that this run does not meet: what was asked for is granted here. So the registry and its rights \
             are in order for who asked here; what differs is who asked there, from where, with what client, or when.",
            if pasted.from == "-" {
                "The pasted text"
            } else {
                &pasted.from
            }
        ),
        alternatives: others
            .iter()
            .map(|(rule, separate_by)| Alternative {
                rule,
                separate_by: (*separate_by).to_owned(),
            })
            .collect(),
        remedies: vec![check(event, refusal, &granted)],
    })
}

fn presented(credential: Credential) -> &'static str {
    match credential {
        Credential::Presented => " with a credential",
        Credential::None => " with none",
        Credential::Unstated => "",
    }
}

/// The likeliest first; each once.
fn candidates(event: &Event, refusal: &Attempt, granted: &[&Row<'_>]) -> Vec<Candidate> {
    let mut list = match (refusal.fault, refusal.step, refusal.credential) {
        (Fault::NoPlatform, ..) => vec![PLATFORM],
        (Fault::NotFound, ..) => vec![MISSING, PLATFORM],
        (Fault::HostNotMatched, ..) => vec![PATTERN, UNUSED],
        (Fault::NoProvider | Fault::ProviderFailed, ..) => nothing_on_node(granted),
        (Fault::Refused, Some(Step::RefreshToken), _) => vec![LATE, IDENTITY, ARM],
        (Fault::Refused, _, Credential::None) if causes::is_node(event) => nothing_on_node(granted),
        (Fault::Refused, _, Credential::None) => vec![KEY, FLOW, LATE],
        (Fault::Refused, _, Credential::Presented) | (Fault::InsufficientScope, ..) => {
            vec![FLOW, LATE, PASSWORD]
        }
        (Fault::Refused, _, Credential::Unstated) => vec![FLOW, UNUSED, SECRET, PASSWORD, LATE],
        _ => of_text(event),
    };
    let mut seen: Vec<&str> = vec![];
    list.retain(|(rule, _)| {
        !seen.contains(rule) && {
            seen.push(rule);
            true
        }
    });
    list
}

/// The kubelet presented nothing, and who asked here is granted.
fn nothing_on_node(granted: &[&Row<'_>]) -> Vec<Candidate> {
    let has = |start: &str| granted.iter().any(|row| row.name().starts_with(start));
    let odd = granted
        .iter()
        .any(|row| is_odd_host(&row.judged.cell.target.registry));
    if has("credential-provider") {
        // Here the kubelet is given one: then it is the time, or another node.
        return vec![LATE, UNUSED];
    }
    if has("pull-secret:") && !has("kubelet") {
        return vec![SECRET, LATE];
    }
    let provider = if odd {
        [PATTERN, UNUSED]
    } else {
        [UNUSED, PATTERN]
    };
    let mut list = provider.to_vec();
    match has("kubelet") || has("managed-identity") {
        true => list.push(SECRET),
        // A password that a person has is nothing that the node has.
        false => list.insert(0, SECRET),
    }
    list.push(LATE);
    list
}

/// What the text alone admits: the pod's surroundings differ from these.
fn of_text(event: &Event) -> Vec<Candidate> {
    const THERE: &str = "the same run where the text comes from";
    let causes = explain(event).map(|one| one.candidates.causes);
    causes
        .unwrap_or_default()
        .iter()
        .map(|cause| (cause.rule, THERE))
        .collect()
}

fn confidence(rule: &str, others: &[Candidate]) -> Confidence {
    match rule {
        _ if others.is_empty() => Confidence::Likely,
        "login-server-not-matched" => Confidence::Likely,
        _ => Confidence::Possible,
    }
}

/// The run that would tell them apart.
fn check(event: &Event, refusal: &Attempt, granted: &[&Row<'_>]) -> Remedy {
    let image = granted
        .first()
        .map(|row| shell_word(&row.judged.cell.target.image));
    let image = image.unwrap_or_else(|| "\"${IMAGE:?}\"".to_owned());
    let options = match (event.client, refusal.credential) {
        (Some("docker" | "podman" | "skopeo" | "buildah" | "cri-o"), _) => " --flow docker",
        (_, Credential::None) if causes::is_node(event) => {
            " --principal kubelet --principal credential-provider"
        }
        _ => "",
    };
    Remedy {
        kind: RemedyKind::Check,
        who: "whoever may run the probe where the text comes from".into(),
        takes_effect: "it only reads".into(),
        text: format!("acr-probe run {image}{options}\n"),
    }
}
