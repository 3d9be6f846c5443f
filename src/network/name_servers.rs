//! What a name server says of a name, the CNAME chain included. Whether the chain passes `privatelink`,
//! and in which region it ends, is what tells a private endpoint that was missed from one that is not
//! there; the C library's resolver keeps the chain to itself, so the same servers are asked once more.

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, Question, RCODE, ResourceRecord, TYPE};
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

    /// True where no name server is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The addresses without their ports.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.0.iter().map(SocketAddr::ip)
    }

    /// The chain as the first of them gives it; empty where there is none or nobody answers.
    pub async fn aliases(&self, host: &str, limit: Duration) -> Vec<String> {
        let answer = self.ask_first(host, TYPE::A, limit.min(PATIENCE)).await;
        answer.map(|one| one.aliases).unwrap_or_default()
    }

    /// What the first of them says of a name; none where it does not answer.
    pub async fn look_up(&self, host: &str, limit: Duration) -> Option<Said> {
        let said = self.ask_first(host, TYPE::A, limit).await?;
        if !said.exists || !said.addresses.is_empty() {
            return Some(said);
        }
        self.ask_first(host, TYPE::AAAA, limit).await
    }

    async fn ask_first(&self, host: &str, kind: TYPE, limit: Duration) -> Option<Said> {
        let server = self.0.first()?;
        let answer = tokio::time::timeout(limit, ask(*server, host, kind)).await;
        answer.ok().flatten()
    }
}

/// What a name server says of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// False where it says that there is no such name.
    pub exists: bool,
    /// The CNAME chain, in order.
    pub aliases: Vec<String>,
    /// The addresses at its end.
    pub addresses: Vec<IpAddr>,
}

/// One question over UDP. What does not fit into a datagram is not asked for again.
async fn ask(server: SocketAddr, host: &str, kind: TYPE) -> Option<Said> {
    let any: IpAddr = match server {
        SocketAddr::V4(_) => std::net::Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    let id = number()?;
    let question = question(id, host, kind)?;
    let socket = UdpSocket::bind((any, 0)).await.ok()?;
    // A connected socket takes no answer from anybody else.
    socket.connect(server).await.ok()?;
    socket.send(&question).await.ok()?;
    let mut buffer = [0; 4096];
    let length = socket.recv(&mut buffer).await.ok()?;
    read(id, host, &buffer[..length])
}

fn number() -> Option<u16> {
    let mut bytes = [0; 2];
    let random = ring::rand::SystemRandom::new();
    ring::rand::SecureRandom::fill(&random, &mut bytes).ok()?;
    Some(u16::from_be_bytes(bytes))
}

fn question(id: u16, host: &str, kind: TYPE) -> Option<Vec<u8>> {
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    let name = Name::new(host).ok()?;
    packet
        .questions
        .push(Question::new(name, kind.into(), CLASS::IN.into(), false));
    packet.build_bytes_vec().ok()
}

/// An answer to that question. A server that fails or refuses has said nothing.
fn read(id: u16, host: &str, answer: &[u8]) -> Option<Said> {
    let packet = Packet::parse(answer).ok()?;
    if packet.id() != id {
        return None;
    }
    let exists = match packet.rcode() {
        RCODE::NoError => true,
        RCODE::NameError => false,
        _ => return None,
    };
    let aliases = chain(&packet, host);
    let last = aliases.last().map_or(host, String::as_str);
    let of_last = packet.answers.iter().filter(|record| names(record, last));
    let addresses = of_last.filter_map(|record| match &record.rdata {
        RData::A(one) => Some(IpAddr::from(one.address.to_be_bytes())),
        RData::AAAA(one) => Some(IpAddr::from(one.address.to_be_bytes())),
        _ => None,
    });
    Some(Said {
        exists,
        addresses: addresses.collect(),
        aliases,
    })
}

fn names(record: &ResourceRecord, name: &str) -> bool {
    record.name.to_string().eq_ignore_ascii_case(name)
}

/// Follows the CNAMEs of an answer from the name that was asked.
fn chain(packet: &Packet, host: &str) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    while links.len() < LONGEST {
        let name = links.last().map_or(host, String::as_str);
        let next = packet
            .answers
            .iter()
            .find_map(|record| match &record.rdata {
                RData::CNAME(target) if names(record, name) => {
                    Some(target.0.to_string().to_ascii_lowercase())
                }
                _ => None,
            });
        let Some(next) = next else { break };
        links.push(next);
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let address = RData::A(A {
            address: 0x0a01_0203,
        });
        let last = ResourceRecord::new(Name::new(REGION).unwrap(), CLASS::IN, 60, address);
        let records = vec![alias(PRIVATE, REGION), last, alias(REGISTRY, PRIVATE)];
        let bytes = answer(7, records);
        let expected = Said {
            exists: true,
            aliases: vec![PRIVATE.to_owned(), REGION.to_owned()],
            addresses: vec!["10.1.2.3".parse().unwrap()],
        };
        assert_eq!(read(7, "AcrWizDev.azurecr.io", &bytes), Some(expected));
        assert_eq!(read(8, REGISTRY, &bytes), None, "another question's answer");
        let other = read(7, "other.azurecr.io", &bytes).unwrap();
        assert!(other.aliases.is_empty() && other.addresses.is_empty());
    }

    #[test]
    fn a_circle_and_rubbish_end() {
        let circle = answer(7, vec![alias(REGISTRY, PRIVATE), alias(PRIVATE, REGISTRY)]);
        let links = read(7, REGISTRY, &circle).map(|one| one.aliases.len());
        assert_eq!(links, Some(LONGEST));
        assert_eq!(read(7, REGISTRY, b"\x00\x07rubbish"), None);
    }

    #[test]
    fn no_such_name_is_said_and_a_failure_is_not() {
        let said = |rcode| {
            let mut packet = Packet::new_reply(7);
            *packet.rcode_mut() = rcode;
            let exists = read(7, REGISTRY, &packet.build_bytes_vec().unwrap());
            exists.map(|one| one.exists)
        };
        assert_eq!(said(RCODE::NameError), Some(false));
        assert_eq!(said(RCODE::ServerFailure), None);
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
