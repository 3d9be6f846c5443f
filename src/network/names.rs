//! Names become addresses: by the system's resolver, by `--connect-to`, or by a scenario.

use super::name_servers::{NameServers, Said};
use crate::evidence::{Dns, Fault};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// `--connect-to HOST:PORT:HOST2:PORT2`, as curl has it: the user vouches for that address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectTo {
    /// The host of the request; empty means any.
    pub host: String,
    /// The port of the request; none means any.
    pub port: Option<u16>,
    /// Where to go instead; empty means the same host.
    pub to_host: String,
    /// The port there; none means the same.
    pub to_port: Option<u16>,
}

impl ConnectTo {
    /// Reads the four parts; a host may be in brackets.
    ///
    /// # Errors
    /// One sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shape = || {
            format!(
                "--connect-to {text}: it must be HOST:PORT:HOST2:PORT2, for example reg.azurecr.io:443:127.0.0.1:8443"
            )
        };
        let parts = split_outside_brackets(text);
        let [host, port, to_host, to_port] = parts.as_slice() else {
            return Err(shape());
        };
        let port_of = |text: &str| match text {
            "" => Ok(None),
            text => text.parse::<u16>().map(Some).map_err(|_| shape()),
        };
        let bare = |host: &str| host.trim_matches(['[', ']']).to_ascii_lowercase();
        Ok(Self {
            host: bare(host),
            port: port_of(port)?,
            to_host: bare(to_host),
            to_port: port_of(to_port)?,
        })
    }

    fn applies(&self, host: &str, port: u16) -> bool {
        (self.host.is_empty() || self.host == host.to_ascii_lowercase())
            && self.port.is_none_or(|own| own == port)
    }
}

fn split_outside_brackets(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut inside = false;
    for sign in text.chars() {
        inside = (inside || sign == '[') && sign != ']';
        match sign {
            ':' if !inside => parts.push(String::new()),
            _ => parts
                .last_mut()
                .into_iter()
                .for_each(|part| part.push(sign)),
        }
    }
    parts
}

/// A name of a scenario: what DNS is said to give, and the socket that stands for it.
#[derive(Debug, Clone)]
pub struct StatedName {
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The CNAME chain that DNS is said to give.
    pub aliases: Vec<String>,
    /// What DNS is said to give.
    pub addresses: Vec<IpAddr>,
    /// The socket; none where the name does not exist.
    pub socket: Option<SocketAddr>,
}

/// Where addresses come from.
#[derive(Debug, Clone)]
pub enum Names {
    /// The system's resolver.
    System {
        /// Exceptions that the user vouches for.
        exceptions: Vec<ConnectTo>,
        /// Who is asked for the CNAME chain.
        servers: NameServers,
        /// The name servers of the node whose files lie under another root: they are asked before the
        /// system's resolver, because the node's runtime asks them.
        node: Option<NodeServers>,
    },
    /// A scenario's names and no others: a demonstration asks no resolver.
    Stated(Vec<StatedName>),
    /// A resolver that answers something else each time: what a hostile one does.
    #[cfg(test)]
    Changing(std::sync::Arc<std::sync::Mutex<Vec<Resolved>>>),
}

/// The name servers of a node that this process does not share its resolver with.
#[derive(Debug, Clone)]
pub struct NodeServers {
    /// The file that lists them.
    pub path: String,
    /// In its order.
    pub servers: NameServers,
}

/// Addresses to connect to, and whether somebody vouched for them.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// Sockets in order of preference: the only ones connected to.
    pub sockets: Vec<SocketAddr>,
    /// The addresses to be checked: those of the sockets, or what a scenario says that DNS gave.
    pub judged: Vec<IpAddr>,
    /// True where the user vouches for the address, and the check does not apply.
    pub vouched: bool,
}

impl Names {
    /// Resolves a host for a port. The fact is given in either case.
    pub async fn resolve(&self, host: &str, port: u16, limit: Duration) -> (Dns, Option<Resolved>) {
        let started = Instant::now();
        let (source, answer) = match self {
            Self::Stated(names) => ("scenario", stated(names, host, port)),
            Self::System {
                exceptions,
                servers,
                node,
            } => system(exceptions, (servers, node.as_ref()), host, port, limit).await,
            #[cfg(test)]
            Self::Changing(answers) => {
                let mut answers = crate::evidence::redact::lock(answers);
                let resolved = answers.remove(0);
                let (aliases, shown) = (vec![], resolved.judged.clone());
                let found = Found {
                    aliases,
                    shown,
                    resolved,
                };
                ("resolver", Ok(found))
            }
        };
        let elapsed_ms = crate::evidence::milliseconds(started.elapsed());
        let (aliases, addresses, fault, resolved) = match answer {
            Ok(found) => (found.aliases, found.shown, None, Some(found.resolved)),
            Err(fault) => (vec![], vec![], Some(fault), None),
        };
        (
            Dns {
                host: host.to_owned(),
                aliases,
                addresses,
                source: source.to_owned(),
                fault,
                elapsed_ms,
            },
            resolved,
        )
    }
}

struct Found {
    aliases: Vec<String>,
    shown: Vec<IpAddr>,
    resolved: Resolved,
}

