//! The resolver says that the registry's name does not exist.

use super::{UNTESTED, dns};
use crate::evidence::{Dns, Fact, Fault, Observation, Step};
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};
use crate::findings::words::listed;

/// A name without an address.
pub static RULE: Rule = Rule {
    name: "dns-nxdomain",
    family: Family::Network,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the registry's name does not exist for this resolver",
    page: include_str!("dns_nxdomain.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    match failed(case) {
        Some((_, fault, fact)) if is_absent(fault) => Answer::Confirmed(
            Because::new("the resolver says that the name does not exist").with_fact(Some(fact)),
        ),
        // The resolver was silent or in trouble: the name may well exist.
        Some((dns, _, fact)) => Answer::Consistent(
            Confidence::Possible,
            Because::new("the resolver gave no answer about the name")
                .with_fact(Some(fact))
                .separated_by(format!(
                    "getent hosts {}, again and on another node",
                    dns.host
                )),
        ),
        None => refuted(case),
    }
}

fn refuted(case: &Case<'_>) -> Answer {
    match dns(case) {
        Some((dns, fact)) if case.stop() > Some(Step::Resolve) && is_resolved(dns) => {
            let addresses: Vec<String> = dns.addresses.iter().map(ToString::to_string).collect();
            Answer::Refuted(
                Because::new(format!("the name resolved to {}", listed(&addresses)))
                    .with_fact(Some(fact)),
            )
        }
        _ => Answer::Silent,
    }
}

/// An address that the user gave says nothing about the name.
fn is_resolved(dns: &Dns) -> bool {
    matches!(dns.source.as_str(), "resolver" | "scenario") && !dns.addresses.is_empty()
}

fn failed<'a>(case: &Case<'a>) -> Option<(&'a Dns, &'a Fault, &'a Fact)> {
    let fact = case.this.outcome.fact?;
    match &fact.observation {
        Observation::Dns(dns) if fact.step == Step::Resolve => {
            Some((dns, dns.fault.as_ref()?, fact))
        }
        _ => None,
    }
}

fn is_absent(fault: &Fault) -> bool {
    fault.kind == "nxdomain"
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let Some((dns, fault, _)) = failed(case) else {
        return Telling::error("the registry's name has no address");
    };
    let host = &dns.host;
    let telling = if is_absent(fault) {
        Telling::error(format!(
            "the registry's name does not exist for this resolver ({host})"
        ))
        .advise(format!(
            "compare {host} with the registry's loginServer, letter by letter"
        ))
        .explain(format!(
            "The resolver was asked for {host} and answered after {:.0} ms that there is no such name ({}). So no connection \
             was tried and no credential was sent. {UNTESTED}",
            dns.elapsed_ms, fault.message
        ))
        .explain(
            "The name is misspelt, the registry was deleted or made a minute ago, or only a private zone knows the name and \
             this resolver does not see that zone.",
        )
    } else {
        Telling::error(format!(
            "the resolver gave no answer about the registry's name ({host})"
        ))
        .advise("look at this node's DNS first: the name itself may be fine")
        .explain(format!(
            "The resolver was asked for {host} and gave no usable answer in {:.0} ms ({}). That is not \"no such name\": \
             whether the name exists is unknown. No connection was tried and no credential was sent. {UNTESTED}",
            dns.elapsed_ms, fault.message
        ))
    };
    telling.remedy([remedy::check_dns(&observed.view())])
}
