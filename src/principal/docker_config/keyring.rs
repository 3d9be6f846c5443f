//! The kubelet's choice among the entries of a pull secret
//! (kubernetes `pkg/credentialprovider/keyring.go`: `Add`, `Lookup`, `URLsMatch`).

use super::key::{near, parse, shown, split_port};
use super::{Choice, DockerConfig};
use std::cmp::Reverse;

impl DockerConfig {
    /// What the kubelet would try for an image, in its order; one [`Choice::Nothing`] if nothing.
    ///
    /// It reads `auths` alone, takes every key that matches (`*` in a label of the host, a path that
    /// the image's path begins with) and tries the longer ones first. One entry that it cannot read
    /// costs it the whole Secret, so that entry is then the only answer.
    pub fn choose_as_kubelet(&self, image_host: &str, repository: &str) -> Vec<Choice> {
        let spoils = |(key, entry): &(String, super::Entry)| {
            let why = entry.fault_for_kubelet()?;
            Some(Choice::Malformed {
                key: shown(key),
                why: format!("{why}; the kubelet then reads no entry of this Secret"),
            })
        };
        if let Some(malformed) = self.auths.iter().find_map(spoils) {
            return vec![malformed];
        }
        let image = format!("{image_host}/{repository}");
        let mut matching: Vec<_> = self
            .auths
            .iter()
            .filter_map(|(key, entry)| Some((index_key(key)?, key, entry)))
            .filter(|(indexed, _, _)| urls_match(indexed, &image))
            .collect();
        // Stable: entries that come to the same key stay in the file's order.
        matching.sort_by_key(|(indexed, _, _)| Reverse(indexed.clone()));
        if matching.is_empty() {
            return vec![Choice::Nothing {
                near: near(self.auths.iter().map(|(key, _)| key), image_host),
            }];
        }
        let entries = matching.into_iter();
        entries
            .map(|(_, key, entry)| entry.as_kubelet(shown(key)))
            .collect()
    }
}

/// A key without scheme, and without `/v1` or `/v2`; none where the kubelet passes over it.
fn index_key(key: &str) -> Option<String> {
    let has_scheme = key.starts_with("https://") || key.starts_with("http://");
    let address = if has_scheme {
        key.to_owned()
    } else {
        format!("https://{key}")
    };
    let (authority, path) = parse(&address)?;
    let path = match path {
        versioned if versioned.starts_with("/v1/") || versioned.starts_with("/v2/") => {
            &versioned[3..]
        }
        other => other,
    };
    Some(match path {
        "" | "/" => authority.to_owned(),
        path => format!("{authority}{path}"),
    })
}

/// The kubelet's match of a pattern and an image, both without a scheme: the same number of labels,
/// each matching; the same port or none in both; the pattern's path as the beginning of the image's.
/// It is the rule for pull secrets and for `matchImages`.
pub fn urls_match(pattern: &str, image: &str) -> bool {
    let pattern = format!("https://{pattern}");
    let image = format!("https://{image}");
    let (Some((pattern, pattern_path)), Some((image, image_path))) =
        (parse(&pattern), parse(&image))
    else {
        return false;
    };
    let (pattern, pattern_port) = split_port(pattern);
    let (image, image_port) = split_port(image);
    pattern_port == image_port
        && image_path.starts_with(pattern_path)
        && pattern.split('.').count() == image.split('.').count()
        && pattern
            .split('.')
            .zip(image.split('.'))
            .all(|(pattern, label)| label_matches(pattern, label))
}

/// `*` stands for any letters of one label.
fn label_matches(pattern: &str, label: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == label;
    };
    let Some(mut left) = label.strip_prefix(first) else {
        return false;
    };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{index_key, label_matches, urls_match};

    #[test]
    fn keys_are_indexed_as_the_kubelet_does_it() {
        for (key, indexed) in [
            ("reg.azurecr.io", Some("reg.azurecr.io")),
            ("https://reg.azurecr.io/", Some("reg.azurecr.io")),
            ("https://reg.azurecr.io/v1/", Some("reg.azurecr.io")),
            ("http://reg.azurecr.io/v2/team", Some("reg.azurecr.io/team")),
            ("https://reg.azurecr.io/v1", Some("reg.azurecr.io/v1")),
            ("reg.azurecr.io:443", Some("reg.azurecr.io:443")),
            ("HTTPS://reg.azurecr.io", Some("HTTPS://reg.azurecr.io")), // of the host "HTTPS:"
            (" reg.azurecr.io", None),
        ] {
            assert_eq!(index_key(key).as_deref(), indexed, "{key}");
        }
    }

    #[test]
    fn patterns() {
        let image = "reg.azurecr.io/team/app";
        for pattern in [
            "reg.azurecr.io",
            "*.azurecr.io",
            "r*g.*.io",
            "reg.azurecr.io/te",
        ] {
            assert!(urls_match(pattern, image), "{pattern}");
        }
        for pattern in [
            "*.io",
            "Reg.azurecr.io",
            "reg.azurecr.io:443",
            "reg.azurecr.io/other",
            "reg.azurecr.io.",
        ] {
            assert!(!urls_match(pattern, image), "{pattern}");
        }
    }

    #[test]
    fn stars_in_a_label() {
        for (pattern, label, is_match) in [
            ("*", "", true),
            ("a*", "a", true),
            ("a*b", "ab", true),
            ("a*a", "a", false),
            ("*b*d*", "abcd", true),
            ("*d*b*", "abcd", false),
            ("**", "x", true),
        ] {
            assert_eq!(label_matches(pattern, label), is_match, "{pattern} {label}");
        }
    }
}
