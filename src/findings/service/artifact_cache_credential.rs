//! The source behind a cache rule refuses the rule's credential. The caller's is good.

use super::source;
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// 401 at the manifest of a cached repository, after a token that grants the pull.
pub static RULE: Rule = Rule {
    name: "artifact-cache-credential",
    family: Family::Service,
    owner: Owner::Registry,
    proof: Proof::Experiment,
    summary: "the source behind a cache rule refuses the rule's credential",
    page: include_str!("artifact_cache_credential.md"),
    examine,
    tell,
    notice: None,
};

fn confidence(case: &Case<'_>) -> Option<Confidence> {
    let answer = source::answer(case, &[401])?;
    let granted = &case.this.outcome.granted;
    let may_pull = granted.iter().any(|one| one == "pull" || one == "*");
    if !may_pull || source::is_about_the_token(answer) {
        return None;
    }
    match source::spoken(case, answer) {
        Some(said) if source::foreign_name(case, said).is_some() => None,
        Some(said) if source::names_source(said) => Some(Confidence::Likely),
        _ if source::served_beside(case).is_some() => Some(Confidence::Likely),
        _ => Some(Confidence::Possible),
    }
}

fn examine(case: &Case<'_>) -> Answer {
    let Some(confidence) = confidence(case) else {
        return Answer::Silent;
    };
    let served = source::served_beside(case);
    let text = match served {
        Some(_) => {
            "the token grants the pull, and of this registry this repository alone is refused"
        }
        None => {
            "the token grants the pull, and the manifest is refused without a word about the token"
        }
    };
    Answer::Consistent(
        confidence,
        Because::new(text)
            .citing(case.this.trace.last(Step::AccessToken))
            .citing(source::answer(case, &[401]))
            .citing(seen::with_words(case))
            .citing(served)
            .separated_by(
                "another repository of the registry (--sibling REPOSITORY), and the health of the cache rule's credential set \
                 (az acr credential-set list)",
            ),
    )
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let repository = &case.this.cell.target.repository;
    let mut telling = Telling::error(format!(
        "it may pull {repository}, and the manifest is refused all the same (401): so does a cache rule whose credential its \
         source refuses"
    ))
    .advise("see whether a cache rule covers the repository, and whether its credential set is healthy");
    if let Some(answer) = source::answer(case, &[401]) {
        let said = source::spoken(case, answer).unwrap_or(answer);
        telling = telling.explain(seen::answer_in_words(said));
    }
    if let Some(served) = source::served_beside(case) {
        telling = telling.explain(source::served_in_words(served));
    }
    telling
        .explain(
            "The token endpoint granted pull, and the refusal does not say that the token lacks anything. In a repository that a \
             cache rule covers, a tag that is not cached is fetched from the source with the rule's own credential; when that is \
             refused, the caller sees a 401 that is not about him.",
        )
        .remedy([
            remedy::cache_rules(&observed.view()),
            remedy::cache_credential(&observed.view()),
            remedy::open_ticket(&observed.view()),
        ])
}
