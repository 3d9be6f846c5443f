//! The registry lets the principal pull, and holds this image back.

use crate::evidence::{Step, Transaction};
use crate::findings::answer::is_registry_like;
use crate::findings::case::Case;
use crate::findings::network::{registry_answer, said};
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// A refusal at the manifest, after a token that grants pull.
pub static RULE: Rule = Rule {
    name: "quarantined",
    family: Family::Content,
    owner: Owner::Registry,
    proof: Proof::ControlPlane,
    summary: "the registry holds this image back",
    page: include_str!("quarantined.md"),
    examine,
    tell,
    notice: None,
};

/// The refusal, and whether its words name a quarantine.
fn refusal<'a>(case: &Case<'a>) -> Option<(&'a Transaction, bool)> {
    let answer = registry_answer(case).filter(|one| one.step == Step::Manifest)?;
    let is_refused = matches!(answer.status, Some(401 | 403)) && is_registry_like(answer);
    // A token that leaves pull out would have been the stop.
    let may_pull = case.this.trace.last(Step::AccessToken)?.status == Some(200);
    (is_refused && may_pull).then(|| (answer, said(case, answer, names_quarantine).is_some()))
}

fn names_quarantine(answer: &Transaction) -> Option<()> {
    let (code, message) = answer.registry_error()?;
    let words = format!("{code} {message}").to_ascii_lowercase();
    words.contains("quarantine").then_some(())
}

fn examine(case: &Case<'_>) -> Answer {
    let because = |text: &str, answer| {
        Because::new(text)
            .citing(case.this.trace.last(Step::AccessToken))
            .citing(Some(answer))
            .separated_by(
                "the words of the refusal (--flow sdk, whose GET has a body), and az acr show --query \
                 policies.quarantinePolicy.status",
            )
    };
    match refusal(case) {
        Some((answer, true)) => Answer::Consistent(
            Confidence::Likely,
            because("the refusal names a quarantine", answer),
        ),
        // A 401 without these words is about the token, or about the source behind a cache rule.
        Some((answer, false)) if answer.status == Some(403) => Answer::Consistent(
            Confidence::Possible,
            because(
                "the token grants pull, and this manifest is refused without a reason",
                answer,
            ),
        ),
        _ => Answer::Silent,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let Some((answer, is_named)) = refusal(case) else {
        return Telling::error("the registry holds this image back");
    };
    let status = answer.status.unwrap_or_default();
    let reason = match is_named {
        true => format!("the registry holds this image in quarantine ({status})"),
        false => format!("the registry allows the pull and refuses this image ({status})"),
    };
    let telling = Telling::error(reason)
        .advise("release the image, or find out what locks it")
        .explain(format!(
            "The token endpoint granted pull on {}, so neither role nor network is in the way. {}",
            case.this.cell.target.repository,
            seen::answer_in_words(answer)
        ));
    let telling = match is_named {
        true => telling,
        false => telling.explain(
            "The answer to a HEAD request has no words. A quarantine and a lock (readEnabled false) are the two ways known in \
             which one image is held back; no public recording shows the answer of either.",
        ),
    };
    telling.remedy([
        remedy::ask_held_back(&observed.view()),
        remedy::release(&observed.view()),
    ])
}
