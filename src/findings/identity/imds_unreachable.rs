//! The endpoint that hands out identity tokens gives no answer from here.

use super::entra_unreachable::asks_entra;
use super::{UNTESTED, stopped_by};
use crate::evidence::{ConnectFault, FailureKind, Observation, Step, Transaction};
use crate::findings::answer::is_proxy_page;
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// No connection, or no answer on it.
pub static RULE: Rule = Rule {
    name: "imds-unreachable",
    family: Family::Identity,
    owner: Owner::Network,
    proof: Proof::Wire,
    summary: "the identity endpoint (IMDS) gives no answer from here",
    page: include_str!("imds_unreachable.md"),
    examine,
    tell,
    notice: None,
};

/// How the answer failed to come.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Silence {
    Refused,
    Timeout,
    Unreachable,
    Proxy,
    Unresolved,
    Broken,
}

fn examine(case: &Case<'_>) -> Answer {
    let silence = silence(case);
    if asks_entra(case) || (silence.is_none() && page(case).is_none()) {
        return Answer::Silent;
    }
    let because = Because::new("the identity endpoint gave no answer")
        .with_fact(case.this.outcome.fact)
        .citing(case.decisive())
        .separated_by("the same question from the node's own network (curl to 169.254.169.254)");
    match silence {
        // Something answered, or began to: that need not be IMDS.
        None | Some(Silence::Broken) => Answer::Consistent(Confidence::Likely, because),
        Some(
            Silence::Refused
            | Silence::Timeout
            | Silence::Unreachable
            | Silence::Proxy
            | Silence::Unresolved,
        ) => Answer::Confirmed(because),
    }
}

/// A page in place of an answer. IMDS speaks JSON, also where it fails; proxies fail in HTML.
pub(super) fn page<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    stopped_by(case).filter(|answer| {
        let kind = answer.header("content-type").unwrap_or_default();
        let fails_in_html = matches!(answer.status, Some(500..=599)) && kind.contains("text/html");
        fails_in_html || is_proxy_page(answer)
    })
}

/// How it was, where this cell stopped so.
pub(super) fn silence(case: &Case<'_>) -> Option<Silence> {
    if case.stop() != Some(Step::IdentityToken) {
        return None;
    }
    if let Some(fact) = case.this.outcome.fact {
        return match &fact.observation {
            Observation::Connect(connect) => connect.fault.as_ref().map(connect_silence),
            Observation::Dns(dns) => dns.fault.as_ref().map(|_| Silence::Unresolved),
            _ => None,
        };
    }
    let answer = case.decisive()?;
    // A success that ends the walk held no token.
    if matches!(answer.status, Some(200..=299)) {
        return Some(Silence::Broken);
    }
    Some(match answer.failure.as_ref()?.kind {
        FailureKind::Timeout => Silence::Timeout,
        FailureKind::Closed | FailureKind::Malformed => Silence::Broken,
    })
}

fn connect_silence(fault: &ConnectFault) -> Silence {
    match fault {
        ConnectFault::Refused(_) => Silence::Refused,
        ConnectFault::Timeout(_) => Silence::Timeout,
        ConnectFault::Unreachable(_) => Silence::Unreachable,
        ConnectFault::Proxy(_) => Silence::Proxy,
        ConnectFault::Other(_) => Silence::Broken,
    }
}

/// Where the token was asked for. A simulated endpoint has another port each time.
fn endpoint(case: &Case<'_>) -> String {
    if case.recording.header.simulated.is_some() {
        return "169.254.169.254".into();
    }
    let fact = case.this.outcome.fact.map(|fact| &fact.observation);
    match fact {
        Some(Observation::Connect(connect)) => format!("{}:{}", connect.host, connect.port),
        Some(Observation::Dns(dns)) => dns.host.clone(),
        _ => case
            .decisive()
            .and_then(|one| one.host())
            .unwrap_or_else(|| "169.254.169.254".into()),
    }
}

/// What the system or the transport said.
pub(super) fn said<'a>(case: &Case<'a>) -> Option<&'a str> {
    let by_fact = case
        .this
        .outcome
        .fact
        .and_then(|fact| match &fact.observation {
            Observation::Connect(connect) => connect.fault.as_ref().map(|fault| match fault {
                ConnectFault::Refused(said)
                | ConnectFault::Timeout(said)
                | ConnectFault::Unreachable(said)
                | ConnectFault::Proxy(said)
                | ConnectFault::Other(said) => said.as_str(),
            }),
            Observation::Dns(dns) => dns.fault.as_ref().map(|fault| fault.message.as_str()),
            _ => None,
        });
    by_fact.or_else(|| Some(case.decisive()?.failure.as_ref()?.message.as_str()))
}

/// What happened, and what that usually means.
fn words(silence: Silence) -> (&'static str, &'static str) {
    match silence {
        Silence::Refused => (
            "the identity endpoint refuses the connection",
            "Refused means that the packet got somewhere and was turned away: a firewall rule on the node (AKS can restrict IMDS \
             for pods this way), a network policy that rejects, or a machine on which nothing listens there.",
        ),
        Silence::Timeout => (
            "the identity endpoint did not answer in time",
            "No answer means that the packet was dropped: a network policy that drops, or a machine that is no Azure virtual \
             machine.",
        ),
        Silence::Unreachable => (
            "there is no way to the identity endpoint from here",
            "Unreachable means that this network has no route there: a pod without the host's network, or a machine that is no \
             Azure virtual machine.",
        ),
        Silence::Proxy => (
            "a proxy stands before the identity endpoint and does not open the way",
            "The address leads nowhere but to the machine itself, so no proxy can reach it: 169.254.169.254 must be in NO_PROXY.",
        ),
        Silence::Unresolved => (
            "the name of the identity endpoint does not resolve",
            "This platform's endpoint is named by an environment variable (IDENTITY_ENDPOINT or MSI_ENDPOINT); the name in it is \
             wrong or belongs to another machine.",
        ),
        Silence::Broken => (
            "the identity endpoint gave no usable answer",
            "The connection ended early, or what came is not an answer with a token in it: something in between may have caught \
             the request.",
        ),
    }
}

/// The same, where a page came.
const PAGE: (&str, &str) = (
    "a proxy's page came in place of the identity endpoint's answer",
    "The endpoint speaks JSON. The probe asks it past any proxy in the environment, so the network itself hands what is \
     meant for 169.254.169.254 to something that cannot reach it: a transparent proxy, or a rule that redirects port 80.",
);

fn tell(case: &Case<'_>) -> Telling {
    let (reason, meaning) = silence(case).map_or(PAGE, words);
    let endpoint = endpoint(case);
    let said = said(case)
        .map(|said| format!(" The system said: {said}."))
        .unwrap_or_default();
    let mut telling = Telling::error(format!("{reason} ({endpoint})"))
        .advise("let this network reach 169.254.169.254 port 80, past any proxy")
        .explain(format!(
            "A managed identity gets its Entra token from {endpoint}, and from there only.{said} {meaning}"
        ))
        .explain(format!(
            "A pod and its node have two network namespaces, and only the client's own counts. The probe asked once, with {} s to \
             answer; a stock Azure SDK would have tried for about 100 s before it said the same.",
            case.recording.header.timeout_seconds
        ));
    if let Some(answer) = page(case) {
        telling = telling.explain(seen::answer_in_words(answer));
    }
    if let Some(event) = seen::event_in_words(case) {
        telling = telling.explain(event);
    }
    telling
        .explain(UNTESTED)
        .remedy(remedy::imds_egress())
        .remedy([remedy::proxy_bypass(&case.observed().view())])
}
