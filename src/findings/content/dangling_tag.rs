//! The tag is found; what it leads to is not.

use super::stop::Stop;
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Family, Owner, Proof, Rule, Telling};

/// 404 behind a manifest that was found.
pub static RULE: Rule = Rule {
    name: "dangling-tag",
    family: Family::Content,
    owner: Owner::Registry,
    proof: Proof::Wire,
    summary: "the tag is there, its manifest or layers are not",
    page: include_str!("dangling_tag.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    match super::of(case) {
        Some(Stop::Gone(answer)) => Answer::Confirmed(
            Because::new("the reference is found, and what it leads to is not (404)")
                .citing(case.this.trace.last(Step::Manifest))
                .citing(Some(answer)),
        ),
        _ => Answer::Silent,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let target = case.this.cell.target;
    let Some(Stop::Gone(answer)) = super::of(case) else {
        return Telling::error("what the tag leads to is not in the registry");
    };
    let what = match answer.step {
        Step::Manifest => "manifest",
        _ => "layer",
    };
    Telling::error(format!(
        "{} is found, and the {what} it leads to is gone (404)",
        target.reference
    ))
    .advise(format!("push {} again", target.image))
    .explain(format!(
        "The registry found {} and gave its digest. {} The right to pull is there: this is no question of identity or role.",
        target.reference,
        seen::answer_in_words(answer)
    ))
    .explain(
        "A manifest or a layer was deleted underneath a tag that stayed: by a purge, by a deletion by digest, or before every \
         replica had it. In the last case the same request passes some minutes later.",
    )
    .remedy([
        remedy::list_manifests(&observed.view()),
        remedy::push_again(&observed.view()),
    ])
}
