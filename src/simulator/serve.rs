//! A world served: names, where each is reached, the log. *Not* the loops that
//! accept and answer (`listeners`).

use std::collections::BTreeSet;
use std::io::Result;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::authority;
use super::listeners::{self, Stage};
use super::log::RequestLog;
use super::scenario::Scenario;
use super::stated_network::{Connect, ImdsState, Resolve, StatedHost};
use super::unreachable::{Held, refusing, silent};
use super::world::{Place, World};

/// Where a world listens; by default on free ports of 127.0.0.1.
#[derive(Debug, Clone, Copy)]
pub struct Listen {
    /// All names of the world, TLS and clear.
    pub https: SocketAddr,
    /// The instance metadata service, clear.
    pub imds: SocketAddr,
}

impl Default for Listen {
    fn default() -> Self {
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Listen {
            https: free,
            imds: free,
        }
    }
}

/// A world that is being served; it ends when this is dropped.
pub struct Served {
    /// The certificate of the world's authority, in PEM.
    pub authority_pem: String,
    /// Every name and port of the world.
    pub names: Vec<ServedName>,
    /// Where the instance metadata service is: `http://127.0.0.1:PORT`.
    pub imds: String,
    /// The identity provider: `https://login.microsoftonline.com`.
    pub authority_host: String,
    /// What is asked.
    pub log: RequestLog,
    _tasks: JoinSet<()>,
    _held: Vec<Held>,
}

/// A name of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedName {
    /// The name.
    pub host: String,
    /// The port it is asked at.
    pub port: u16,
    /// What DNS is said to answer.
    pub addresses: Vec<IpAddr>,
    /// The CNAME chain before the addresses.
    pub canonical: Vec<String>,
    /// What stands for it.
    pub reach: Reach,
}

/// What stands for a name of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// This socket.
    At(SocketAddr),
    /// The name does not exist.
    NoSuchName,
}

/// Serves a scenario on the current runtime.
///
/// # Errors
/// Where an address cannot be bound or the certificates cannot be made.
pub async fn serve(scenario: Scenario, listen: Listen) -> Result<Served> {
    let world = Arc::new(World { scenario });
    let hosts = hosts(&world);
    let authority = authority::make(&world, &hosts)?;
    let log = RequestLog::default();
    let stage = Arc::new(Stage::new(Arc::clone(&world), log.clone()));
    let mut tasks = JoinSet::new();
    let mut held = Vec::new();

    let https = TcpListener::bind(listen.https).await?;
    let at = https.local_addr()?;
    tasks.spawn(listeners::accept_names(
        Arc::clone(&stage),
        https,
        authority.config,
    ));

    let imds = match world.stated().imds.state {
        ImdsState::Refused => keep(&mut held, refusing(listen.imds)?),
        ImdsState::Timeout => keep(&mut held, silent(listen.imds).await?),
        ImdsState::Answers | ImdsState::Status => {
            let listener = TcpListener::bind(listen.imds).await?;
            let address = listener.local_addr()?;
            tasks.spawn(listeners::accept_imds(Arc::clone(&stage), listener));
            address
        }
    };
    let names = names(&world, &hosts, at, &mut held).await?;
    Ok(Served {
        authority_pem: authority.pem,
        names,
        imds: format!("http://{imds}"),
        authority_host: format!("https://{}", world.stated().entra.host),
        log,
        _tasks: tasks,
        _held: held,
    })
}

/// Every host name of the world.
fn hosts(world: &World) -> Vec<String> {
    let stated = world.stated();
    let registry = &stated.registry;
    let mut all = BTreeSet::from([
        registry.host.clone(),
        registry.blob_host.clone(),
        stated.entra.host.clone(),
    ]);
    all.extend(registry.also.iter().cloned());
    all.extend(stated.host.keys().cloned());
    all.into_iter().collect()
}

async fn names(
    world: &World,
    hosts: &[String],
    at: SocketAddr,
    held: &mut Vec<Held>,
) -> Result<Vec<ServedName>> {
    let free = SocketAddr::new(at.ip(), 0);
    let plain = StatedHost {
        ports: vec![443],
        ..StatedHost::default()
    };
    let mut names = Vec::new();
    for host in hosts {
        let stated = world.stated().host.get(host).unwrap_or(&plain);
        let reach = match (stated.resolve, stated.connect) {
            (Resolve::Nxdomain, _) => Reach::NoSuchName,
            (Resolve::Answer, Connect::Accepted) => Reach::At(at),
            (Resolve::Answer, Connect::Refused) => Reach::At(keep(held, refusing(free)?)),
            (Resolve::Answer, Connect::Timeout) => Reach::At(keep(held, silent(free).await?)),
        };
        for port in &stated.ports {
            names.push(ServedName {
                host: host.clone(),
                port: *port,
                addresses: addresses(world.place(host), stated),
                canonical: stated.canonical.clone(),
                reach,
            });
        }
    }
    Ok(names)
}

fn addresses(place: Place, stated: &StatedHost) -> Vec<IpAddr> {
    if stated.resolve == Resolve::Nxdomain || !stated.addresses.is_empty() {
        return stated.addresses.clone();
    }
    // Public addresses of the cloud's ranges; any other host is in a documentation range.
    vec![IpAddr::from(match place {
        Place::Registry => [20, 43, 64, 70],
        Place::Entra => [20, 190, 141, 33],
        Place::Storage => [20, 60, 172, 68],
        Place::Trap | Place::Nobody => [198, 51, 100, 23],
    })]
}

fn keep(held: &mut Vec<Held>, (address, open): (SocketAddr, Held)) -> SocketAddr {
    held.push(open);
    address
}
