//! Sockets that nobody answers behind: one that refuses, one that never accepts.
//! *Not* packet filters: all of it is loopback.

use std::io::Result;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// What must stay open for the address to go on behaving so.
pub enum Held {
    /// Bound, and not listening: connections are refused.
    Bound(#[expect(dead_code, reason = "held open, not used")] TcpSocket),
    /// Listening with a full backlog: connections time out.
    Full(
        #[expect(dead_code, reason = "held open, not used")] tokio::net::TcpListener,
        #[expect(dead_code, reason = "held open, not used")] Vec<TcpStream>,
    ),
}

/// An address that refuses connections.
pub fn refusing(at: SocketAddr) -> Result<(SocketAddr, Held)> {
    let socket = socket(at)?;
    Ok((socket.local_addr()?, Held::Bound(socket)))
}

/// An address whose connections time out.
pub async fn silent(at: SocketAddr) -> Result<(SocketAddr, Held)> {
    let listener = socket(at)?.listen(1)?;
    let address = listener.local_addr()?;
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) =
        timeout(Duration::from_millis(100), TcpStream::connect(address)).await
    {
        waiting.push(stream);
    }
    Ok((address, Held::Full(listener, waiting)))
}

fn socket(at: SocketAddr) -> Result<TcpSocket> {
    let socket = if at.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.bind(at)?;
    Ok(socket)
}
