//! The registry has a private endpoint, and this resolver gives a public address.

use super::data_endpoint_blocked::missed_data_record;
use super::firewall_ip::Forbidden;
use super::{address_words, addresses, dns, is_private};
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

/// What the names that were resolved tell. Their CNAME chain, which would settle it, is not recorded.
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
    let Some(forbidden) = Forbidden::of(case).filter(|one| one.is_own && !one.knows_caller(case))
    else {
        return Answer::Silent;
    };
    match addresses(case) {
        [] => Answer::Silent,
        some if some.iter().copied().any(is_private) => {
            Answer::Refuted(Because::new("the name led to a private address").with_fact(resolved))
        }
        _ => Answer::Consistent(
            Confidence::Possible,
            Because::new("the 403 came while the name led to a public address")
                .with_fact(resolved)
                .citing(Some(forbidden.answer))
                .separated_by(format!(
                    "the name's CNAME (dig {} CNAME): privatelink in it, and a public address here",
                    case.this.cell.target.registry
                )),
        ),
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
        None => Telling::error("the registry's name leads past its private endpoint (403)")
            .advise("link the private zone to the network whose resolver was asked")
            .explain(format!(
                "{} led to {} here, and the registry refused what came from the public network. The CNAME chain of the name was \
                 not seen; with privatelink in it there is a private endpoint that this resolver does not know.",
                view.login_server,
                address_words(case)
            )),
    }
    .remedy(remedies)
}
