//! Names, routes, certificates, clocks, firewalls.
//!
//! What the rules of this family read of a cell's facts is read here, once; what it means is theirs.

pub mod clock_skew;
pub mod data_endpoint_blocked;
pub mod dns_nxdomain;
pub mod firewall_ip;
pub mod geo_replica_routing;
pub mod private_dns;
pub mod proxy_in_the_way;
pub mod public_access_disabled;
pub mod registry_timeout;
pub mod registry_unreachable;
#[cfg(test)]
pub(super) mod tests;
pub mod tls_interception;
pub mod tls_name_mismatch;
mod way;

pub(super) use way::way;

use super::case::Case;
use super::outcome::Verdict;
use super::words::listed;
use crate::evidence::{
    Connect, ConnectFault, Dns, Fact, Observation, Step, Tls, TlsFault, Transaction,
};
use std::net::IpAddr;

/// What the explanations of a stop before any right was judged end with.
pub(super) const UNTESTED: &str = "This holds whoever asks. Later steps are untested.";

/// The decisive answer where the registry itself was asked, and not IMDS, Entra or the probe's own gate.
pub(super) fn registry_answer<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    let answer = case.decisive()?;
    let was_asked = matches!(
        answer.step,
        Step::Challenge | Step::RefreshToken | Step::AccessToken | Step::Manifest
    );
    let decided = case.stop() == Some(answer.step);
    (was_asked && decided && case.this.outcome.verdict != Verdict::Withheld).then_some(answer)
}

/// What `read` finds in this answer, or in another of the same registry with the same status: the
/// answer to a HEAD has no body, and the same refusal of a GET beside it may have one.
pub(super) fn said<'a, T>(
    case: &Case<'a>,
    answer: &'a Transaction,
    read: impl Fn(&'a Transaction) -> Option<T>,
) -> Option<T> {
    let registry = &case.this.cell.target.registry;
    let is_alike = |one: &&Transaction| {
        one.status == answer.status && one.place.registry.as_ref() == Some(registry)
    };
    let others = case.recording.transactions.iter().filter(is_alike);
    read(answer).or_else(|| others.into_iter().find_map(read))
}

/// Whom a remedy's command line names: for a stop that all share, the one that the run is about.
pub(super) fn asker<'a>(case: &Case<'a>) -> &'a str {
    let outcome = &case.this.outcome;
    let place = match (outcome.transaction, outcome.fact) {
        (Some(transaction), _) => Some(&transaction.place),
        (None, fact) => fact.map(|fact| &fact.place),
    };
    let is_shared = place.is_some_and(|place| place.principal.is_none());
    let required = case.recording.header.required.first();
    match required {
        Some(required) if is_shared => &required.principal,
        _ => case.principal(),
    }
}

/// The title of an HTML page, which tells its reader whose it is.
pub(super) fn page_title(answer: &Transaction) -> Option<String> {
    let body = answer.body.as_deref()?;
    let lower = body.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower[start..].find("</title>")?;
    let title = plain(body[start..end].trim());
    (!title.is_empty()).then_some(title)
}

/// A peer's words, short and on one line.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|sign| !sign.is_control())
        .take(100)
        .collect()
}

/// The first fact of a step that `read` accepts.
fn first<'a, T>(
    case: &Case<'a>,
    step: Step,
    read: impl Fn(&'a Observation) -> Option<T>,
) -> Option<(T, &'a Fact)> {
    case.this
        .trace
        .facts_at(step)
        .find_map(|fact| Some((read(&fact.observation)?, fact)))
}

/// What a name became.
fn dns<'a>(case: &Case<'a>) -> Option<(&'a Dns, &'a Fact)> {
    first(case, Step::Resolve, |one| match one {
        Observation::Dns(dns) if dns.fault.is_none() => Some(dns),
        _ => None,
    })
}

/// A connection that stood.
fn connection<'a>(case: &Case<'a>) -> Option<(&'a Connect, &'a Fact)> {
    first(case, Step::Connect, |one| match one {
        Observation::Connect(connect) if connect.fault.is_none() => Some(connect),
        _ => None,
    })
}

/// A handshake that succeeded, with the certificate it showed.
fn handshake<'a>(case: &Case<'a>) -> Option<(&'a Tls, &'a Fact)> {
    first(case, Step::Tls, |one| match one {
        Observation::Tls(tls) if tls.fault.is_none() && !tls.chain.is_empty() => Some(tls),
        _ => None,
    })
}

/// The proxy that carries what goes to the registry.
fn proxy<'a>(case: &Case<'a>) -> Option<&'a str> {
    first(case, Step::Connect, |one| match one {
        Observation::Connect(connect) => connect.proxy.as_deref(),
        _ => None,
    })
    .map(|(proxy, _)| proxy)
}

/// The connection that failed, where that is the stop.
fn connect_stop<'a>(case: &Case<'a>) -> Option<(&'a Connect, &'a ConnectFault, &'a Fact)> {
    let fact = case.this.outcome.fact?;
    match &fact.observation {
        Observation::Connect(connect) if fact.step == Step::Connect => {
            Some((connect, connect.fault.as_ref()?, fact))
        }
        _ => None,
    }
}

/// The handshake that failed, where that is the stop.
fn tls_stop<'a>(case: &Case<'a>) -> Option<(&'a Tls, &'a TlsFault, &'a Fact)> {
    let fact = case.this.outcome.fact?;
    match &fact.observation {
        Observation::Tls(tls) if fact.step == Step::Tls => Some((tls, tls.fault.as_ref()?, fact)),
        _ => None,
    }
}

/// The addresses that the registry's name gave.
fn addresses<'a>(case: &Case<'a>) -> &'a [IpAddr] {
    dns(case).map_or(&[], |(dns, _)| dns.addresses.as_slice())
}

/// The CNAME chain of the registry's name, as far as it was given.
fn aliases<'a>(case: &Case<'a>) -> &'a [String] {
    dns(case).map_or(&[], |(dns, _)| dns.aliases.as_slice())
}

/// `10.201.3.5 (private)`, `20.1.2.3 and 20.1.2.4`; the host where a proxy resolves it.
fn address_words(case: &Case<'_>) -> String {
    let words: Vec<String> = addresses(case)
        .iter()
        .map(|address| match is_private(*address) {
            true => format!("{address} (private)"),
            false => address.to_string(),
        })
        .collect();
    if words.is_empty() {
        return case.this.cell.target.registry.clone();
    }
    listed(&words)
}

/// True for addresses that only a private network leads to.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_private() || (v4.octets()[0] == 100 && (64..128).contains(&v4.octets()[1]))
        }
        IpAddr::V6(v6) => v6
            .to_ipv4_mapped()
            .map_or(v6.is_unique_local(), |v4| is_private(v4.into())),
    }
}

/// `Corp Inspection Root CA` of a distinguished name; all of it where it has no common name.
fn common_name(name: &str) -> String {
    let common = name
        .split([',', '+'])
        .find_map(|part| part.trim().strip_prefix("CN="));
    plain(common.unwrap_or(name))
}

/// A moment in words.
fn moment(seconds: i64) -> String {
    let format = time::format_description::well_known::Rfc3339;
    time::OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| time.format(&format).ok())
        .unwrap_or_else(|| format!("{seconds} s since 1970"))
}
