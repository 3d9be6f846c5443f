//! The token endpoint does not take the form in which it was asked.

use super::{form_in_words, passed_otherwise};
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// 400, 404 or 405 where an access token is asked for.
pub static RULE: Rule = Rule {
    name: "protocol-mismatch",
    family: Family::Node,
    owner: Owner::Caller,
    proof: Proof::Experiment,
    summary: "the token endpoint does not take the form of this client's request",
    page: include_str!("protocol_mismatch.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    let is_form_refused = [400, 404, 405]
        .into_iter()
        .any(|status| case.is_at(Step::AccessToken, status));
    if !is_form_refused {
        return Answer::Silent;
    }
    if let Some(passed) = passed_otherwise(case) {
        return Answer::Confirmed(
            Because::new("the same credential passes in another form")
                .citing(case.decisive())
                .citing(Some(passed)),
        );
    }
    Answer::Consistent(
        Confidence::Possible,
        Because::new("the token endpoint calls the request wrong, not the credential")
            .citing(case.decisive())
            .separated_by("the same pull as another client asks (--flow docker, --flow sdk)"),
    )
}

fn tell(case: &Case<'_>) -> Telling {
    let own = case.decisive().map(form_in_words).unwrap_or_default();
    let status = case.this.outcome.status.unwrap_or_default();
    let flow = &case.recording.header.flow;
    let answers: Vec<String> = case
        .this
        .trace
        .at(Step::AccessToken)
        .map(seen::answer_in_words)
        .collect();
    let telling = Telling::error(format!(
        "the token endpoint does not take {flow}'s request ({own}): {status}"
    ))
    .advise("try another client's form (--flow), then upgrade the client that is refused")
    .explain(format!(
        "{} These statuses speak of the request's form: a wrong password is answered 401.",
        answers.join(" ")
    ));
    let telling = match passed_otherwise(case) {
        Some(passed) => telling.explain(format!(
            "Asked as {}: {}",
            form_in_words(passed),
            seen::answer_in_words(passed)
        )),
        None => telling.explain(
            "An endpoint of ACR's takes POST with a refresh token, and GET with Basic for user names and passwords; a request \
             without a scope, or with a grant that it does not know, is answered 400.",
        ),
    };
    let observed = case.observed();
    telling.remedy([
        remedy::second_opinion(&observed.view()),
        remedy::open_ticket(&observed.view()),
    ])
}
