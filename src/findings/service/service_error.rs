//! The registry itself failed: a 5xx, or an answer that cannot be used.

use crate::evidence::{FailureKind, Step, Transaction};
use crate::findings::answer::{is_proxy_page, is_registry_like};
use crate::findings::case::Case;
use crate::findings::network::geo_replica_routing;
use crate::findings::network::proxy_in_the_way::is_registrys_front;
use crate::findings::network::{asker, registry_answer};
use crate::findings::outcome::Verdict;
use crate::findings::remedy::{self, Observed};
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// An answer that says nothing about rights.
pub static RULE: Rule = Rule {
    name: "service-error",
    family: Family::Service,
    owner: Owner::Service,
    proof: Proof::Wire,
    summary: "the registry itself failed",
    page: include_str!("service_error.md"),
    examine,
    tell,
    notice: None,
};

/// What came in place of a usable answer.
enum Met {
    Status(u16),
    NoToken(u16),
    Cut,
    Unreadable,
}

fn met<'a>(case: &Case<'a>) -> Option<(Met, &'a Transaction)> {
    let answer = registry_answer(case)?;
    let met = match (answer.status, answer.failure.as_ref().map(|one| one.kind)) {
        (Some(status @ 500..=599), _) => Met::Status(status),
        (Some(status @ 200..=299), _) if lacks_token(case, answer) => Met::NoToken(status),
        (None, Some(FailureKind::Closed)) => Met::Cut,
        (None, Some(FailureKind::Malformed)) => Met::Unreadable,
        _ => return None,
    };
    Some((met, answer))
}

/// A token endpoint's success without a token. A token that grants too little is a refusal, and no fault.
fn lacks_token(case: &Case<'_>, answer: &Transaction) -> bool {
    matches!(answer.step, Step::RefreshToken | Step::AccessToken)
        && case.this.outcome.verdict == Verdict::Unreachable
}

fn examine(case: &Case<'_>) -> Answer {
    let Some((met, answer)) = met(case) else {
        return Answer::Silent;
    };
    let (text, separate) = match met {
        Met::Status(status) => (
            format!("{status}: the registry failed"),
            "the same request after some minutes (--wait 5m)",
        ),
        Met::NoToken(status) => (
            format!("{status} without a token in it"),
            "the same request after some minutes (--wait 5m)",
        ),
        Met::Cut => (
            "the connection ended before the answer".to_owned(),
            "the same request again, and from another network",
        ),
        Met::Unreadable => (
            "the answer cannot be read".to_owned(),
            "the same request with curl -v, and from another network",
        ),
    };
    Answer::Consistent(
        confidence(case, &met, answer),
        Because::new(text)
            .citing(Some(answer))
            .separated_by(separate),
    )
}

fn confidence(case: &Case<'_>, met: &Met, answer: &Transaction) -> Confidence {
    match met {
        // Another region that does not fail is a replica's fault.
        _ if geo_replica_routing::is_elsewhere(case) => Confidence::Possible,
        // A password with stray bytes is answered by a 500 too, and then others pass.
        Met::Status(500) if case.is_password() && others_pass(case, answer.step) => {
            Confidence::Possible
        }
        Met::Status(_) if is_registry_like(answer) || is_registrys_front(answer) => {
            Confidence::Likely
        }
        Met::NoToken(_) if !is_proxy_page(answer) => Confidence::Likely,
        Met::Status(_) | Met::NoToken(_) | Met::Cut | Met::Unreadable => Confidence::Possible,
    }
}

/// True where somebody else got through the step that failed here.
fn others_pass(case: &Case<'_>, step: Step) -> bool {
    case.others().any(|other| {
        let asked = other.trace.last(step);
        asked.is_some_and(|one| one.status == Some(200)) && other.outcome.stopped_at != Some(step)
    })
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let view = Observed {
        principal: asker(case),
        ..observed.view()
    };
    let Some((met, answer)) = met(case) else {
        return Telling::error("the registry itself failed");
    };
    let step = answer.step.name();
    let waited = answer.elapsed_ms;
    let failure = answer
        .failure
        .as_ref()
        .map_or("", |failure| failure.message.as_str());
    let (reason, seen) = match met {
        Met::Status(status) => (
            format!("the registry itself failed at {step} ({status})"),
            format!("At {step} the registry answered {status} after {waited:.0} ms."),
        ),
        Met::NoToken(status) => (
            format!("the registry answered {status} at {step} without a token"),
            format!(
                "At {step} the registry answered {status} after {waited:.0} ms, and its body holds no token."
            ),
        ),
        Met::Cut => (
            format!("the connection ended before the answer at {step}"),
            format!(
                "At {step} the request was sent, and {waited:.0} ms later the connection ended without an answer ({failure}). \
                 The registry may have failed, or something on the path cut the connection."
            ),
        ),
        Met::Unreadable => (
            format!("the answer at {step} cannot be read"),
            format!("At {step} something came that cannot be read as an answer ({failure})."),
        ),
    };
    Telling::error(reason)
        .advise("try again in some minutes; if it stays, open a support request with the correlation id")
        .explain(format!("{seen} {}", correlation(answer)).trim_end())
        .explain(
            "It says nothing about rights, and later steps are untested. A disturbance passes. Where the registry is encrypted \
             with a key of yours, see whether the key, its vault and the identity that reads it are still there.",
        )
        .remedy([
            remedy::wait(&view),
            remedy::second_opinion(&view),
            remedy::open_ticket(&view),
        ])
}

fn correlation(answer: &Transaction) -> String {
    match &answer.correlation_id {
        Some(id) => format!("Its correlation id, for support, is {id}."),
        // Where nothing readable came there is nothing that could bear one.
        None if answer.status.is_none() => String::new(),
        None => "It bears no correlation id, so it may not be the registry's own.".to_owned(),
    }
}
