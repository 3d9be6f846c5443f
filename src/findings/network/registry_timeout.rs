//! The registry was reached, and its answer did not come in time.

use super::{UNTESTED, address_words, asker, proxy, registry_answer, tls_stop};
use crate::evidence::{FailureKind, TlsFault, Transaction};
use crate::findings::case::Case;
use crate::findings::remedy::{self, Observed};
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// A connection that stood, and silence.
pub static RULE: Rule = Rule {
    name: "registry-timeout",
    family: Family::Network,
    owner: Owner::Network,
    proof: Proof::Wire,
    summary: "the registry was reached and did not answer in time",
    page: include_str!("registry_timeout.md"),
    examine,
    tell,
    notice: None,
};

fn late<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    registry_answer(case).filter(|one| {
        one.failure
            .as_ref()
            .is_some_and(|failure| failure.kind == FailureKind::Timeout)
    })
}

fn examine(case: &Case<'_>) -> Answer {
    if let Some(request) = late(case) {
        let because =
            Because::new("the request was sent and no answer came in time").citing(Some(request));
        // Behind a proxy the silence may be the proxy's.
        return match proxy(case) {
            None => Answer::Confirmed(because),
            Some(_) => Answer::Consistent(
                Confidence::Likely,
                because.separated_by("the same request past the proxy (NO_PROXY)"),
            ),
        };
    }
    match tls_stop(case) {
        Some((_, TlsFault::Timeout(_), fact)) => Answer::Consistent(
            Confidence::Likely,
            Because::new("TCP stood and the TLS handshake did not end in time")
                .with_fact(Some(fact))
                .separated_by("a longer --timeout, and the largest packet that gets through (MTU)"),
        ),
        _ => Answer::Silent,
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let view = Observed {
        principal: asker(case),
        ..observed.view()
    };
    let limit = case.recording.header.timeout_seconds;
    let address = address_words(case);
    let telling = match (late(case), tls_stop(case)) {
        (Some(request), _) => Telling::error(format!(
            "the registry did not answer at {} within {limit} s",
            request.step.name()
        ))
        .explain(format!(
            "The connection to {address} stood and {} was sent; {:.0} ms later there was still no answer. Nothing is known \
             about rights. Later steps are untested.",
            request.method, request.elapsed_ms
        )),
        (None, Some((tls, ..))) => Telling::error(format!(
            "the TLS handshake with {address} did not end within {limit} s"
        ))
        .explain(format!(
            "TCP to {address} stood, and {:.0} ms later the TLS handshake was not through. Certificates make the first large \
             packets of a connection: where only those get lost, the path's packet size (MTU) is too small. {UNTESTED}",
            tls.elapsed_ms
        )),
        (None, None) => Telling::error("the registry did not answer in time"),
    };
    telling
        .advise("try a longer --timeout; granted then means a slow path, else look at firewall, tunnel and packet size")
        .explain(
            "The kubelet's older credential providers gave up after 10 s, newer ones after 60 s; so an answer that is slow here \
             may be none on the node.",
        )
        .remedy([
            remedy::wait(&view),
            remedy::open_ticket(&view),
        ])
}
