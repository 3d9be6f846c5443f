//! Entra gives no answer from here: no way, no name, no secure connection.

use super::UNTESTED;
use super::imds_unreachable::{Silence, said, silence};
use crate::evidence::{Observation, Step, Tls, TlsFault};
use crate::findings::case::Case;
use crate::findings::remedy::{self, Observed};
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// For those who ask Entra itself, not an endpoint of their machine.
pub static RULE: Rule = Rule {
    name: "entra-unreachable",
    family: Family::Identity,
    owner: Owner::Network,
    proof: Proof::Wire,
    summary: "Entra's authority gives no answer from here",
    page: include_str!("entra_unreachable.md"),
    examine,
    tell,
    notice: None,
};

/// True for a principal whose token comes from Entra's own authority.
pub(super) fn asks_entra(case: &Case<'_>) -> bool {
    matches!(
        case.this.cell.principal.kind.as_str(),
        "service-principal" | "workload-identity"
    )
}

/// A handshake with Entra that failed.
fn handshake<'a>(case: &Case<'a>) -> Option<(&'a Tls, &'a TlsFault)> {
    let fact = case
        .this
        .outcome
        .fact
        .filter(|_| case.stop() == Some(Step::IdentityToken))?;
    match &fact.observation {
        Observation::Tls(tls) => Some((tls, tls.fault.as_ref()?)),
        _ => None,
    }
}

fn examine(case: &Case<'_>) -> Answer {
    if !asks_entra(case) {
        return Answer::Silent;
    }
    let because = Because::new("Entra gave no answer")
        .with_fact(case.this.outcome.fact)
        .citing(case.decisive())
        .separated_by("the same address asked with curl -v in the client's own network");
    match (silence(case), handshake(case)) {
        // Something answered, or began to: that need not be Entra.
        (Some(Silence::Broken), _) => Answer::Consistent(Confidence::Likely, because),
        (Some(_), _) | (None, Some(_)) => Answer::Confirmed(because),
        (None, None) => Answer::Silent,
    }
}

/// Where Entra was asked.
fn host(case: &Case<'_>) -> String {
    let by_fact = case
        .this
        .outcome
        .fact
        .and_then(|fact| match &fact.observation {
            Observation::Connect(connect) => Some(connect.host.clone()),
            Observation::Dns(dns) => Some(dns.host.clone()),
            Observation::Tls(tls) => Some(tls.host.clone()),
            _ => None,
        });
    by_fact
        .or_else(|| case.decisive()?.host())
        .unwrap_or_else(|| "the authority".into())
}

/// What happened, and what that usually means.
fn words(silence: Silence) -> (&'static str, &'static str) {
    match silence {
        Silence::Refused => (
            "refuses the connection",
            "Something on the way turned it away: a firewall that rejects, or a proxy's address in a variable where none listens.",
        ),
        Silence::Timeout => (
            "did not answer in time",
            "The packet was dropped: a firewall or a network policy that lets the registry through and not Entra.",
        ),
        Silence::Unreachable => (
            "cannot be reached from this network",
            "This network has no route to the internet.",
        ),
        Silence::Proxy => (
            "is behind a proxy that does not open the way",
            "The proxy has no rule for this address.",
        ),
        Silence::Unresolved => (
            "has a name that does not resolve here",
            "A resolver that knows private zones only, or an authority that is misspelt (AZURE_AUTHORITY_HOST).",
        ),
        Silence::Broken => (
            "gave no usable answer",
            "The connection ended early, or what came is not an answer with a token in it: something in between may have caught \
             the request.",
        ),
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let view = observed.view();
    let host = host(case);
    if let Some((tls, fault)) = handshake(case) {
        let there = Observed {
            login_server: &host,
            ..view
        };
        return insecure(&host, tls, fault)
            .explain(UNTESTED)
            .remedy([remedy::trust_authority(&there)])
            .remedy(remedy::reach_entra(&view, &host));
    }
    let (reason, meaning) = words(silence(case).unwrap_or(Silence::Broken));
    let said = said(case)
        .map(|said| format!(" The system said: {said}."))
        .unwrap_or_default();
    Telling::error(format!("{host}, where it gets its Entra token, {reason}"))
        .advise(format!("let this network reach {host} port 443"))
        .explain(format!("{meaning}{said}"))
        .explain(format!(
            "The registry alone is not enough for a client with an Entra identity: it needs Entra's authority too. The probe asked \
             once, with {} s to answer; a stock Azure SDK would have gone on for a minute or more before it said the same.",
            case.recording.header.timeout_seconds
        ))
        .explain(UNTESTED)
        .remedy(remedy::reach_entra(&view, &host))
}

fn insecure(host: &str, tls: &Tls, fault: &TlsFault) -> Telling {
    let (TlsFault::Untrusted(said)
    | TlsFault::WrongName(said)
    | TlsFault::Expired(said)
    | TlsFault::NotYetValid(said)
    | TlsFault::Timeout(said)
    | TlsFault::Broken(said)) = fault;
    let issuer = tls.chain.first().map_or_else(
        || "No certificate was seen.".to_owned(),
        |leaf| format!("The certificate shown was issued by {}.", leaf.issuer),
    );
    Telling::error(format!(
        "no secure connection to {host}, where it gets its Entra token: {said}"
    ))
    .advise(format!(
        "see who answers for {host} here; where a proxy inspects TLS, let it pass {host} or trust its authority"
    ))
    .explain(format!(
        "{issuer} No secret and no assertion was sent over it. A proxy that inspects TLS shows its own certificate for every \
         address; a wrong clock makes good ones look out of date."
    ))
}
