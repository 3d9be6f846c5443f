//! How each side got there: addresses, certificates, clocks, the way round by a proxy.

use super::row::{Row, Value};
use super::side::Focus;
use crate::evidence::{Clock, Connect, Dns, Observation, Step, Tls};

/// A clock that is further off than this changes what tokens mean.
const SKEW: i64 = 60;

/// What is known before the first answer.
pub(super) fn before(one: &Focus<'_>, other: &Focus<'_>) -> Vec<Row> {
    let value = |focus: &Focus<'_>, read: fn(&Focus<'_>) -> Option<String>, step| match read(focus)
    {
        Some(text) => Value::Shown(text),
        None if focus.ended_by(step) => Value::NotReached,
        None => Value::Absent,
    };
    let row = |what, read, step| Row::claim(what, value(one, read, step), value(other, read, step));
    let mut rows: Vec<Row> = row("resolved address", addresses, Step::Resolve)
        .into_iter()
        .chain(row("certificate issuer", issuer, Step::Tls))
        .collect();
    rows.extend(route(one, other));
    rows.extend(clocks(one, other));
    rows
}

/// The address that the registry saw, which it tells only where it refuses one.
pub(super) fn seen(one: &Focus<'_>, other: &Focus<'_>) -> Option<Row> {
    let row = match (address_seen(one), address_seen(other)) {
        (None, None) => return None,
        (a, b) => {
            let differs = a.is_some() && b.is_some() && a != b;
            let text = |address: Option<String>| address.unwrap_or_else(|| "not told".to_owned());
            let mut row = Row::fact("seen address", text(a), text(b));
            row.differs = differs;
            row.is_claim = true;
            row
        }
    };
    Some(row)
}

fn host<'f>(focus: &'f Focus<'_>) -> &'f str {
    let registry = &focus.judged.cell.target.registry;
    registry.split(':').next().unwrap_or_default()
}

fn facts<'f>(focus: &'f Focus<'_>) -> impl Iterator<Item = &'f Observation> {
    focus
        .judged
        .trace
        .facts
        .iter()
        .map(|fact| &fact.observation)
}

fn dns<'f>(focus: &'f Focus<'_>) -> Option<&'f Dns> {
    facts(focus).find_map(|one| match one {
        Observation::Dns(dns) if dns.host == host(focus) => Some(dns),
        _ => None,
    })
}

fn addresses(focus: &Focus<'_>) -> Option<String> {
    let dns = dns(focus).filter(|dns| !dns.addresses.is_empty())?;
    // A resolver turns its answers round.
    let mut addresses = dns.addresses.clone();
    addresses.sort_unstable();
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let text = addresses.join(", ");
    Some(match dns.source.as_str() {
        "resolver" | "scenario" => text,
        source => format!("{text} ({source})"),
    })
}

fn issuer(focus: &Focus<'_>) -> Option<String> {
    let tls = facts(focus).find_map(|one| match one {
        Observation::Tls(tls) if tls.host == host(focus) => Some(tls),
        _ => None,
    });
    tls.and_then(|tls: &Tls| tls.chain.first())
        .map(|leaf| leaf.issuer.clone())
}

/// The way, where either side has a proxy on it.
fn route(one: &Focus<'_>, other: &Focus<'_>) -> Option<Row> {
    let way = |focus: &Focus<'_>| -> Option<Option<String>> {
        facts(focus).find_map(|fact| match fact {
            Observation::Connect(Connect {
                host: to, proxy, ..
            }) if to == host(focus) => Some(proxy.clone()),
            _ => None,
        })
    };
    let (a, b) = (way(one)?, way(other)?);
    if a.is_none() && b.is_none() {
        return None;
    }
    let text = |way: Option<String>| match way {
        Some(proxy) => format!("proxy {proxy}"),
        None => "direct".to_owned(),
    };
    Row::claim("route", Value::Shown(text(a)), Value::Shown(text(b)))
}

/// The clocks, where either is off.
fn clocks(one: &Focus<'_>, other: &Focus<'_>) -> Option<Row> {
    let ahead = |focus: &Focus<'_>| {
        facts(focus).find_map(|fact| match fact {
            Observation::Clock(clock) if clock.host == host(focus) => Some(Clock::ahead(clock)),
            _ => None,
        })
    };
    let (a, b) = (ahead(one)?, ahead(other)?);
    if a.abs() <= SKEW && b.abs() <= SKEW {
        return None;
    }
    let text = |ahead: i64| match ahead {
        _ if ahead.abs() <= SKEW => "in time".to_owned(),
        ahead if ahead > 0 => format!("{} min ahead", (ahead + 30) / 60),
        behind => format!("{} min behind", (30 - behind) / 60),
    };
    Row::claim("clock", Value::Shown(text(a)), Value::Shown(text(b)))
}

/// `client with IP '203.0.113.7' is not allowed access. …`
fn address_seen(focus: &Focus<'_>) -> Option<String> {
    let own = &focus.judged.trace.transactions;
    let words = own
        .iter()
        .filter_map(|one| one.registry_error())
        .find_map(|(_, message)| {
            let (_, rest) = message.split_once("client with IP")?;
            let mut words = rest.split([' ', '\'', '"']).filter(|word| !word.is_empty());
            words.next().map(str::to_owned)
        });
    let address: std::net::IpAddr = words?.parse().ok()?;
    Some(address.to_string())
}
