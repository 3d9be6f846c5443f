//! A credential was sent in a header that is too small for it.

use crate::evidence::{Step, Transaction};
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy::{Remedy, RemedyKind};
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// 400 with the words of the server before the registry, or 413.
pub static RULE: Rule = Rule {
    name: "token-too-large",
    family: Family::Passwords,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the credential is too large for a request header",
    page: include_str!("token_too_large.md"),
    examine,
    tell,
    notice: None,
};

const WORDS: &str = "request header or cookie too large";

fn examine(case: &Case<'_>) -> Answer {
    let Some(answer) = case
        .decisive()
        .filter(|_| case.stop() >= Some(Step::RefreshToken))
    else {
        return Answer::Silent;
    };
    let because = Because::new("the request was refused for its size")
        .citing(Some(answer))
        .separated_by("the same credential exchanged by POST, where it is in the body");
    match answer.status {
        Some(400) if says_so(answer) => Answer::Confirmed(because),
        Some(413 | 431) => Answer::Consistent(Confidence::Likely, because),
        _ => Answer::Silent,
    }
}

fn says_so(answer: &Transaction) -> bool {
    answer
        .body
        .as_deref()
        .is_some_and(|body| body.to_ascii_lowercase().contains(WORDS))
}

fn tell(case: &Case<'_>) -> Telling {
    let answer = case.decisive();
    let status = answer.and_then(|one| one.status).unwrap_or_default();
    let via = answer
        .and_then(|one| one.header("via"))
        .map(|via| format!(" It came through {via}: the limit may be that proxy's."))
        .unwrap_or_default();
    Telling::error(format!("its credential is too large for the request ({status})"))
        .advise("exchange the token by POST first (az acr login does), and use the short ACR token")
        .explain(format!(
            "{}{via}",
            answer.map(seen::answer_in_words).unwrap_or_default()
        ))
        .explain(
            "Headers have a size limit, and a Basic header makes a token a third larger. Entra tokens of people in many groups \
             pass it at about 6 KB. Sent in the body of POST /oauth2/exchange the same token is accepted. Whether it has the \
             right to pull is untested.",
        )
        .remedy([Remedy {
            kind: RemedyKind::Note,
            who: "whoever configures the client; an Entra administrator for the groups claim".to_owned(),
            takes_effect: "with the next token".to_owned(),
            text: "Let the client exchange the Entra token at the registry and present what it gets; or use an identity in fewer \
                   groups (a managed identity, a service principal); or limit the groups claim of the application."
                .to_owned(),
        }])
}
