//! The shape of a registry's host, as the reference spells it.

/// What is odd about a host: why it is not, letter for letter, a login server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Odd {
    /// Upper-case letters.
    Capitals,
    /// A port.
    Port,
    /// The name that only DNS uses behind a private endpoint.
    PrivateLink,
    /// The host that layers come from.
    DataEndpoint,
}

impl Odd {
    /// The first oddity of `host[:port]` under Azure's suffixes.
    pub(super) fn of(registry: &str) -> Option<Self> {
        let lower = registry.to_ascii_lowercase();
        let host = lower.split(':').next().unwrap_or_default();
        if !host.contains(".azurecr.") {
            return None;
        }
        if host.contains(".privatelink.azurecr.") {
            return Some(Self::PrivateLink);
        }
        if host.contains(".data.azurecr.") {
            return Some(Self::DataEndpoint);
        }
        if registry.contains(':') {
            return Some(Self::Port);
        }
        (registry != lower).then_some(Self::Capitals)
    }

    /// What it is, for "the image names REGISTRY, …".
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Capitals => "with capital letters",
            Self::Port => "with a port",
            Self::PrivateLink => "which is the private endpoint's name in DNS",
            Self::DataEndpoint => "which is a data endpoint",
        }
    }
}

/// The login server that is probably meant; for a data endpoint the region's label goes too.
pub(super) fn login_server(registry: &str) -> String {
    let lower = registry.to_ascii_lowercase();
    let host = lower.split(':').next().unwrap_or_default();
    let host = host.replace(".privatelink.azurecr.", ".azurecr.");
    match host.split_once(".data.azurecr.") {
        Some((before, suffix)) => {
            let name = before.split('.').next().unwrap_or(before);
            format!("{name}.azurecr.{suffix}")
        }
        None => host,
    }
}

/// A host that older nodes do not take for a registry's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `NAME.REGION.geo.azurecr.io`: five labels.
    Regional,
    /// `NAME-HASH.azurecr.io`: a domain name label.
    Hyphen,
}

impl Shape {
    /// The shape, where it is one of the two.
    pub(super) fn of(registry: &str) -> Option<Self> {
        let host = registry.split(':').next().unwrap_or_default();
        if host.contains(".geo.azurecr.") {
            return Some(Self::Regional);
        }
        let name = host.split('.').next().unwrap_or_default();
        (host.contains(".azurecr.") && name.contains('-')).then_some(Self::Hyphen)
    }

    /// What nodes lack for it.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Regional => {
                "This is a regional host with five labels, and * stands for one label only: *.azurecr.io never matches it. Newer \
                 AKS node images have the pattern *.*.geo.azurecr.io besides; older ones lack it. The plugin has a pattern of its \
                 own too: of its releases up to 1.36 those from 1.29.13, 1.30.9, 1.31.3 and 1.32.1 on answer with nothing for such \
                 a host (cloud-provider-azure#10720 mends that)."
            }
            Self::Hyphen => {
                "This host has the hash of a domain name label behind a hyphen. matchImages takes that; the plugin's own pattern \
                 does not in the releases from 1.29.13, 1.30.9, 1.31.3 and 1.32.1 up to 1.36: it answers with nothing \
                 (cloud-provider-azure#10731 mends that)."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (registry, odd, shape, login) in [
            ("reg.azurecr.io", None, None, "reg.azurecr.io"),
            (
                "Reg.azurecr.io",
                Some(Odd::Capitals),
                None,
                "reg.azurecr.io",
            ),
            (
                "reg.azurecr.io:443",
                Some(Odd::Port),
                None,
                "reg.azurecr.io",
            ),
            (
                "reg.privatelink.azurecr.io",
                Some(Odd::PrivateLink),
                None,
                "reg.azurecr.io",
            ),
            (
                "reg.westeurope.data.azurecr.io",
                Some(Odd::DataEndpoint),
                None,
                "reg.azurecr.io",
            ),
            (
                "reg-h4sh.azurecr.io",
                None,
                Some(Shape::Hyphen),
                "reg-h4sh.azurecr.io",
            ),
            (
                "reg.westeurope.geo.azurecr.io",
                None,
                Some(Shape::Regional),
                "reg.westeurope.geo.azurecr.io",
            ),
            ("localhost:5000", None, None, "localhost"),
        ] {
            assert_eq!(Odd::of(registry), odd, "{registry}");
            assert_eq!(Shape::of(registry), shape, "{registry}");
            assert_eq!(login_server(registry), login, "{registry}");
        }
    }
}
