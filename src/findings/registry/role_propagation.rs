//! The right exists but does not work yet.

use super::seen;
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// A refusal that a later try of the same request would not meet.
pub static RULE: Rule = Rule {
    name: "role-propagation",
    family: Family::Registry,
    owner: Owner::Registry,
    proof: Proof::Experiment,
    summary: "the role was assigned a moment ago and does not work yet",
    page: include_str!("role_propagation.md"),
    examine,
    tell,
    notice: None,
};

/// One instant shows nothing of it: never more than possible.
fn examine(case: &Case<'_>) -> Answer {
    let at_token = is_without_token(case);
    if !seen::is_about_a_right(case) && !at_token {
        return Answer::Silent;
    }
    if !at_token && let Some(passed) = seen::passes_otherwise(case) {
        return Answer::Refuted(Because::new(seen::PASSES_OTHERWISE).citing(Some(passed)));
    }
    Answer::Consistent(
        Confidence::Possible,
        Because::new("a role assigned minutes ago is refused in the same way")
            .citing(case.decisive())
            .separated_by(
                "the same request some minutes later (--wait 10m), or createdOn of the role assignment",
            ),
    )
}

/// Exchanged, and then given no token or an empty one, while no right of this row works.
fn is_without_token(case: &Case<'_>) -> bool {
    let is_empty = case.is_at(Step::AccessToken, 200)
        && case.this.outcome.verdict == Verdict::Denied
        && case.this.outcome.granted.is_empty();
    case.is_entra()
        && (is_empty || case.is_at(Step::AccessToken, 401))
        && !seen::is_granted_something(case)
}

fn tell(case: &Case<'_>) -> Telling {
    let (observed, answer) = (case.observed(), case.decisive());
    let mut telling =
        Telling::error("the registry refuses its identity (401), perhaps only for some minutes")
            .advise("wait with --wait 10m: it shows whether the role begins to work")
            .explain(seen::token_in_words(case));
    if let Some(answer) = answer {
        telling = telling.explain(seen::answer_in_words(answer));
    }
    telling
        .explain(
            "A role that was assigned a moment ago reaches the registry within 1 to 10 minutes. Until then the answer is the \
             same as without any role, so one try cannot tell the two apart.",
        )
        .remedy([
            remedy::wait(&observed.view()),
            remedy::list_assignments(&observed.view()),
        ])
}
