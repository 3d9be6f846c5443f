//! URLs in a text: which host, which repository, which scope.

use super::normal::work;

/// What one URL tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Url {
    /// `host[:port]`, without anything before an `@`.
    pub host: Option<String>,
    /// The path.
    pub path: String,
    /// The query's scope, decoded.
    pub scope: Option<String>,
    /// The query's service, decoded.
    pub service: Option<String>,
}

impl Url {
    /// The repository and the reference in `/v2/REPOSITORY/manifests/REFERENCE`.
    pub fn content(&self) -> Option<(&str, &str)> {
        let rest = self.path.strip_prefix("/v2/")?;
        ["/manifests/", "/blobs/", "/tags/"]
            .iter()
            .find_map(|kind| {
                let (repository, reference) = rest.split_once(kind)?;
                Some((
                    repository,
                    if *kind == "/manifests/" {
                        reference
                    } else {
                        ""
                    },
                ))
            })
    }

    /// The repository and the actions of the scope.
    pub fn asked(&self) -> Option<(&str, &str)> {
        self.scope
            .as_deref()?
            .split(' ')
            .next()?
            .strip_prefix("repository:")?
            .rsplit_once(':')
    }
}

/// Every URL of the text. Platforms may cut the host out: `https:?scope=…`.
pub(super) fn all(text: &str) -> Vec<Url> {
    work::count(text);
    const MOST: usize = 64;
    let starts = text
        .match_indices("http")
        .filter_map(|(at, _)| {
            let rest = &text[at..];
            let rest = rest
                .strip_prefix("https:")
                .or_else(|| rest.strip_prefix("http:"))?;
            rest.starts_with(['/', '?']).then_some(rest)
        })
        .take(MOST);
    starts.map(one).collect()
}

fn one(rest: &str) -> Url {
    let end = rest
        .find(|one: char| {
            one.is_whitespace() || matches!(one, '"' | '\'' | '<' | '>' | '\\' | '`' | '…')
        })
        .unwrap_or(rest.len());
    let whole = rest[..end].trim_end_matches([':', ',', '.', ';', ')', ']']);
    let (place, query) = whole.split_once('?').unwrap_or((whole, ""));
    let place = place.strip_prefix("//").unwrap_or("");
    let (host, path) = match place.find('/') {
        Some(at) => place.split_at(at),
        None => (place, ""),
    };
    let host = host.rsplit('@').next().unwrap_or_default();
    let value = |name: &str| {
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
            .map(decoded)
    };
    Url {
        host: Some(host.to_owned()).filter(|host| !host.is_empty()),
        path: decoded(path),
        scope: value("scope"),
        service: value("service"),
    }
}

/// Percent-decoded; what is not an escape stays.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digit = |offset: usize| {
            bytes
                .get(at + offset)
                .and_then(|one| char::from(*one).to_digit(16))
        };
        match (bytes[at], digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 3;
            }
            (b'+', ..) => {
                out.push(b' ');
                at += 1;
            }
            (one, ..) => {
                out.push(one);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
