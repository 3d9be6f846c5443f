//! Which of this machine's addresses a peer is reached from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// The address that the routing table sends from. Nothing is sent: connecting a datagram socket only
/// looks the route up.
pub fn from(to: &SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = match to {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(to).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    #[test]
    fn loopback_is_reached_from_loopback() {
        let to = "127.0.0.1:443".parse().unwrap();
        assert_eq!(super::from(&to), Some("127.0.0.1".parse().unwrap()));
    }
}
