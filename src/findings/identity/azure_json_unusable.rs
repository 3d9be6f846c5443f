//! The node's file that says which identity the kubelet uses cannot be used.

use crate::evidence::{Fact, FileFault, FileRead, Observation};
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Family, Owner, Proof, Rule, Telling};

/// The kubelet's row, stopped before any request.
pub static RULE: Rule = Rule {
    name: "azure-json-unusable",
    family: Family::Identity,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "azure.json is missing, unreadable, or contradicts itself",
    page: include_str!("azure_json_unusable.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    match unusable(case) {
        Some((fact, _, _)) => Answer::Confirmed(
            Because::new("the kubelet's file cannot be used").with_fact(Some(fact)),
        ),
        None => Answer::Silent,
    }
}

/// The file of a kubelet's row, and what is wrong with it. Passwords have files too, and another rule.
fn unusable<'a>(case: &Case<'a>) -> Option<(&'a Fact, &'a FileRead, &'a FileFault)> {
    let kind = case.this.cell.principal.kind.as_str();
    if case.this.outcome.verdict != Verdict::Untried || kind != "managed-identity" {
        return None;
    }
    let fact = case.this.outcome.fact?;
    match &fact.observation {
        Observation::File(file) => Some((fact, file, file.fault.as_ref()?)),
        _ => None,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let Some((_, file, fault)) = unusable(case) else {
        return Telling::error("its azure.json cannot be used");
    };
    match fault {
        FileFault::Missing(said) | FileFault::Unreadable(said) => {
            not_seen(case, file, said, matches!(fault, FileFault::Missing(_)))
        }
        FileFault::Malformed(said) | FileFault::Field(said) => wrong(case, file, said),
    }
}

/// What the probe cannot see says nothing of what the kubelet sees: no error of the node's.
fn not_seen(case: &Case<'_>, file: &FileRead, said: &str, is_missing: bool) -> Telling {
    let observed = case.observed();
    let doubt = if is_missing {
        "Where there is no such file the machine is no AKS node, or the host's files are not mounted into this container."
    } else {
        "The file belongs to root and only root may read it, so this says nothing about the node itself."
    };
    let telling = Telling::warning(format!(
        "{} was not tried: {}: {said}",
        case.principal(),
        file.path
    ))
    .advise("run the probe as root on the node, with the host's files at / or /host, or name the file with --azure-json")
    .explain(format!(
        "The kubelet reads its identity from {}; without it the probe cannot stand in for the kubelet. {doubt}",
        file.path
    ))
    .explain(
        "kubectl debug node/NODE -it -q --image=PROBE -- /acr-probe run IMAGE runs as root with the host's files under /host, \
         where the probe looks by itself. Never paste the file anywhere: it may hold a secret.",
    );
    if is_missing {
        telling.remedy([remedy::reconcile_identity(&observed.view())])
    } else {
        telling
    }
}

fn wrong(case: &Case<'_>, file: &FileRead, said: &str) -> Telling {
    let observed = case.observed();
    let mut telling = Telling::error(format!("{} cannot be used: {said}", file.path))
        .advise("let AKS write the file again, or reimage the node")
        .explain(format!(
            "The kubelet reads its identity from {}. As it stands there ({said}) its credential provider gets no credential, \
             and pods on this node pull without one: their events say \"anonymous\". No request was made for this row, so \
             everything from the Entra token on is untested.",
            file.path
        ));
    if !file.shown.is_empty() {
        let members: Vec<String> = file
            .shown
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        telling = telling.explain(format!("What the file says: {}.", members.join(", ")));
    }
    telling.remedy([remedy::reconcile_identity(&observed.view())])
}
