//! The registry has a private endpoint, and this resolver gives a public address.

use super::data_endpoint_blocked::missed_data_record;
use super::firewall_ip::Forbidden;
use super::{address_words, addresses, aliases, connect_stop, dns, is_private};
use crate::evidence::{ConnectFault, Transaction};
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// The private way exists and was missed.
pub static RULE: Rule = Rule {
    name: "private-dns",
    family: Family::Network,
    owner: Owner::Network,
    proof: Proof::Wire,
    summary: "the name leads past the registry's private endpoint",
    page: include_str!("private_dns.md"),
    examine,
    tell,
    notice: None,
};

/// What the names that were resolved tell.
fn examine(case: &Case<'_>) -> Answer {
    let resolved = dns(case).map(|(_, fact)| fact);
    if missed_data_record(case).is_some() {
        return Answer::Consistent(
            Confidence::Likely,
            Because::new(
                "the registry's name is private here, the name of its data endpoint is not",
            )
            .with_fact(resolved)
            .with_fact(case.this.outcome.fact)
            .citing(case.decisive())
            .separated_by(
                "the records of the private zone (az network private-dns record-set a list)",
            ),
        );
    }
    let Some(met) = stopped_outside(case) else {
        return Answer::Silent;
    };
    let addresses = addresses(case);
    if addresses.is_empty() {
        return Answer::Silent;
    }
    if addresses.iter().copied().any(is_private) {
        let because = Because::new("the name led to a private address");
        return Answer::Refuted(because.with_fact(resolved));
    }
    match (Chain::of(case), met) {
        (Chain::Private, Met::Refusal(answer)) => Answer::Consistent(
            Confidence::Likely,
            Because::new("the name passes privatelink and led to a public address")
                .with_fact(resolved)
                .citing(Some(answer))
                .separated_by(SEPARATE),
        ),
        (Chain::Private, Met::Silence) => Answer::Consistent(
            Confidence::Possible,
            Because::new("the name passes privatelink and led to a public address")
                .with_fact(resolved)
                .with_fact(case.this.outcome.fact)
                .separated_by(SEPARATE),
        ),
        (Chain::Public, _) => {
            let because = Because::new("no privatelink in the name's CNAME chain");
            Answer::Refuted(because.with_fact(resolved))
        }
        (Chain::Unknown, Met::Silence) => Answer::Silent,
        (Chain::Unknown, Met::Refusal(answer)) => Answer::Consistent(
            Confidence::Possible,
            Because::new("the 403 came while the name led to a public address")
                .with_fact(resolved)
                .citing(Some(answer))
                .separated_by(format!(
                    "the name's CNAME (dig {} CNAME): privatelink in it, and a public address here",
                    case.this.cell.target.registry
                )),
        ),
    }
}

/// What tells a private endpoint that was missed from one that this client is not meant to use.
const SEPARATE: &str = "the same name asked inside the registry's virtual network: a private address \
                        there, and this client belongs to it";

/// How a client that comes from outside is stopped.
enum Met<'a> {
    Refusal(&'a Transaction),
    Silence,
}

fn stopped_outside<'a>(case: &Case<'a>) -> Option<Met<'a>> {
    if let Some((_, ConnectFault::Timeout(_), _)) = connect_stop(case) {
        return Some(Met::Silence);
    }
    let forbidden = Forbidden::of(case)?;
    (forbidden.is_own && !forbidden.knows_caller(case)).then_some(Met::Refusal(forbidden.answer))
}

/// What the CNAME chain says of a private endpoint.
pub(super) enum Chain {
    /// It passes the private zone: the registry has a private endpoint.
    Private,
    /// It does not.
    Public,
    /// The resolver gave none.
    Unknown,
}

impl Chain {
    pub(super) fn of(case: &Case<'_>) -> Self {
        let is_private = |name: &String| name.split('.').any(|label| label == "privatelink");
        match aliases(case) {
            [] => Self::Unknown,
            some if some.iter().any(is_private) => Self::Private,
            _ => Self::Public,
        }
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let view = observed.view();
    let remedies = [
        remedy::ask_private_zone(&view),
        remedy::link_private_zone(&view),
    ];
    match missed_data_record(case) {
        Some(host) => Telling::error(format!(
            "the private zone lacks the record of the registry's data endpoint {host}"
        ))
        .advise(format!("add the record of {host} to the private zone"))
        .explain(format!(
            "{} led to {}, the private endpoint; the layers' host {host} did not. A private endpoint needs one record for the \
             registry and one for each data endpoint; with only the first, manifests come and layers do not.",
            view.login_server,
            address_words(case)
        )),
        None => Telling::error("the registry's name leads past its private endpoint")
            .advise("link the private zone to the network whose resolver was asked")
            .explain(format!(
                "{} led to {} here, and the registry does not answer to what comes from the public network. {}",
                view.login_server,
                address_words(case),
                match Chain::of(case) {
                    Chain::Private => "Its CNAME chain passes privatelink, so there is a private endpoint that this resolver \
                                       gives no address of. A client that is meant to come from outside needs a firewall \
                                       rule instead.",
                    Chain::Public | Chain::Unknown => "The CNAME chain of the name was not seen; with privatelink in it there \
                                                       is a private endpoint that this resolver does not know.",
                }
            )),
    }
    .remedy(remedies)
}
