//! The host answers, and not as a container registry.

use crate::challenge::{self, ChallengeReading};
use crate::evidence::{FailureKind, Step, Transaction};
use crate::findings::answer::{is_proxy_page, is_registry_like};
use crate::findings::case::Case;
use crate::findings::network::{UNTESTED, page_title, registry_answer, said};
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// A first answer without any of a registry's marks.
pub static RULE: Rule = Rule {
    name: "not-a-registry",
    family: Family::Service,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the host answers, but not as a container registry",
    page: include_str!("not_a_registry.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    let Some(answer) = first_answer(case) else {
        return refuted(case);
    };
    if is_registry_like(answer) {
        return Answer::Silent;
    }
    let confidence = match (answer.status, answer.failure.as_ref().map(|one| one.kind)) {
        // These say nothing of who stands there, or have likelier readings.
        (Some(401 | 403 | 500..=599), _) => Confidence::Possible,
        (Some(407 | 429), _) => return Answer::Silent,
        (Some(_), _) if is_proxy_page(answer) => Confidence::Possible,
        (Some(_), _) | (None, Some(FailureKind::Malformed)) => Confidence::Likely,
        (None, Some(FailureKind::Timeout | FailureKind::Closed) | None) => return Answer::Silent,
    };
    Answer::Consistent(
        confidence,
        Because::new("the first answer has none of a registry's marks")
            .citing(Some(answer))
            .separated_by("az acr show --query loginServer, and the headers of /v2/ seen from another network"),
    )
}

fn first_answer<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    registry_answer(case).filter(|one| one.step == Step::Challenge)
}

fn refuted(case: &Case<'_>) -> Answer {
    let as_registries_do = |one: &&Transaction| {
        let reading = challenge::read(one.header_lines("www-authenticate"));
        one.status == Some(401)
            && is_registry_like(one)
            && matches!(reading, ChallengeReading::Bearer(_))
    };
    let challenge = case.this.trace.at(Step::Challenge).find(as_registries_do);
    match challenge {
        Some(answer) if case.stop() > Some(Step::Challenge) => Answer::Refuted(
            Because::new("it asked for a token as a registry does").citing(Some(answer)),
        ),
        _ => Answer::Silent,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let host = &case.this.cell.target.registry;
    let Some(answer) = first_answer(case) else {
        return Telling::error(format!("{host} does not answer as a registry"));
    };
    let status = answer.status.map_or_else(
        || "something that cannot be read as HTTP".to_owned(),
        |status| status.to_string(),
    );
    let title = said(case, answer, page_title).map_or_else(String::new, |title| {
        format!(", with a page titled \"{title}\"")
    });
    Telling::error(format!("{host} does not answer as a registry ({status})"))
        .advise("correct the host to the registry's login server, or repair what leads its name elsewhere")
        .explain(format!(
            "{host} answered {} {} with {status}{title}. A registry answers 401 there, with Docker-Distribution-Api-Version and \
             a Bearer challenge; none of these came. So no credential was sent to it. {UNTESTED}",
            answer.method,
            path(answer)
        ))
        .explain(
            "The host in the reference is the wrong one, DNS or a hosts entry leads it to another server, or a gateway in front \
             of the registry does not pass /v2/ on.",
        )
        .remedy([
            remedy::ask_login_server(&observed.view()),
            remedy::check_dns(&observed.view()),
        ])
}

fn path(answer: &Transaction) -> String {
    url::Url::parse(&answer.url).map_or_else(|_| answer.url.clone(), |url| url.path().to_owned())
}