fn stated(names: &[StatedName], host: &str, port: u16) -> Result<Found, Fault> {
    let unknown = || Fault {
        kind: "nxdomain".into(),
        message: "the scenario has no such name".into(),
    };
    if let Some(address) = literal(host) {
        // A demonstration leaves this machine for nobody; its metadata service is on loopback.
        let stays = address.is_loopback() || is_link_local(address);
        let here = found(vec![SocketAddr::new(address, port)], false);
        return stays.then_some(here).ok_or_else(unknown);
    }
    let name = names
        .iter()
        .find(|name| name.host == host && name.port == port)
        .ok_or_else(unknown)?;
    let socket = name.socket.ok_or_else(unknown)?;
    Ok(Found {
        aliases: name.aliases.clone(),
        shown: name.addresses.clone(),
        resolved: Resolved {
            sockets: vec![socket],
            judged: name.addresses.clone(),
            vouched: false,
        },
    })
}

async fn system<'a>(
    exceptions: &[ConnectTo],
    (servers, node): (&NameServers, Option<&'a NodeServers>),
    host: &str,
    port: u16,
    limit: Duration,
) -> (&'a str, Result<Found, Fault>) {
    if let Some(address) = literal(host) {
        // The HTTP client connects to a literal address as it stands, so no exception can apply to it.
        let there = found(vec![SocketAddr::new(address, port)], false);
        return ("literal", Ok(there));
    }
    let exception = exceptions
        .iter()
        .find(|exception| exception.applies(host, port));
    let (wanted, wanted_port) = match exception {
        Some(to) => (
            if to.to_host.is_empty() {
                host
            } else {
                to.to_host.as_str()
            },
            to.to_port.unwrap_or(port),
        ),
        None => (host, port),
    };
    let vouched = exception.is_some();
    let source = if vouched { "--connect-to" } else { "resolver" };
    if let Some(address) = literal(wanted) {
        return (
            source,
            Ok(found(vec![SocketAddr::new(address, wanted_port)], vouched)),
        );
    }
    if let Some(node) = node
        && let Some(said) = node.servers.look_up(wanted, limit).await
    {
        return (&node.path, said_by_node(said, wanted_port, vouched));
    }
    let asked = tokio::net::lookup_host((wanted, wanted_port));
    // Side by side, so that the chain costs no round trip of its own.
    let (answer, aliases) = tokio::join!(
        tokio::time::timeout(limit, asked),
        servers.aliases(wanted, limit)
    );
    let answer = match answer {
        Err(_) => Err(Fault {
            kind: "timeout".into(),
            message: format!("no answer within {} s", limit.as_secs()),
        }),
        Ok(Err(error)) => Err(Fault {
            kind: kind_of(&error).into(),
            message: error.to_string(),
        }),
        Ok(Ok(sockets)) => match sockets.collect::<Vec<_>>() {
            sockets if sockets.is_empty() => Err(Fault {
                kind: "nxdomain".into(),
                message: "no address".into(),
            }),
            sockets => Ok(Found {
                aliases,
                ..found(sockets, vouched)
            }),
        },
    };
    (source, answer)
}

fn said_by_node(said: Said, port: u16, vouched: bool) -> Result<Found, Fault> {
    if said.addresses.is_empty() {
        let message = match said.exists {
            true => "no address",
            false => "no such name",
        };
        return Err(Fault {
            kind: "nxdomain".into(),
            message: message.into(),
        });
    }
    let sockets = said.addresses.iter();
    let sockets = sockets.map(|one| SocketAddr::new(*one, port)).collect();
    Ok(Found {
        aliases: said.aliases,
        ..found(sockets, vouched)
    })
}

fn found(sockets: Vec<SocketAddr>, vouched: bool) -> Found {
    let mut shown: Vec<IpAddr> = sockets.iter().map(SocketAddr::ip).collect();
    shown.dedup();
    Found {
        aliases: vec![],
        resolved: Resolved {
            sockets,
            judged: shown.clone(),
            vouched,
        },
        shown,
    }
}

/// The address that a host is, where it is one and no name.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_matches(['[', ']']).parse().ok()
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

/// The resolver of the C library tells "no such name" from "ask again" by its text alone.
fn kind_of(error: &std::io::Error) -> &'static str {
    let text = error.to_string().to_ascii_lowercase();
    let absent = [
        "not known",
        "no address associated",
        "nodename nor servname",
        "no such host",
    ];
    if absent.iter().any(|one| text.contains(one)) {
        "nxdomain"
    } else {
        "other"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connect_to_reads_as_curl_does() {
        let parsed = ConnectTo::parse("Reg.azurecr.io:443:127.0.0.1:8443").unwrap();
        assert!(parsed.applies("reg.azurecr.io", 443) && !parsed.applies("reg.azurecr.io", 80));
        assert_eq!(
            (parsed.to_host.as_str(), parsed.to_port),
            ("127.0.0.1", Some(8443))
        );
        let any = ConnectTo::parse("::[::1]:9").unwrap();
        assert!(any.applies("x", 1) && any.to_host == "::1");
        for bad in ["", "a:b", "a:1:b:x", "a:99999:b:1", "a:1:b:2:3"] {
            assert!(ConnectTo::parse(bad).is_err(), "{bad}");
        }
    }
}
