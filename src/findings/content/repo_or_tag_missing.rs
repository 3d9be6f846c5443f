//! The principal may pull; the repository, tag or digest is not there.

use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::network::geo_replica_routing;
use crate::findings::outcome::Verdict;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};
use crate::findings::service::artifact_cache_path;

/// 404 for the manifest, with a token that may pull.
pub static RULE: Rule = Rule {
    name: "repo-or-tag-missing",
    family: Family::Content,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the repository, tag or digest is not there",
    page: include_str!("repo_or_tag_missing.md"),
    examine,
    tell,
    notice: None,
};

/// A refused row learns nothing of what is there: only a 404 speaks.
fn examine(case: &Case<'_>) -> Answer {
    let outcome = &case.this.outcome;
    let is_missing = outcome.verdict == Verdict::Missing && !outcome.is_of_content();
    if !is_missing || !case.is_at(Step::Manifest, 404) {
        return Answer::Silent;
    }
    let because = Because::new("the registry let it ask for the manifest and did not find it")
        .citing(case.this.trace.last(Step::AccessToken))
        .citing(case.decisive())
        .citing(seen::with_words(case));
    if geo_replica_routing::is_elsewhere(case) {
        return Answer::Refuted(
            Because::new("the global login server has it").citing(seen::at_global(case)),
        );
    }
    // A cache's source and a lagging replica say 404 too.
    if artifact_cache_path::is_sources(case) {
        return Answer::Consistent(
            Confidence::Possible,
            because.separated_by("whether a cache rule covers the repository (az acr cache list)"),
        );
    }
    if geo_replica_routing::may_be_elsewhere(case) {
        return Answer::Consistent(
            Confidence::Likely,
            because.separated_by("the same image at the global login server"),
        );
    }
    Answer::Confirmed(because)
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let target = case.this.cell.target;
    let what = if target.reference.contains(':') {
        "digest"
    } else {
        "tag"
    };
    let (reason, doubt) = if is_repository_there(case) {
        (
            format!("{what} {} is not in the registry (404)", target.reference),
            format!("The repository is there: another image of it was found. So it is the {what}."),
        )
    } else {
        (
            format!(
                "the repository or its {what} {} is not in the registry (404)",
                target.reference
            ),
            which(case, what),
        )
    };
    Telling::error(reason)
        .advise(format!("push {}, or correct the reference", target.image))
        .explain(format!(
            "{} {} The right to pull is there, so this is no question of identity or role.",
            case.decisive().map(seen::answer_in_words).unwrap_or_default(),
            doubt
        ))
        .explain(
            "Rows that were refused have learnt nothing of this: the registry gives the same challenge for what exists and what \
             does not. Whether they could pull, once the image is there, is their own finding.",
        )
        .remedy([remedy::show_tags(&observed.view())])
}

/// Another image of the same repository was found by anyone.
fn is_repository_there(case: &Case<'_>) -> bool {
    let own = case.this.cell.target;
    case.all.iter().any(|other| {
        let target = other.cell.target;
        target.registry == own.registry
            && target.repository == own.repository
            && target.reference != own.reference
            && other.cell.is_pull()
            && other.outcome.verdict == Verdict::Granted
    })
}

/// What the answer tells of which of the two is missing.
fn which(case: &Case<'_>, what: &str) -> String {
    let own = case.decisive().and_then(|answer| answer.registry_error());
    // The answer to a GET, asked for its words alone.
    let beside = seen::with_words(case).and_then(|answer| answer.registry_error());
    match own.or(beside) {
        Some((code, _)) if code == "NAME_UNKNOWN" => {
            "The registry says that it does not know the repository.".to_owned()
        }
        Some((code, message)) if code == "MANIFEST_UNKNOWN" => format!(
            "The registry says {code} (\"{message}\"); whether it would say so for an unknown repository too is not known."
        ),
        _ => format!(
            "A HEAD request has no words in its answer: it cannot tell a missing repository from a missing {what}. The list of tags can."
        ),
    }
}
