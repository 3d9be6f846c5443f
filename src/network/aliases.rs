//! The CNAME chain behind a name. Whether it passes `privatelink`, and in which region it ends, is what
//! tells a private endpoint that was missed from one that is not there; the C library's resolver keeps
//! the chain to itself, so the same name servers are asked once more.

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, Question, TYPE};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;

/// The name servers of this machine, as `resolv.conf` lists them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameServers(Vec<SocketAddr>);

/// The chain is evidence beside the addresses: no run waits longer for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// A registry's chain has three or four links; more than this is no chain.
const LONGEST: usize = 16;

impl NameServers {
    /// The `nameserver` lines of a resolver's configuration; none where there are none.
    pub fn read(resolv_conf: &str) -> Self {
        let address = |line: &str| {
            let mut words = line.split_whitespace();
            (words.next() == Some("nameserver")).then(|| words.next()?.parse::<IpAddr>().ok())?
        };
        let addresses = resolv_conf.lines().filter_map(address);
        Self(addresses.map(|one| SocketAddr::new(one, 53)).collect())
    }

    /// The chain as the first of them gives it; empty where there is none or nobody answers.
    pub async fn aliases(&self, host: &str, limit: Duration) -> Vec<String> {
        let Some(server) = self.0.first() else {
            return vec![];
        };
        let answer = tokio::time::timeout(limit.min(PATIENCE), ask(*server, host)).await;
        answer.ok().flatten().unwrap_or_default()
    }
}

/// One question over UDP. A chain that does not fit into a datagram is not followed.
async fn ask(server: SocketAddr, host: &str) -> Option<Vec<String>> {
    let any: IpAddr = match server {
        SocketAddr::V4(_) => std::net::Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    let id = number()?;
    let question = question(id, host)?;
    let socket = UdpSocket::bind((any, 0)).await.ok()?;
    // A connected socket takes no answer from anybody else.
    socket.connect(server).await.ok()?;
    socket.send(&question).await.ok()?;
    let mut buffer = [0; 4096];
    let length = socket.recv(&mut buffer).await.ok()?;
    chain(id, host, &buffer[..length])
}

fn number() -> Option<u16> {
    let mut bytes = [0; 2];
    let random = ring::rand::SystemRandom::new();
    ring::rand::SecureRandom::fill(&random, &mut bytes).ok()?;
    Some(u16::from_be_bytes(bytes))
}

fn question(id: u16, host: &str) -> Option<Vec<u8>> {
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    let name = Name::new(host).ok()?;
    packet
        .questions
        .push(Question::new(name, TYPE::A.into(), CLASS::IN.into(), false));
    packet.build_bytes_vec().ok()
}

/// Follows the CNAMEs of an answer from the name that was asked.
fn chain(id: u16, host: &str, answer: &[u8]) -> Option<Vec<String>> {
    let packet = Packet::parse(answer).ok()?;
    if packet.id() != id {
        return None;
    }
    let mut links = Vec::new();
    let mut name = host.to_ascii_lowercase();
    while links.len() < LONGEST {
        let next = packet
            .answers
            .iter()
            .find_map(|record| match &record.rdata {
                RData::CNAME(target) if record.name.to_string().eq_ignore_ascii_case(&name) => {
                    Some(target.0.to_string().to_ascii_lowercase())
                }
                _ => None,
            });
        let Some(next) = next else { break };
        links.push(next.clone());
        name = next;
    }
    Some(links)
}

#[cfg(test)]
mod tests {
    use super::*;
    use simple_dns::ResourceRecord;
    use simple_dns::rdata::{A, CNAME};

    const REGISTRY: &str = "acrwizdev.azurecr.io";
    const PRIVATE: &str = "acrwizdev.privatelink.azurecr.io";
    const REGION: &str = "r0927jpe-az.japaneast.cloudapp.azure.com";

    fn alias<'a>(of: &'a str, to: &'a str) -> ResourceRecord<'a> {
        let target = RData::CNAME(CNAME(Name::new(to).unwrap()));
        ResourceRecord::new(Name::new(of).unwrap(), CLASS::IN, 60, target)
    }

    fn answer(id: u16, records: Vec<ResourceRecord<'_>>) -> Vec<u8> {
        let mut packet = Packet::new_reply(id);
        packet.answers = records;
        packet.build_bytes_vec().unwrap()
    }

    #[test]
    fn the_chain_is_followed_in_order_whatever_the_order_of_the_records() {
        let address = RData::A(A { address: 0 });
        let last = ResourceRecord::new(Name::new(REGION).unwrap(), CLASS::IN, 60, address);
        let bytes = answer(
            7,
            vec![alias(PRIVATE, REGION), last, alias(REGISTRY, PRIVATE)],
        );
        let expected = Some(vec![PRIVATE.to_owned(), REGION.to_owned()]);
        assert_eq!(chain(7, "AcrWizDev.azurecr.io", &bytes), expected);
        assert_eq!(
            chain(8, REGISTRY, &bytes),
            None,
            "another question's answer"
        );
        assert_eq!(chain(7, "other.azurecr.io", &bytes), Some(vec![]));
    }

    #[test]
    fn a_circle_and_rubbish_end() {
        let circle = answer(7, vec![alias(REGISTRY, PRIVATE), alias(PRIVATE, REGISTRY)]);
        assert_eq!(
            chain(7, REGISTRY, &circle).map(|one| one.len()),
            Some(LONGEST)
        );
        assert_eq!(chain(7, REGISTRY, b"\x00\x07rubbish"), None);
    }

    #[test]
    fn name_servers_are_read_as_the_resolver_reads_them() {
        let text = "# by hand\nsearch x.y\nnameserver 168.63.129.16\n nameserver ::1 # x\nnameserver no\noptions edns0";
        let expected = ["168.63.129.16:53", "[::1]:53"].map(|one| one.parse().unwrap());
        assert_eq!(NameServers::read(text), NameServers(expected.to_vec()));
    }

    #[tokio::test]
    async fn a_name_server_on_loopback_is_asked_over_udp() {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let served = tokio::spawn(async move {
            let mut buffer = [0; 512];
            let (length, client) = server.recv_from(&mut buffer).await.unwrap();
            let asked = Packet::parse(&buffer[..length]).unwrap();
            assert_eq!(asked.questions[0].qname.to_string(), REGISTRY);
            let reply = answer(asked.id(), vec![alias(REGISTRY, PRIVATE)]);
            server.send_to(&reply, client).await.unwrap();
        });
        let servers = NameServers(vec![address]);
        let aliases = servers.aliases(REGISTRY, Duration::from_secs(5)).await;
        assert_eq!(aliases, [PRIVATE]);
        served.await.unwrap();
        assert!(
            NameServers::default()
                .aliases(REGISTRY, PATIENCE)
                .await
                .is_empty()
        );
    }
}
