//! The name resolves, and no connection to the registry comes about.

use super::{
    UNTESTED, address_words, addresses, connect_stop, connection, is_private, proxy, tls_stop,
};
use crate::evidence::{ConnectFault, Fact, Step, TlsFault};
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// TCP does not get there, or is cut before TLS stands.
pub static RULE: Rule = Rule {
    name: "registry-unreachable",
    family: Family::Network,
    owner: Owner::Network,
    proof: Proof::Wire,
    summary: "no connection to the registry comes about",
    page: include_str!("registry_unreachable.md"),
    examine,
    tell,
    notice: None,
};

/// How far the packets came.
enum Met<'a> {
    Refused(&'a str),
    Silence(&'a str),
    NoRoute(&'a str),
    Other(&'a str),
    Cut(&'a str),
}

fn met<'a>(case: &Case<'a>) -> Option<(Met<'a>, &'a Fact)> {
    if let Some((connect, fault, fact)) = connect_stop(case) {
        // Where a proxy is in force, it was the proxy that could not be reached.
        if connect.proxy.is_some() {
            return None;
        }
        let met = match fault {
            ConnectFault::Refused(said) => Met::Refused(said),
            ConnectFault::Timeout(said) => Met::Silence(said),
            ConnectFault::Unreachable(said) => Met::NoRoute(said),
            ConnectFault::Other(said) => Met::Other(said),
            ConnectFault::Proxy(_) => return None,
        };
        return Some((met, fact));
    }
    match tls_stop(case)? {
        (_, TlsFault::Broken(said), fact) => Some((Met::Cut(said), fact)),
        _ => None,
    }
}

fn examine(case: &Case<'_>) -> Answer {
    let Some((met, fact)) = met(case) else {
        return match connection(case) {
            Some((_, fact)) if case.stop() > Some(Step::Connect) => {
                Answer::Refuted(Because::new("a connection stood").with_fact(Some(fact)))
            }
            _ => Answer::Silent,
        };
    };
    let because = |text: &str| Because::new(text).with_fact(Some(fact));
    match met {
        Met::Refused(_) => Answer::Confirmed(because("the connection was refused")),
        Met::NoRoute(_) => Answer::Confirmed(because("there is no route to the address")),
        // A private endpoint that this resolver does not know looks the same, and needs another repair.
        Met::Silence(_) => Answer::Consistent(
            Confidence::Likely,
            because("nobody answered at the address")
                .separated_by("the addresses that the same name gives inside the registry's virtual network"),
        ),
        Met::Other(_) => Answer::Consistent(
            Confidence::Likely,
            because("no connection came about").separated_by("curl to the same host from another node"),
        ),
        Met::Cut(_) => Answer::Consistent(
            Confidence::Likely,
            because("the peer ended the connection during the TLS handshake")
                .separated_by("openssl s_client -connect HOST:443 -servername HOST, here and from another network"),
        ),
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let address = address_words(case);
    let telling = match met(case) {
        Some((Met::Refused(said), _)) => Telling::error(format!("the registry refuses connections at {address}"))
            .explain(format!(
                "{address} refused the connection at once ({said}): something is there and says no, a firewall or a machine \
                 without that service."
            )),
        Some((Met::Silence(said), _)) => Telling::error(format!("nobody answers at the registry's address {address}"))
            .explain(format!(
                "No connection to {address} came about ({said}): packets get lost on the way there or back."
            )),
        Some((Met::NoRoute(said), _)) => Telling::error(format!("no way leads from here to the registry's address {address}"))
            .explain(format!("This machine found no route to {address}, or is forbidden to use it ({said}).")),
        Some((Met::Cut(said), _)) => Telling::error(format!("the connection is cut during the TLS handshake with {address}"))
            .explain(format!(
                "TCP to {address} stood, then the peer ended the TLS handshake ({said}). An egress firewall that filters by \
                 server name cuts exactly here; so does a server that does not speak TLS."
            )),
        Some((Met::Other(said), _)) => Telling::error(format!("no connection to {address} comes about"))
            .explain(format!("The connection to {address} failed: {said}.")),
        None => Telling::error("no connection to the registry comes about"),
    };
    telling
        .advise(advice(case))
        .explain(format!("{} {UNTESTED}", path_words(case)))
        .remedy([remedy::check_dns(&observed.view())])
}

fn leads_inside(case: &Case<'_>) -> bool {
    addresses(case).iter().copied().any(is_private)
}

fn advice(case: &Case<'_>) -> &'static str {
    if leads_inside(case) {
        "repair the way to the private endpoint: peering, endpoint, routes, security groups"
    } else {
        "let HTTPS out to the registry (service tag AzureContainerRegistry)"
    }
}

/// Which network has to be looked at.
fn path_words(case: &Case<'_>) -> &'static str {
    if leads_inside(case) {
        return "The address is private, so the way leads through a private endpoint: look at the peering, at the endpoint \
                itself and at the security groups and routes between. No credential was sent.";
    }
    match proxy(case) {
        Some(_) => "A proxy is in force. No credential was sent.",
        None => {
            "The address is public: look at the outbound rules, routes and firewall of this network. If the registry has a \
             private endpoint, its name should have given a private address here. No credential was sent."
        }
    }
}
