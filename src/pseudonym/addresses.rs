//! Addresses: one of the ranges for documentation for a public one, one of the same private range for a
//! private one. Loopback, link-local and Azure's own well-known address stay.

use super::Names;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Azure's resolver, the same in every network.
const AZURE_DNS: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// The addresses in a text.
pub(super) fn in_text(text: &str) -> Vec<&str> {
    let v4 = text
        .split(|sign: char| !(sign.is_ascii_digit() || sign == '.'))
        .map(|word| word.trim_matches('.'))
        .filter(|word| word.parse::<Ipv4Addr>().is_ok());
    let v6 = text
        .split(|sign: char| !(sign.is_ascii_hexdigit() || sign == ':'))
        .filter(|word| word.matches(':').count() >= 2)
        .filter(|word| word.parse::<Ipv6Addr>().is_ok());
    v4.chain(v6).collect()
}

/// Names the address, if it is one that tells something.
pub(super) fn name(names: &mut Names, text: &str) {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => v4(names, text, address),
        Ok(IpAddr::V6(address)) => v6(names, text, address),
        Err(_) => {}
    }
}

fn v4(names: &mut Names, text: &str, address: Ipv4Addr) {
    let stays = address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_documentation()
        || address == AZURE_DNS;
    if stays {
        return;
    }
    let within = |base: [u8; 4]| move |number: usize| counted(base, number).to_string();
    let octets = address.octets();
    match octets {
        [10, ..] => names.name("address in 10.0.0.0/8", text, within([10, 0, 0, 0])),
        [172, 16..=31, ..] => names.name("address in 172.16.0.0/12", text, within([172, 16, 0, 0])),
        [192, 168, ..] => names.name("address in 192.168.0.0/16", text, within([192, 168, 0, 0])),
        [100, 64..=127, ..] => {
            names.name("address in 100.64.0.0/10", text, within([100, 64, 0, 0]))
        }
        _ => names.name("public address", text, |number| {
            documentation(number).to_string()
        }),
    };
}

fn v6(names: &mut Names, text: &str, address: Ipv6Addr) {
    let first = address.segments()[0];
    let is_documentation = first == 0x2001 && address.segments()[1] == 0x0db8;
    if address.is_loopback()
        || address.is_unspecified()
        || first & 0xffc0 == 0xfe80
        || is_documentation
    {
        return;
    }
    if first & 0xfe00 == 0xfc00 {
        names.name("unique local address", text, |number| {
            format!("fd00::{number:x}")
        });
    } else {
        names.name("public address, IPv6", text, |number| {
            format!("2001:db8::{number:x}")
        });
    }
}

fn counted(base: [u8; 4], number: usize) -> Ipv4Addr {
    let offset = u32::try_from(number).unwrap_or(u32::MAX) & 0xffff;
    Ipv4Addr::from(u32::from(Ipv4Addr::from(base)) + offset)
}

/// The three networks for documentation (RFC 5737), then the one for benchmarks (RFC 2544).
fn documentation(number: usize) -> Ipv4Addr {
    let host = (number.saturating_sub(1) % 254 + 1) as u8;
    match number.saturating_sub(1) / 254 {
        0 => Ipv4Addr::new(203, 0, 113, host),
        1 => Ipv4Addr::new(198, 51, 100, host),
        2 => Ipv4Addr::new(192, 0, 2, host),
        _ => counted([198, 18, 0, 0], number),
    }
}
