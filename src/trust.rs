//! May this host, realm or address see a credential? Pure, and the only gate.
//!
//! A client that posts an Entra token to whatever host the realm names can be lured; several have
//! been (GO-2026-6225, CVE-2026-105769, CVE-2026-48978). So nothing leaves for a registry before
//! its host, its realm, its service and the address it resolved to were judged here. A breach is
//! evidence, and the cell is `withheld`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::Url;

/// The suffixes of Azure's registries, by cloud (`.azurecr.de` is retired and still resolves).
pub const AZURE_SUFFIXES: &[&str] = &["azurecr.io", "azurecr.cn", "azurecr.us", "azurecr.de"];

/// Longest login server label: a registry's name has 5 to 50 letters and digits, a label scope adds
/// a hyphen and sixteen more (learn.microsoft.com, "Domain name labels").
const LONGEST_LABEL: usize = 63;

/// What was broken, in the catalogue's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The rule's name.
    pub rule: &'static str,
    /// Where the credential would have gone.
    pub destination: String,
    /// One sentence.
    pub because: String,
}

impl Breach {
    fn new(rule: &'static str, destination: &str, because: impl Into<String>) -> Self {
        // What a hostile registry names may be long and may hold anything.
        let destination: String = destination
            .chars()
            .filter(|sign| !sign.is_control())
            .take(300)
            .collect();
        Self {
            rule,
            destination,
            because: because.into(),
        }
    }
}

/// Whom the user vouches for beside Azure.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// `--trust-registry`: hosts, with a port where one was given, lower case.
    pub hosts: Vec<String>,
}

impl Trust {
    /// True for a host under an Azure suffix or vouched for, which is how lists of images are
    /// sorted; see [`Trust::registry`] for the reason.
    pub fn knows(&self, registry: &str) -> bool {
        self.registry(registry).is_ok()
    }

    /// May the host of an image reference (`host` or `host:port`) be spoken to as a registry?
    ///
    /// # Errors
    /// `look-alike-registry` with the reason.
    pub fn registry(&self, registry: &str) -> Result<(), Breach> {
        let lower = registry.to_ascii_lowercase();
        let refuse = |because: String| Err(Breach::new("look-alike-registry", registry, because));
        if self.hosts.contains(&lower) {
            return Ok(());
        }
        let (host, port) = split_port(&lower);
        if port.is_some_and(|port| port != "443") {
            return refuse(format!(
                "{registry} names port {}; Azure's registries are on 443",
                port.unwrap_or_default()
            ));
        }
        if host.ends_with('.') {
            return refuse(format!(
                "{registry} ends in a dot, which some checks of names overlook"
            ));
        }
        let Some(suffix) = AZURE_SUFFIXES.iter().find(|suffix| is_under(host, suffix)) else {
            return refuse(format!(
                "{registry} is not under {} at a label boundary",
                AZURE_SUFFIXES.join(", ")
            ));
        };
        let name = &host[..host.len() - suffix.len() - 1];
        if !name.split('.').all(is_plain_label) {
            return refuse(format!("{registry} has a label that no login server has"));
        }
        Ok(())
    }

