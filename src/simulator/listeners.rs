//! Accepts connections, tells TLS from clear by the first byte, answers and logs.
//! *Not* the answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustls::ServerConfig;
use time::OffsetDateTime;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::answer;
use super::faults::{self, Tally};
use super::http::{Answer, Manner, Request};
use super::log::{RequestLog, entry};
use super::upstream;
use super::wire::{Next, Wire};
use super::world::{Moment, Place, World};

/// What all connections of a world share.
pub struct Stage {
    world: Arc<World>,
    log: RequestLog,
    tally: Tally,
    connections: AtomicU64,
    start: Instant,
}

/// Which door a connection came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Https,
    Http,
    Imds,
}

const FIRST_BYTE_OF_TLS: u8 = 0x16;

impl Stage {
    /// A stage before its first connection.
    pub fn new(world: Arc<World>, log: RequestLog) -> Stage {
        Stage {
            world,
            log,
            tally: Tally::default(),
            connections: AtomicU64::new(0),
            start: Instant::now(),
        }
    }

    fn moment(&self) -> Moment {
        Moment {
            real: OffsetDateTime::now_utc(),
            since_start: self.start.elapsed(),
        }
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn number(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// Serves all names of the world. Connections end with the loop that took them.
pub async fn accept_names(stage: Arc<Stage>, listener: TcpListener, config: Arc<ServerConfig>) {
    let acceptor = TlsAcceptor::from(config);
    let mut open = JoinSet::new();
    loop {
        while open.try_join_next().is_some() {}
        let Some(stream) = accepted(&listener).await else {
            continue;
        };
        let (stage, acceptor) = (Arc::clone(&stage), acceptor.clone());
        open.spawn(async move {
            let mut first = [0];
            match stream.peek(&mut first).await {
                Ok(1) if first[0] == FIRST_BYTE_OF_TLS => {
                    // A client that refuses the certificate is part of some worlds.
                    let Ok(stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    converse(&stage, stream, Door::Https).await;
                }
                Ok(1) => converse(&stage, stream, Door::Http).await,
                Ok(_) | Err(_) => {}
            }
        });
    }
}

/// Serves the instance metadata service.
pub async fn accept_imds(stage: Arc<Stage>, listener: TcpListener) {
    let mut open = JoinSet::new();
    loop {
        while open.try_join_next().is_some() {}
        let Some(stream) = accepted(&listener).await else {
            continue;
        };
        let stage = Arc::clone(&stage);
        open.spawn(async move { converse(&stage, stream, Door::Imds).await });
    }
}

async fn accepted(listener: &TcpListener) -> Option<TcpStream> {
    match listener.accept().await {
        Ok((stream, _)) => {
            // Only latency would suffer.
            let _ = stream.set_nodelay(true);
            Some(stream)
        }
        Err(_) => {
            // Out of file descriptors, for example: others may be closed meanwhile.
            tokio::time::sleep(Duration::from_millis(20)).await;
            None
        }
    }
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(stage: &Stage, stream: S, door: Door) {
    let connection = stage.number();
    let mut wire = Wire::new(stream, Vec::new());
    while let Ok(Some(mut request)) = wire.read().await {
        request.scheme = if door == Door::Https { "https" } else { "http" };
        match turn(stage, &mut wire, &request, door, connection).await {
            Ok(Next::Keep) => {}
            Ok(Next::Close) | Err(_) => break,
        }
    }
    wire.close().await;
}

async fn turn<S: AsyncRead + AsyncWrite + Unpin>(
    stage: &Stage,
    wire: &mut Wire<S>,
    request: &Request,
    door: Door,
    connection: u64,
) -> std::io::Result<Next> {
    let scheme = if door == Door::Imds {
        "imds"
    } else {
        request.scheme
    };
    let log = |status| {
        stage.log.add(entry(
            request,
            scheme,
            status,
            connection,
            stage.elapsed_ms(),
        ))
    };
    let fault = stage.tally.take(&stage.world, request, door == Door::Imds);
    if let (None, Some(upstream)) = (fault, to_upstream(&stage.world, request, door)) {
        return upstream::relay(wire, request, upstream, log).await;
    }
    let moment = stage.moment();
    let usual = match door {
        Door::Imds => answer::imds(&stage.world, request, moment),
        Door::Https | Door::Http => answer::answer(&stage.world, request, moment),
    };
    let given: Answer = match fault {
        Some(fault) => faults::apply(&stage.world, moment, request, fault, usual),
        None => usual,
    };
    let silent = matches!(given.manner, Manner::Hang | Manner::Close);
    log(if silent { 0 } else { given.status });
    tokio::time::sleep(given.delay).await;
    wire.write(request, &given).await
}

fn to_upstream<'a>(world: &'a World, request: &Request, door: Door) -> Option<&'a str> {
    let is_data = request.path() == "/v2" || request.path().starts_with("/v2/");
    let here = door != Door::Imds && is_data && world.place(&request.host) == Place::Registry;
    world.stated().upstream.as_deref().filter(|_| here)
}
