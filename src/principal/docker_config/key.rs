//! Keys of a docker config, which are host names, addresses, or nearly.
//!
//! Read as Go's `net/url` reads them: it keeps case and port, where the `url` crate lower-cases the
//! host and drops `:443`, and just that is what makes an entry miss.

/// No host name, with scheme and path, is longer.
const LONGEST_SHOWN: usize = 255;

/// docker's `ConvertToHostname`: the key without scheme and path.
pub(super) fn hostname(key: &str) -> &str {
    if let Some((authority, _)) = key.contains("://").then(|| parse(key)).flatten() {
        let (host, port) = split_port(authority);
        if !host.is_empty() {
            return if port.is_empty() { host } else { authority };
        }
    }
    key.split('/').next().unwrap_or(key)
}

/// Host with port, and path, of `scheme://…`; none where Go would not take it for an address.
pub(super) fn parse(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !is_scheme || rest.contains(|letter: char| letter.is_ascii_control()) {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let at = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    let authority = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let (host, port) = split_port(authority);
    let is_host = !host.contains([' ', '\\', '^', '`', '{', '|', '}', '%', ':']);
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    (is_host && is_port).then_some((authority, path))
}

/// Host and port; the port is empty where there is none.
pub(super) fn split_port(authority: &str) -> (&str, &str) {
    authority.rsplit_once(':').unwrap_or((authority, ""))
}

/// The keys that resemble a registry's name, as they may be shown, each once.
pub(super) fn near<'a>(keys: impl Iterator<Item = &'a String>, registry: &str) -> Vec<String> {
    let mut near: Vec<String> = Vec::new();
    for key in keys
        .filter(|key| resembles(key, registry))
        .map(|key| shown(key))
    {
        if !near.contains(&key) {
            near.push(key);
        }
    }
    near
}

/// True where a person may have taken the key for this registry's: both are the same without
/// scheme, path, port, case, final dot, blanks, the `privatelink` label and the suffix.
fn resembles(key: &str, registry: &str) -> bool {
    let key = bare(key);
    let registry = bare(registry);
    let name_alone = registry.split('.').next() == Some(key.as_str());
    !key.is_empty() && (key == registry || name_alone)
}

fn bare(key: &str) -> String {
    let key = key.trim();
    let without_scheme = key.split_once("://").map_or(key, |(_, rest)| rest).trim();
    let authority = without_scheme.split('/').next().unwrap_or(without_scheme);
    let authority = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let (host, _) = split_port(authority.trim());
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host.replace(".privatelink.azurecr.", ".azurecr.")
}

/// A key as it may be shown: without what stands before an `@`, and no key that cannot be a name.
pub(super) fn shown(key: &str) -> String {
    let length = key.chars().count();
    if length > LONGEST_SHOWN {
        return format!("(no host name: {length} characters)");
    }
    let start = key.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = key.split_at(start);
    match rest.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}…@{host}"),
        None => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{hostname, resembles, shown};

    #[test]
    fn keys_become_hosts_as_docker_does_it() {
        for (key, host) in [
            ("reg.azurecr.io", "reg.azurecr.io"),
            ("https://reg.azurecr.io", "reg.azurecr.io"),
            ("http://reg.azurecr.io/v1/", "reg.azurecr.io"),
            ("HTTPS://reg.azurecr.io/v2/", "reg.azurecr.io"),
            ("reg.azurecr.io/v1/", "reg.azurecr.io"),
            ("https://reg.azurecr.io:443/v1/", "reg.azurecr.io:443"),
            ("https://reg.azurecr.io:/", "reg.azurecr.io"),
            ("https://Reg.azurecr.io", "Reg.azurecr.io"),
            ("https://user@reg.azurecr.io/x", "reg.azurecr.io"),
            ("https://reg.azurecr.io@evil.example/", "evil.example"),
            ("https:// reg.azurecr.io", "https:"),
            ("https://reg.azurecr.io:port/", "https:"),
            ("", ""),
        ] {
            assert_eq!(hostname(key), host, "{key}");
        }
    }

    #[test]
    fn what_resembles() {
        let is_near = |key| resembles(key, "reg.azurecr.io");
        for key in [
            "Reg.azurecr.io",
            "reg.azurecr.io:443",
            "https://REG.azurecr.io/v1/",
            "reg.azurecr.io.",
            "reg.privatelink.azurecr.io",
            " reg.azurecr.io",
            "https:// reg.azurecr.io",
            "reg",
        ] {
            assert!(is_near(key), "{key}");
        }
        for key in [
            "",
            "/",
            "other.azurecr.io",
            "reg.azurecr.io.evil.example",
            "xreg.azurecr.io",
        ] {
            assert!(!is_near(key), "{key}");
        }
    }

    #[test]
    fn a_password_in_a_key_is_not_shown() {
        assert_eq!(
            shown("https://u:p@reg.azurecr.io/v1/"),
            "https://…@reg.azurecr.io/v1/"
        );
        assert_eq!(shown("u:p@ss@reg.azurecr.io"), "…@reg.azurecr.io");
        assert_eq!(shown(&"e".repeat(300)), "(no host name: 300 characters)");
    }
}
