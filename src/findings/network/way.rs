//! The way to the registry in one paragraph, for every finding of this family: what a network team asks
//! first.

use super::{address_words, addresses, aliases, common_name, connection, dns, proxy, tls_stop};
use crate::evidence::{Observation, Step, Tls};
use crate::findings::case::Case;
use std::net::IpAddr;

/// `The way there: reg.azurecr.io → reg.privatelink.azurecr.io → 20.1.2.3, from 10.224.0.4, …`; none
/// where nothing is known of it.
pub(in crate::findings) fn way(case: &Case<'_>) -> Option<String> {
    let (resolved, _) = dns(case)?;
    let mut names = vec![resolved.host.as_str()];
    names.extend(aliases(case).iter().map(String::as_str));
    let mut text = format!("The way there: {}", names.join(" → "));
    if !addresses(case).is_empty() {
        text.push_str(&format!(" → {}", address_words(case)));
    }
    match (proxy(case), connection(case).and_then(|(one, _)| one.from)) {
        (Some(proxy), _) => text.push_str(&format!(", through the proxy {proxy}")),
        (None, Some(from)) if !is_own_machine(from) => {
            text.push_str(&format!(", without a proxy, from {from}"));
        }
        (None, _) => text.push_str(", without a proxy"),
    }
    if let Some(issuer) = issuer(case) {
        text.push_str(&format!("; certificate issued by {issuer}"));
    }
    Some(text + ".")
}

/// To the simulator, or to a forwarder on this machine: no route is told by it.
fn is_own_machine(address: IpAddr) -> bool {
    address.is_loopback()
}

/// Who issued the certificate that was shown, accepted or not.
fn issuer(case: &Case<'_>) -> Option<String> {
    let shown = |one: &Observation| match one {
        Observation::Tls(Tls { chain, .. }) => Some(common_name(&chain.first()?.issuer)),
        _ => None,
    };
    let seen = case.this.trace.facts_at(Step::Tls);
    let refused = tls_stop(case).map(|(_, _, fact)| fact);
    seen.chain(refused)
        .find_map(|fact| shown(&fact.observation))
}
