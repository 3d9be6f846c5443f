//! The registry answers, and the host of its layers cannot be reached.

use super::{addresses, asker, is_private};
use crate::evidence::{ConnectFault, Fact, Observation, TlsFault, Transaction};
use crate::findings::case::Case;
use crate::findings::content::{self, stop::Stop, stop::redirected_to};
use crate::findings::remedy::{self, Observed};
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};
use std::net::IpAddr;

/// A layer's redirect that leads nowhere.
pub static RULE: Rule = Rule {
    name: "data-endpoint-blocked",
    family: Family::Network,
    owner: Owner::Network,
    proof: Proof::Wire,
    summary: "the registry answers, and the host of its layers cannot be reached",
    page: include_str!("data_endpoint_blocked.md"),
    examine,
    tell,
    notice: None,
};

/// How the way to the layers ended.
enum Met<'a> {
    NoWay(&'a Fact),
    Silence(&'a Transaction),
    Status(u16, &'a Transaction),
}

fn met<'a>(case: &Case<'a>) -> Option<Met<'a>> {
    match content::of(case)? {
        Stop::NoWay(fact) => Some(Met::NoWay(fact)),
        Stop::NoLayer(one) => Some(
            one.status
                .map_or(Met::Silence(one), |status| Met::Status(status, one)),
        ),
        Stop::Withheld(_) | Stop::NoPlatform { .. } | Stop::Gone(_) | Stop::Refused(_) => None,
    }
}

fn examine(case: &Case<'_>) -> Answer {
    let separate = "the same request from another network, and the firewall's own log";
    match met(case) {
        None => Answer::Silent,
        // A record that is missing in a private zone looks like this too.
        Some(Met::NoWay(fact)) if missed_data_record(case).is_some() => Answer::Consistent(
            Confidence::Likely,
            Because::new("no connection to the layers' host came about")
                .with_fact(Some(fact))
                .separated_by(separate),
        ),
        Some(Met::NoWay(fact)) => Answer::Confirmed(
            Because::new("no connection to the layers' host came about").with_fact(Some(fact)),
        ),
        Some(Met::Silence(one)) => Answer::Confirmed(
            Because::new("the layers' host took the request and did not answer").citing(Some(one)),
        ),
        Some(Met::Status(status, one)) => Answer::Consistent(
            match status {
                400..=499 => Confidence::Likely,
                _ => Confidence::Possible,
            },
            Because::new(format!("the layers' host answered {status}"))
                .citing(Some(one))
                .separated_by(separate),
        ),
    }
}

/// The layers' host, where the registry's name led to a private address and this one does not: its own
/// record is missing in the private zone.
pub(super) fn missed_data_record(case: &Case<'_>) -> Option<String> {
    let host = host(case)?;
    let is_data_endpoint = host.contains(".data.");
    let registry_is_private = addresses(case).iter().copied().any(is_private);
    let reached_inside = layers_addresses(case, &host)
        .iter()
        .copied()
        .any(is_private);
    (is_data_endpoint && registry_is_private && !reached_inside).then_some(host)
}

/// The layers' host, as the registry's redirect named it.
fn host(case: &Case<'_>) -> Option<String> {
    let target = case.this.cell.target;
    redirected_to(&case.recording.content(target), target)
}

fn layers_addresses<'a>(case: &Case<'a>, host: &str) -> &'a [IpAddr] {
    let check = case.recording.content(case.this.cell.target);
    let found = check
        .facts
        .into_iter()
        .find_map(|fact| match &fact.observation {
            Observation::Dns(dns) if dns.host == host => Some(dns.addresses.as_slice()),
            _ => None,
        });
    found.unwrap_or_default()
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let view = Observed {
        principal: asker(case),
        ..observed.view()
    };
    let host = host(case).unwrap_or_else(|| "the layers' host".to_owned());
    let addresses: Vec<String> = layers_addresses(case, &host)
        .iter()
        .map(IpAddr::to_string)
        .collect();
    let address = match addresses.as_slice() {
        [] => String::new(),
        some => format!(" ({})", some.join(", ")),
    };
    Telling::error(format!(
        "the registry answers, its layers' host {host} {}",
        in_short(case)
    ))
    .advise(format!("let HTTPS out to {host}"))
    .explain(format!(
        "The manifest was read, so identity and role are in order. The registry redirects its layers to {host}{address}. {} The \
         redirect was followed once, by HEAD and without the credential.",
        in_words(case)
    ))
    .explain(
        "A pull downloads nothing from the login server itself. The layers lie in storage of the registry's region, or behind \
         its data endpoints; each replica has its own, and a firewall must let all of them through.",
    )
    .remedy([
        remedy::check_layers_host(&view, &host),
        remedy::open_layers_host(&host),
    ])
}

fn in_short(case: &Case<'_>) -> String {
    match met(case) {
        Some(Met::Status(status, _)) => format!("refuses ({status})"),
        Some(Met::Silence(_)) => "does not answer".to_owned(),
        Some(Met::NoWay(_)) | None => "cannot be reached".to_owned(),
    }
}

fn in_words(case: &Case<'_>) -> String {
    match met(case) {
        Some(Met::Status(status, one)) => {
            let code = one
                .header("x-ms-error-code")
                .map(|code| format!(", {code}"));
            format!(
                "It answered {status}{}: a storage firewall or something on the way refuses.",
                code.unwrap_or_default()
            )
        }
        Some(Met::Silence(one)) => {
            let failure = one.failure.as_ref().map_or("", |one| one.message.as_str());
            format!("The connection stood, and no answer came ({failure}).")
        }
        Some(Met::NoWay(fact)) => format!("{}.", fault_in_words(&fact.observation)),
        None => String::new(),
    }
}

fn fault_in_words(observation: &Observation) -> String {
    let (what, said) = match observation {
        Observation::Dns(dns) => (
            "Its name gave no address",
            dns.fault.as_ref().map(|fault| fault.message.as_str()),
        ),
        Observation::Connect(connect) => (
            "No connection came about",
            connect.fault.as_ref().map(connect_message),
        ),
        Observation::Tls(tls) => (
            "The TLS handshake failed",
            tls.fault.as_ref().map(tls_message),
        ),
        _ => ("It was not reached", None),
    };
    match said {
        Some(said) if !said.is_empty() => format!("{what} ({said})"),
        _ => what.to_owned(),
    }
}

fn connect_message(fault: &ConnectFault) -> &str {
    match fault {
        ConnectFault::Refused(said)
        | ConnectFault::Timeout(said)
        | ConnectFault::Unreachable(said)
        | ConnectFault::Proxy(said)
        | ConnectFault::Other(said) => said,
    }
}

fn tls_message(fault: &TlsFault) -> &str {
    match fault {
        TlsFault::Untrusted(said)
        | TlsFault::WrongName(said)
        | TlsFault::Expired(said)
        | TlsFault::NotYetValid(said)
        | TlsFault::Timeout(said)
        | TlsFault::Broken(said) => said,
    }
}