    /// May this challenge's realm see the credential meant for `registry`?
    ///
    /// The realm must be https on the login server itself; a regional login server may name its
    /// own registry's global one, since which of the two ACR returns is not known.
    ///
    /// # Errors
    /// `insecure-realm` or `realm-elsewhere` with the reason.
    pub fn realm(&self, registry: &str, realm: &str, service: &str) -> Result<Url, Breach> {
        let elsewhere = |because: String| Err(Breach::new("realm-elsewhere", realm, because));
        let Ok(url) = Url::parse(realm) else {
            return elsewhere("the realm is not an address".into());
        };
        if url.scheme() != "https" {
            return Err(Breach::new(
                "insecure-realm",
                realm,
                format!("the realm is {}, not https", url.scheme()),
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return elsewhere("the realm holds user info, which hides its host".into());
        }
        let (host, port) = split_port(registry);
        let realm_host = url.host_str().unwrap_or_default();
        if !is_same_registry(host, realm_host) {
            return elsewhere(format!(
                "the realm is on {realm_host}, the registry is {host}"
            ));
        }
        if url.port_or_known_default()
            != Some(port.and_then(|port| port.parse().ok()).unwrap_or(443))
        {
            return elsewhere(format!(
                "the realm is on port {}",
                url.port_or_known_default().unwrap_or_default()
            ));
        }
        if !is_same_registry(host, split_port(service).0) {
            return elsewhere(format!("the service is {service}, the registry is {host}"));
        }
        Ok(url)
    }

    /// The global login server of a regional one.
    pub fn global(&self, registry: &str) -> Option<String> {
        global_of_regional(&registry.to_ascii_lowercase())
    }

    /// May a layer's redirect be followed, without the credential?
    ///
    /// Any host that has a name, over https; its address is a credential in itself.
    ///
    /// # Errors
    /// `redirect-refused` with the reason.
    pub fn layer(&self, location: &Url) -> Result<(), Breach> {
        let because = if location.scheme() != "https" {
            "a layer's redirect leads away from https"
        } else if !location.username().is_empty() || location.password().is_some() {
            "a layer's redirect holds user info, which hides its host"
        } else if !matches!(location.host(), Some(url::Host::Domain(_))) {
            "a layer's redirect names an address in place of a host"
        } else {
            return Ok(());
        };
        let host = location.host_str().unwrap_or_default();
        let destination = format!("{}://{host}", location.scheme());
        Err(Breach::new("redirect-refused", &destination, because))
    }

    /// May a credential go to these addresses, which the resolver gave for `host`?
    ///
    /// Private addresses may be a private endpoint; loopback, link-local and the metadata service
    /// never are.
    ///
    /// # Errors
    /// `insecure-realm` with the address.
    pub fn addresses(&self, host: &str, addresses: &[IpAddr]) -> Result<(), Breach> {
        match addresses
            .iter()
            .find(|address| is_this_machine_or_link(**address))
        {
            None => Ok(()),
            Some(address) => Err(Breach::new(
                "insecure-realm",
                host,
                format!(
                    "{host} resolves to {address}, which is this machine, its link or its metadata service"
                ),
            )),
        }
    }

    /// May a credential go to a private address, where the login server that named it has these?
    ///
    /// # Errors
    /// `insecure-realm` with the address.
    pub fn not_further_inside(
        &self,
        host: &str,
        addresses: &[IpAddr],
        own: &[IpAddr],
    ) -> Result<(), Breach> {
        let inside = addresses.iter().find(|address| is_private(**address));
        match inside {
            Some(address) if !own.iter().copied().any(is_private) => Err(Breach::new(
                "insecure-realm",
                host,
                format!(
                    "{host} resolves to {address} inside a private network, and the login server that names it does not"
                ),
            )),
            _ => Ok(()),
        }
    }
}

/// The global login server of a regional one: `reg.region.geo.azurecr.io` → `reg.azurecr.io`.
pub fn global_of_regional(host: &str) -> Option<String> {
    let suffix = AZURE_SUFFIXES
        .iter()
        .find(|suffix| is_under(host, suffix))?;
    let labels: Vec<&str> = host[..host.len() - suffix.len() - 1].split('.').collect();
    match labels.as_slice() {
        [name, _region, "geo"] => Some(format!("{name}.{suffix}")),
        _ => None,
    }
}

/// True for addresses inside a private network (RFC 1918, unique local).
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_private() || (v4.octets()[0] == 100 && (64..128).contains(&v4.octets()[1]))
        }
        IpAddr::V6(v6) => embedded_v4(v6).map_or(v6.is_unique_local(), |v4| is_private(v4.into())),
    }
}

fn is_this_machine_or_link(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || v4.is_multicast() || v4.is_broadcast()
                // Azure's platform address: DNS, health probes and the wire server, never a registry.
                || v4 == Ipv4Addr::new(168, 63, 129, 16)
        }
        IpAddr::V6(v6) => embedded_v4(v6).map_or(
            v6.is_loopback()
                || v6.is_unicast_link_local()
                || v6.is_unspecified()
                || v6.is_multicast(),
            |v4| is_this_machine_or_link(v4.into()),
        ),
    }
}

/// The IPv4 address that a translator or a tunnel would take out of this one: mapped (RFC 4291),
/// NAT64 (RFC 6052) and 6to4 (RFC 3056).
fn embedded_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let words = v6.segments();
    let of = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match words {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(of(high, low)),
        [0x2002, high, low, ..] => Some(of(high, low)),
        _ => v6.to_ipv4_mapped(),
    }
}

