//! The credential is good; the way in which this client asks is refused.

use super::{form_in_words, passed_otherwise};
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy::quote::shell_word;
use crate::findings::remedy::{Remedy, RemedyKind};
use crate::findings::rule::{Answer, Because, Family, Owner, Proof, Rule, Telling};

/// Refused as the client asks, granted as another does.
pub static RULE: Rule = Rule {
    name: "client-flow-differs",
    family: Family::Node,
    owner: Owner::Caller,
    proof: Proof::Experiment,
    summary: "this client's way of asking is refused, another's is granted",
    page: include_str!("client_flow_differs.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    if !case.is_at(Step::AccessToken, 401) && !case.is_at(Step::AccessToken, 403) {
        return Answer::Silent;
    }
    match passed_otherwise(case) {
        Some(passed) => Answer::Confirmed(
            Because::new("the same credential is granted the same scope when it is asked for in another form")
                .citing(case.decisive())
                .citing(Some(passed)),
        ),
        None => Answer::Silent,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let own = case.decisive().map(form_in_words).unwrap_or_default();
    let passed = passed_otherwise(case);
    let other = passed.map(form_in_words).unwrap_or_default();
    let varied = passed
        .and_then(|one| one.experiment.as_deref())
        .unwrap_or("another form");
    let flow = &case.recording.header.flow;
    let answers: Vec<String> = case
        .this
        .trace
        .at(Step::AccessToken)
        .map(seen::answer_in_words)
        .collect();
    Telling::error(format!(
        "the registry refuses the form in which {flow} asks ({own}) and grants the same in another ({other})"
    ))
    .advise("use a version of the client that asks in the form that passes")
    .explain(format!(
        "As {flow} asks: {} With one thing varied ({varied}; {other}): {}",
        answers.join(" "),
        passed.map(seen::answer_in_words).unwrap_or_default()
    ))
    .explain("So the credential and its right are in order; roles and passwords need no change.")
    .remedy([other_flow(case)])
}

/// The same pull as the other clients ask.
fn other_flow(case: &Case<'_>) -> Remedy {
    let image = shell_word(&case.this.cell.target.image);
    let principal = shell_word(case.principal());
    let lines: String = ["containerd", "docker", "sdk"]
        .into_iter()
        .filter(|flow| *flow != case.recording.header.flow)
        .map(|flow| format!("acr-probe run {image} --principal {principal} --flow {flow}\n"))
        .collect();
    Remedy {
        kind: RemedyKind::Check,
        who: "whoever ran this probe, in the same place".into(),
        takes_effect: "it only reads; then upgrade the client that is refused".into(),
        text: lines,
    }
}
