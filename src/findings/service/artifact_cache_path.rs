//! The path of a cache rule leads to no repository of its source.

use super::source;
use crate::evidence::{Step, Transaction};
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// A refusal in which the source, or a repository of its, is named.
pub static RULE: Rule = Rule {
    name: "artifact-cache-path",
    family: Family::Service,
    owner: Owner::Registry,
    proof: Proof::ControlPlane,
    summary: "a cache rule leads to a repository that its source has not got",
    page: include_str!("artifact_cache_path.md"),
    examine,
    tell,
    notice: None,
};

/// The answer that names a source's repository: another than was asked for, or one that is not found.
fn refusal<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    let answer = source::answer(case, &[401, 404])?;
    let said = source::spoken(case, answer)?;
    let is_not_found = answer.status == Some(404) && source::names_source(said);
    (is_not_found || source::foreign_name(case, said).is_some()).then_some(said)
}

/// True where a 404 is the source's, and not the registry's own.
pub(in crate::findings) fn is_sources(case: &Case<'_>) -> bool {
    refusal(case).is_some()
}

fn examine(case: &Case<'_>) -> Answer {
    match refusal(case) {
        Some(said) => Answer::Consistent(
            Confidence::Likely,
            Because::new("the refusal names a repository of the source behind a cache rule")
                .citing(case.this.trace.last(Step::AccessToken))
                .citing(case.decisive())
                .citing(Some(said))
                .separated_by("the cache rule's source path (az acr cache list)"),
        ),
        None => Answer::Silent,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let repository = &case.this.cell.target.repository;
    let said = refusal(case);
    let name = said.and_then(|one| source::foreign_name(case, one));
    let reason = match &name {
        Some(name) => format!(
            "{repository} is a cache of {name}, which its source does not hand out under that name"
        ),
        None => format!("the source that {repository} is a cache of has no such repository or tag"),
    };
    let mut telling = Telling::error(reason)
        .advise("correct the source path of the cache rule; Docker Hub's official images are under library/");
    if let Some(said) = said {
        telling = telling.explain(seen::answer_in_words(said));
    }
    telling
        .explain(
            "The token grants the pull: neither identity nor role is in the way. docker.io/nginx is what people type; the \
             repository is docker.io/library/nginx, and a cache rule takes its path word for word.",
        )
        .remedy([
            remedy::cache_rules(&observed.view()),
            remedy::cache_path(&observed.view(), name.as_deref()),
        ])
}
