//! The source behind a cache rule is asked too often. Neither the registry nor the caller is at fault.

use super::source;
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// 429 for a cached repository.
pub static RULE: Rule = Rule {
    name: "upstream-throttled",
    family: Family::Service,
    owner: Owner::Registry,
    proof: Proof::Wire,
    summary: "the source behind a cache rule is asked too often (429)",
    page: include_str!("upstream_throttled.md"),
    examine,
    tell,
    notice: None,
};

/// How it shows, if this 429 can be the source's.
pub(super) fn confidence(case: &Case<'_>) -> Option<Confidence> {
    let answer = source::answer(case, &[429])?;
    match source::spoken(case, answer) {
        Some(said) if source::names_source(said) => Some(Confidence::Likely),
        // Words that speak of no source are the registry's own.
        Some(_) => None,
        None if source::served_beside(case).is_some() => Some(Confidence::Likely),
        None => Some(Confidence::Possible),
    }
}

fn examine(case: &Case<'_>) -> Answer {
    let Some(confidence) = confidence(case) else {
        return Answer::Silent;
    };
    let text = match confidence {
        Confidence::Possible => {
            "a 429 at the manifest may be that of the source behind a cache rule"
        }
        _ if source::served_beside(case).is_some() => {
            "429 for this repository, while another of the same registry is served"
        }
        _ => "the 429 names the source behind a cache rule",
    };
    Answer::Consistent(
        confidence,
        Because::new(text)
            .citing(source::answer(case, &[429]))
            .citing(source::served_beside(case))
            .separated_by(
                "the words of the 429 (--flow sdk, whose GET has a body), another repository beside it, and az acr cache list",
            ),
    )
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let repository = &case.this.cell.target.repository;
    let mut telling = Telling::error(format!(
        "the source that {repository} is a cache of is asked too often (429)"
    ))
    .advise("give the cache rule a credential for its source, or pull once ahead of the rush");
    if let Some(answer) = source::answer(case, &[429]) {
        let said = source::spoken(case, answer).unwrap_or(answer);
        telling = telling.explain(seen::answer_in_words(said));
    }
    if let Some(served) = source::served_beside(case) {
        telling = telling.explain(source::served_in_words(served));
    }
    telling
        .explain(
            "The token grants the pull, so nobody's right is in question. A tag that the cache does not hold yet, or has to look \
             up again, is asked of the source, and a source such as Docker Hub counts anonymous requests tightly.",
        )
        .remedy([
            remedy::cache_rules(&observed.view()),
            remedy::cache_credential(&observed.view()),
            remedy::wait(&observed.view()),
        ])
}