fn is_under(host: &str, suffix: &str) -> bool {
    host.strip_suffix(suffix)
        .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

fn is_plain_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= LONGEST_LABEL
        && !label.starts_with('-')
        && !label.starts_with("xn--")
        && label
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The same login server, or the global one of a regional one.
fn is_same_registry(host: &str, other: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let other = other.to_ascii_lowercase();
    host == other || global_of_regional(&host).is_some_and(|global| global == other)
}

fn split_port(registry: &str) -> (&str, Option<&str>) {
    match registry.rsplit_once(':') {
        Some((host, port))
            if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            (host, Some(port))
        }
        _ => (registry, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layers_redirect_is_followed_over_https_alone() {
        let may = |text: &str| Trust::default().layer(&Url::parse(text).unwrap()).is_ok();
        assert!(may("https://x.blob.core.windows.net/a?sig=1"));
        assert!(!may("http://x.blob.core.windows.net/a"));
        assert!(!may("https://azurecr.io@evil.example/a"));
        assert!(!may("https://10.0.0.7/a"));
        assert!(!may("https://[::1]/a"));
    }

    fn trust() -> Trust {
        Trust {
            hosts: vec!["registry.test:5000".into()],
        }
    }

    #[test]
    fn hosts() {
        for good in [
            "acrwizdev.azurecr.io",
            "reg.eastus2.geo.azurecr.io",
            "contoso-e7ggejfuhzhgedc8.azurecr.io",
            "reg.azurecr.us",
            "reg.azurecr.cn",
            "reg.azurecr.io:443",
            "Reg.azurecr.io",
            "registry.test:5000",
        ] {
            assert!(trust().registry(good).is_ok(), "{good}");
        }
        for bad in [
            "x.azurecr.io.evil.test",
            "xazurecr.io",
            "azurecr.io",
            ".azurecr.io",
            "x.azurecr.io.",
            "x.azurecr.io:8443",
            "xn--acr-5na.azurecr.io",
            "docker.io",
            "registry.test",
            "x..azurecr.io",
            "a_b.azurecr.io",
            "1.2.3.4",
        ] {
            assert_eq!(
                trust().registry(bad).unwrap_err().rule,
                "look-alike-registry",
                "{bad}"
            );
        }
    }

    #[test]
    fn realms() {
        let check = |registry: &str, realm: &str, service: &str| {
            trust()
                .realm(registry, realm, service)
                .map_err(|breach| breach.rule)
        };
        let own = "https://reg.azurecr.io/oauth2/token";
        assert!(check("reg.azurecr.io", own, "reg.azurecr.io").is_ok());
        assert!(check("reg.eastus.geo.azurecr.io", own, "reg.azurecr.io").is_ok());
        assert!(
            check(
                "registry.test:5000",
                "https://registry.test:5000/token",
                "registry.test:5000"
            )
            .is_ok()
        );
        for (realm, service, rule) in [
            (
                "http://reg.azurecr.io/oauth2/token",
                "reg.azurecr.io",
                "insecure-realm",
            ),
            (
                "http://169.254.169.254/metadata",
                "reg.azurecr.io",
                "insecure-realm",
            ),
            (
                "https://evil.test/oauth2/token",
                "reg.azurecr.io",
                "realm-elsewhere",
            ),
            (
                "https://reg.azurecr.io.evil.test/",
                "reg.azurecr.io",
                "realm-elsewhere",
            ),
            (
                "https://reg.azurecr.io@evil.test/",
                "reg.azurecr.io",
                "realm-elsewhere",
            ),
            (
                "https://u:p@reg.azurecr.io/",
                "reg.azurecr.io",
                "realm-elsewhere",
            ),
            (
                "https://reg.azurecr.io:8443/",
                "reg.azurecr.io",
                "realm-elsewhere",
            ),
            (
                "https://other.azurecr.io/oauth2/token",
                "reg.azurecr.io",
                "realm-elsewhere",
            ),
            (
                "https://reg.azurecr.io/oauth2/token",
                "other.azurecr.io",
                "realm-elsewhere",
            ),
            ("not an address", "reg.azurecr.io", "realm-elsewhere"),
        ] {
            assert_eq!(
                check("reg.azurecr.io", realm, service),
                Err(rule),
                "{realm} {service}"
            );
        }
    }

    #[test]
    fn addresses() {
        let check = |text: &str| {
            trust()
                .addresses("reg.azurecr.io", &[text.parse().unwrap()])
                .is_ok()
        };
        for good in ["20.1.2.3", "10.0.0.4", "fd00::1", "2603::1"] {
            assert!(check(good), "{good}");
        }
        for bad in [
            "127.0.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "::1",
            "fe80::1",
            "::ffff:127.0.0.1",
            "168.63.129.16",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::1",
        ] {
            assert!(!check(bad), "{bad}");
        }
    }

    #[test]
    fn a_realm_is_no_further_inside_than_its_login_server() {
        let check = |address: &str, own: &str| {
            let [address, own] = [address, own].map(|text| text.parse().unwrap());
            trust().not_further_inside("reg.azurecr.io", &[address], &[own])
        };
        assert!(check("20.1.2.3", "20.1.2.4").is_ok());
        assert!(check("10.0.0.4", "10.0.0.5").is_ok());
        assert!(check("20.1.2.3", "10.0.0.5").is_ok());
        for inside in [
            "10.0.0.4",
            "192.168.1.1",
            "100.64.0.1",
            "fd00::1",
            "64:ff9b::a00:1",
        ] {
            let breach = check(inside, "20.1.2.4").unwrap_err();
            assert_eq!(breach.rule, "insecure-realm", "{inside}");
        }
    }
}
