//! Nobody may pull without a credential. That is the default, and no problem in itself.

use super::seen;
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::remedy;
use crate::findings::rule::{
    Answer, Because, Confidence, Family, Owner, Proof, Rule, Severity, Telling,
};

/// The anonymous row's 401.
pub static RULE: Rule = Rule {
    name: "anonymous-pull-disabled",
    family: Family::Registry,
    owner: Owner::Nobody,
    proof: Proof::Wire,
    summary: "anonymous pull is off, which is the default of every registry",
    page: include_str!("anonymous_pull_disabled.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    if !case.is_anonymous()
        || case.this.outcome.verdict != Verdict::Denied
        || case.stop() < Some(Step::AccessToken)
    {
        return Answer::Silent;
    }
    if seen::is_granted_something(case) {
        return Answer::Refuted(Because::new(
            "a pull without a credential was tried and granted",
        ));
    }
    if case.this.outcome.status == Some(401) {
        let because =
            Because::new("the token endpoint gives nobody a token").citing(case.decisive());
        return Answer::Consistent(
            Confidence::Likely,
            because.separated_by("az acr show --query anonymousPullEnabled"),
        );
    }
    Answer::Silent
}

fn tell(case: &Case<'_>) -> Telling {
    let required = case.recording.is_required(&case.this.cell);
    let observed = case.observed();
    let reason = "anonymous 401 is normal: this registry is private";
    let telling = if required {
        Telling {
            severity: Severity::Error,
            ..Telling::info("the registry gives nobody a token without a credential (401)")
        }
        .remedy([remedy::enable_anonymous(&observed.view())])
    } else {
        Telling::info(reason).remedy([remedy::leave_anonymous()])
    };
    telling.explain(
        "Anonymous pull is off by default. Asking for a token without a credential is what a container runtime does when it \
         has none, so this 401 is what a pod's event shows when the real refusal came earlier.",
    )
}
