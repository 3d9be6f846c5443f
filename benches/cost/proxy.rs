//! A TCP proxy behind which a round trip costs what it is told to cost: bytes arrive half of it later, and
//! what a client says first has waited for the handshake of TCP, which loopback gives for nothing.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// Listens on a free port (or the one asked for) and carries everything to `target`.
pub async fn before(
    target: SocketAddr,
    trip: Duration,
    at: Option<SocketAddr>,
) -> std::io::Result<SocketAddr> {
    let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = TcpListener::bind(at.unwrap_or(free)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(carry(client, target, trip));
        }
    });
    Ok(address)
}

async fn carry(client: TcpStream, target: SocketAddr, trip: Duration) -> std::io::Result<()> {
    let stands = Instant::now() + trip;
    let server = TcpStream::connect(target).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::spawn(pump(from_client, to_server, trip / 2, stands));
    tokio::spawn(pump(from_server, to_client, trip / 2, Instant::now()));
    Ok(())
}

/// Bytes wait for their moment and not for each other, as on a wire.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, way: Duration, stands: Instant) {
    let (sender, mut wire) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        while let Some((arrives, bytes)) = wire.recv().await {
            sleep_until(arrives).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
    });
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let arrives = Instant::now().max(stands) + way;
        if sender.send((arrives, buffer[..length].to_vec())).is_err() {
            return;
        }
    }
}
