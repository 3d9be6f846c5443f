//! Image references: `registry/repository:tag`, `registry/repository@digest`, or a bare login server.
//!
//! The grammar is that of the distribution project (distribution/reference, `reference.go`), with one
//! difference: a reference must name its registry. Where Docker would silently go to Docker Hub, a
//! probe of one registry has to say that nothing was named.
//!
//! This is not the place that decides whether a host may see a credential, and nothing is normalised:
//! the registry stays as it was typed, because the case of `service` matters to the token endpoint.

use std::net::Ipv6Addr;

use thiserror::Error;

/// What a reference means when it names neither tag nor digest.
const DEFAULT_TAG: &str = "latest";
const LONGEST_HOST: usize = 253;
const LONGEST_REPOSITORY: usize = 255;
const LONGEST_TAG: usize = 128;

/// One image, or one registry if there is no repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// `host[:port]`, as it was typed.
    pub registry: String,
    /// The repository; empty for a bare login server.
    pub repository: String,
    /// Tag or digest; `latest` where none was typed; empty for a bare login server.
    pub reference: String,
    /// The text as it was typed.
    pub raw: String,
}

impl Reference {
    /// Reads a reference; a text that names no registry is an error.
    ///
    /// # Errors
    ///
    /// One [`ReferenceError`], whose text says what was wrong, where, and what to do.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        check_characters(text)?;
        match text.split_once('/') {
            None => bare(text),
            Some((first, rest)) => image(text, first, rest),
        }
    }

    /// Whether this names a registry and nothing in it.
    #[must_use]
    pub fn is_bare_registry(&self) -> bool {
        self.repository.is_empty()
    }

    /// Whether the reference is a digest. A tag cannot hold a colon, a digest always does.
    #[must_use]
    pub fn is_digest(&self) -> bool {
        self.reference.contains(':')
    }

    /// The registry without its port; an IPv6 address keeps its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        split_port(&self.registry).0
    }
}

/// Why a text is not a reference. Its `Display` is one sentence for the person who typed it.
///
/// Texts from the input are quoted with control characters escaped and long ones cut;
/// a text that may hold a password is not quoted at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReferenceError {
    /// Nothing, or only blanks.
    #[error(
        "the image reference is empty: name it as REGISTRY/REPOSITORY:TAG, such as myregistry.azurecr.io/app:1.0"
    )]
    Empty,
    /// A blank, a line break or another character that no reference can hold.
    #[error(
        "the image reference has {character:?} at character {position}: remove it, a reference has no blanks, line breaks or control characters"
    )]
    Character {
        /// The character.
        character: char,
        /// Where, counted in characters from 1.
        position: usize,
    },
    /// A URL was typed.
    #[error(
        "the image reference begins with {scheme:?}: leave out the scheme and start with the registry's host name"
    )]
    Scheme {
        /// The scheme with its `://`.
        scheme: String,
    },
    /// `user@` or `user:password@` stands before the host.
    #[error(
        "the image reference has an '@' that begins no digest, as if a user name or password stood before the host: leave it out and give credentials with --principal (a digest belongs after the repository)"
    )]
    Userinfo,
    /// No registry: a container client would go to Docker Hub.
    #[error(
        "{name:?} names no registry, so a container client would look for it on Docker Hub: put the login server in front of it, as in myregistry.azurecr.io/REPOSITORY:TAG"
    )]
    NoHost {
        /// The name as typed.
        name: String,
    },
    /// A registry with a tag, a digest or a `/`, but no repository.
    #[error(
        "nothing names a repository after the registry {registry:?}: write REGISTRY/REPOSITORY:TAG, or the login server alone to probe only the registry"
    )]
    NoRepository {
        /// The registry.
        registry: String,
    },
    /// The host name is not one.
    #[error(
        "the registry {host:?} is not a host name: use letters, digits, '-' and '.', then at most a ':' and a port"
    )]
    Host {
        /// What was typed.
        host: String,
    },
    /// The port is not one.
    #[error("{port:?} is not a port of the registry {host:?}: use a number from 1 to 65535")]
    Port {
        /// The host in front of it.
        host: String,
        /// What was typed.
        port: String,
    },
    /// Upper-case letters in the repository.
    #[error(
        "the repository part {component:?} has upper-case letters, which no registry accepts: write {lower:?}"
    )]
    UpperCase {
        /// The part between two slashes.
        component: String,
        /// The same in lower case.
        lower: String,
    },
    /// Two slashes in a row or one at the end.
    #[error(
        "the repository {repository:?} has an empty part: remove the '/' too many, or fill in the name that is missing"
    )]
    EmptyPart {
        /// The repository.
        repository: String,
    },
    /// Another fault of the repository.
    #[error(
        "the repository part {component:?} is not allowed: use a-z and 0-9, between them '.', '_', '__' or dashes"
    )]
    Repository {
        /// The part between two slashes.
        component: String,
    },
    /// The repository is too long.
    #[error(
        "the repository has {length} characters, more than the {LONGEST_REPOSITORY} that a registry accepts: shorten it"
    )]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// The tag is not one.
    #[error(
        "the tag {tag:?} is not allowed: use at most {LONGEST_TAG} letters, digits, '_', '.' and '-', not beginning with '.' or '-'"
    )]
    Tag {
        /// What was typed.
        tag: String,
    },
    /// The digest is not one.
    #[error("the digest {digest:?} is not one: write sha256: and 64 lower-case hexadecimal digits")]
    Digest {
        /// What was typed.
        digest: String,
    },
}

fn check_characters(text: &str) -> Result<(), ReferenceError> {
    if text.trim().is_empty() {
        return Err(ReferenceError::Empty);
    }
    let unfit = |c: char| c.is_whitespace() || c.is_control();
    if let Some((index, character)) = text.chars().enumerate().find(|&(_, c)| unfit(c)) {
        return Err(ReferenceError::Character {
            character,
            position: index + 1,
        });
    }
    match text.find("://") {
        Some(end) if is_scheme(&text[..end]) => Err(ReferenceError::Scheme {
            scheme: shown(&text[..end + 3]),
        }),
        _ => Ok(()),
    }
}

fn is_scheme(text: &str) -> bool {
    let fit = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-');
    !text.is_empty() && text.bytes().all(fit)
}

/// A text without a slash: a login server, or a mistake.
fn bare(text: &str) -> Result<Reference, ReferenceError> {
    let (named, digest) = match text.split_once('@') {
        None => (text, None),
        Some((named, after)) if is_digest_like(after) => (named, Some(after)),
        Some(_) => return Err(ReferenceError::Userinfo),
    };
    let (host, port) = split_port(named);
    if !(host.contains('.') || host == "localhost" || host.starts_with('[')) {
        return Err(ReferenceError::NoHost { name: shown(text) });
    }
    let is_tag = port.is_some_and(|p| !p.bytes().all(|b| b.is_ascii_digit()));
    if is_tag || digest.is_some() {
        return Err(ReferenceError::NoRepository {
            registry: shown(host),
        });
    }
    check_registry(text)?;
    Ok(Reference {
        registry: text.to_owned(),
        repository: String::new(),
        reference: String::new(),
        raw: text.to_owned(),
    })
}

fn image(text: &str, registry: &str, rest: &str) -> Result<Reference, ReferenceError> {
    if registry.contains('@') {
        return Err(ReferenceError::Userinfo);
    }
    if !(registry.contains(['.', ':']) || registry == "localhost") {
        return Err(ReferenceError::NoHost { name: shown(text) });
    }
    // A password may hold a slash: then what looks like a port is the first half of it.
    let is_userinfo = |rest: &str| {
        rest.split_once('@')
            .is_some_and(|(_, d)| !is_digest_like(d))
    };
    check_registry(registry).map_err(|error| match is_userinfo(rest) {
        true => ReferenceError::Userinfo,
        false => error,
    })?;
    let (named, digest) = match rest.split_once('@') {
        None => (rest, None),
        Some((named, digest)) => (named, Some(digest)),
    };
    let (repository, tag) = split_tag(named);
    if repository.is_empty() {
        return Err(ReferenceError::NoRepository {
            registry: shown(registry),
        });
    }
    check_repository(repository)?;
    tag.map_or(Ok(()), check_tag)?;
    digest.map_or(Ok(()), check_digest)?;
    Ok(Reference {
        registry: registry.to_owned(),
        repository: repository.to_owned(),
        // Clients pull by the digest where both are given; the tag is then only a remark.
        reference: digest.or(tag).unwrap_or(DEFAULT_TAG).to_owned(),
        raw: text.to_owned(),
    })
}

/// `host`, `host:port`, `[v6]`, `[v6]:port`.
fn split_port(registry: &str) -> (&str, Option<&str>) {
    let after_address = registry.rfind(']').map_or(0, |at| at + 1);
    match registry[after_address..].find(':') {
        None => (registry, None),
        Some(at) => {
            let colon = after_address + at;
            (&registry[..colon], Some(&registry[colon + 1..]))
        }
    }
}

fn split_tag(named: &str) -> (&str, Option<&str>) {
    let last_part = named.rfind('/').map_or(0, |at| at + 1);
    match named[last_part..].find(':') {
        None => (named, None),
        Some(at) => {
            let colon = last_part + at;
            (&named[..colon], Some(&named[colon + 1..]))
        }
    }
}

fn check_registry(registry: &str) -> Result<(), ReferenceError> {
    let (host, port) = split_port(registry);
    if !is_host(host) {
        return Err(ReferenceError::Host { host: shown(host) });
    }
    match port {
        Some(port) if !is_port(port) => Err(ReferenceError::Port {
            host: shown(host),
            port: shown(port),
        }),
        _ => Ok(()),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    host.len() <= LONGEST_HOST && host.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let fit = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    !label.is_empty() && label.bytes().all(fit) && !label.starts_with('-') && !label.ends_with('-')
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|n| n > 0)
}

fn check_repository(repository: &str) -> Result<(), ReferenceError> {
    let length = repository.chars().count();
    if length > LONGEST_REPOSITORY {
        return Err(ReferenceError::TooLong { length });
    }
    if repository.split('/').any(str::is_empty) {
        return Err(ReferenceError::EmptyPart {
            repository: shown(repository),
        });
    }
    match repository.split('/').find(|part| !is_component(part)) {
        None => Ok(()),
        Some(part) => Err(component_error(part)),
    }
}

fn component_error(part: &str) -> ReferenceError {
    let lower = part.to_ascii_lowercase();
    let component = shown(part);
    if is_component(&lower) {
        return ReferenceError::UpperCase {
            component,
            lower: shown(&lower),
        };
    }
    ReferenceError::Repository { component }
}

fn is_component(part: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let separator = |s: &str| matches!(s, "." | "_" | "__") || s.bytes().all(|b| b == b'-');
    part.starts_with(alphanumeric)
        && part.ends_with(alphanumeric)
        && part.split(alphanumeric).all(separator)
}

fn check_tag(tag: &str) -> Result<(), ReferenceError> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let fit = |c: char| word(c) || c == '.' || c == '-';
    if tag.starts_with(word) && tag.len() <= LONGEST_TAG && tag.chars().all(fit) {
        return Ok(());
    }
    Err(ReferenceError::Tag { tag: shown(tag) })
}

fn check_digest(digest: &str) -> Result<(), ReferenceError> {
    let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    // The lengths of the three algorithms that the OCI image specification registers or reserves.
    let length = match digest.split_once(':') {
        Some(("sha256", _)) => 64,
        Some(("sha384", _)) => 96,
        Some(("sha512", _)) => 128,
        _ => 0,
    };
    let digits = digest.split_once(':').map_or("", |(_, digits)| digits);
    if length > 0 && digits.len() == length && digits.bytes().all(hexadecimal) {
        return Ok(());
    }
    Err(ReferenceError::Digest {
        digest: shown(digest),
    })
}

fn is_digest_like(text: &str) -> bool {
    ["sha256:", "sha384:", "sha512:"]
        .iter()
        .any(|algorithm| text.starts_with(algorithm))
}

/// A text for a sentence: long ones are cut.
fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DIGEST: &str = "sha256:9b8eac4b5c09d6b5d1d9b2d9d3c2e0b8a9d6c2fdc3b6f0a1b2c3d4e5f6071829";

    fn check(text: &str, expected: Result<(&str, &str, &str), &str>) {
        let read = Reference::parse(text);
        match (&read, expected) {
            (Ok(r), Ok(parts)) => {
                assert_eq!(
                    (&*r.registry, &*r.repository, &*r.reference),
                    parts,
                    "{text:?}"
                );
                assert_eq!(r.raw, text);
            }
            (Err(error), Err(part)) => {
                let said = error.to_string();
                assert!(said.contains(part), "{text:?}: {said}");
                assert!(!said.contains('\n'), "{text:?}: more than one line");
            }
            _ => panic!("{text:?} gave {read:?}"),
        }
    }

    #[test]
    fn images() {
        check(
            "acrwizdev.azurecr.io/guestbook:8edd399",
            Ok(("acrwizdev.azurecr.io", "guestbook", "8edd399")),
        );
        check(
            "r.azurecr.io/team/app",
            Ok(("r.azurecr.io", "team/app", "latest")),
        );
        check(
            "r.azurecr.io/a__b/c--d.e_f:V1.0-x_Y",
            Ok(("r.azurecr.io", "a__b/c--d.e_f", "V1.0-x_Y")),
        );
        check(
            &format!("r.azurecr.io/app@{DIGEST}"),
            Ok(("r.azurecr.io", "app", DIGEST)),
        );
        check(
            &format!("r.azurecr.io/app:1@{DIGEST}"),
            Ok(("r.azurecr.io", "app", DIGEST)),
        );
        check("R.Azurecr.IO/app:1", Ok(("R.Azurecr.IO", "app", "1")));
        check("localhost:5000/app:1", Ok(("localhost:5000", "app", "1")));
        check("localhost/app", Ok(("localhost", "app", "latest")));
        check("[::1]:5000/app", Ok(("[::1]:5000", "app", "latest")));
        check(
            "r-h4sh.westeurope.geo.azurecr.io:443/a:1",
            Ok(("r-h4sh.westeurope.geo.azurecr.io:443", "a", "1")),
        );
    }

    #[test]
    fn bare_registries() {
        check("r.azurecr.io", Ok(("r.azurecr.io", "", "")));
        check("r.azurecr.io:443", Ok(("r.azurecr.io:443", "", "")));
        check("localhost:5000", Ok(("localhost:5000", "", "")));
        check("r.azurecr.io/", Err("nothing names a repository"));
        check("r.azurecr.io:v1", Err("nothing names a repository"));
        check(
            &format!("r.azurecr.io@{DIGEST}"),
            Err("nothing names a repository"),
        );
        check("r.azurecr.io/:1", Err("nothing names a repository"));
    }

    #[test]
    fn mistakes() {
        check("", Err("is empty"));
        check(" \n", Err("is empty"));
        check("guestbook:1", Err("\"guestbook:1\" names no registry"));
        check("library/busybox", Err("Docker Hub"));
        check("python:3.12", Err("Docker Hub"));
        check(&format!("guestbook@{DIGEST}"), Err("Docker Hub"));
        check("https://r.azurecr.io/app", Err("\"https://\""));
        check("r.azurecr.io/app:1\n", Err("'\\n' at character 19"));
        check("r.azurecr.io /app", Err("' ' at character 13"));
        check("r.azurecr.io/a\u{1b}[31m", Err("'\\u{1b}'"));
        check("r.azurecr.io/Team/app", Err("write \"team\""));
        check("r.azurecr.io/team//app", Err("empty part"));
        check("r.azurecr.io/team/", Err("empty part"));
        check("r.azurecr.io/a___b", Err("\"a___b\""));
        check("r.azurecr.io/-a", Err("\"-a\""));
        check("r.azurecr.io/ünder", Err("not allowed"));
        check("r.azurecr.io/a:b/c", Err("\"a:b\""));
        check("r.azurecr.io/app:", Err("the tag \"\""));
        check("r.azurecr.io/app:.x", Err("the tag"));
        check("r.azurecr.io/app:1:2", Err("the tag \"1:2\""));
        check(
            &format!("r.azurecr.io/app:{}", "t".repeat(129)),
            Err("at most 128"),
        );
        check("r.azurecr.io/app@", Err("the digest \"\""));
        check("r.azurecr.io/app@sha256:abc", Err("the digest"));
        check(
            &format!("r.azurecr.io/app@{}", DIGEST.to_uppercase()),
            Err("the digest"),
        );
        check(
            &format!("r.azurecr.io/{}", "a".repeat(256)),
            Err("256 characters"),
        );
        check("-r.azurecr.io/app", Err("not a host name"));
        check("r..io/app", Err("not a host name"));
        check("[::x]:1/app", Err("not a host name"));
        check("r.azurecr.io:0/app", Err("\"0\" is not a port"));
        check("r.azurecr.io:70000/app", Err("not a port"));
        check("r.azurecr.io:/app", Err("not a port"));
    }

    #[test]
    fn a_password_before_the_host_is_not_repeated() {
        for text in [
            "me:hunter2@r.azurecr.io/app",
            "me:hunter2@r.azurecr.io",
            "https://me:hunter2@r.azurecr.io/app",
            "me:hunter2://@r.azurecr.io/a",
            "me:hunter2/x@r.azurecr.io/a",
        ] {
            let said = Reference::parse(text).unwrap_err().to_string();
            assert!(!said.contains("hunter2"), "{said}");
        }
        check("me:hunter2@r.azurecr.io/app", Err("begins no digest"));
    }

    #[test]
    fn hosts_and_digests() {
        let read = |text| Reference::parse(text).unwrap();
        assert_eq!(read("r.azurecr.io:443/a").host(), "r.azurecr.io");
        assert_eq!(read("[::1]:5000/a").host(), "[::1]");
        assert!(read("r.azurecr.io").is_bare_registry());
        assert!(!read("r.azurecr.io/a:1").is_digest());
        assert!(read(&format!("r.azurecr.io/a@{DIGEST}")).is_digest());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            if let Err(error) = Reference::parse(&text) {
                prop_assert!(!error.to_string().chars().any(char::is_control));
            }
        }

        #[test]
        fn nearly_references_do_not_panic(text in "[a-zA-Z0-9.:/@\\[\\]_ä-]{0,60}") {
            if let Err(error) = Reference::parse(&text) {
                prop_assert!(!error.to_string().is_empty());
            }
        }

        #[test]
        fn what_was_read_reads_the_same_again(
            host in "[a-z0-9]{1,12}\\.azurecr\\.io(:[1-9][0-9]{0,3})?",
            repository in "[a-z0-9]{1,8}([._-][a-z0-9]{1,4})?(/[a-z0-9]{1,8}){0,3}",
            tag in "[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}",
        ) {
            let read = Reference::parse(&format!("{host}/{repository}:{tag}")).unwrap();
            prop_assert_eq!((&read.registry, &read.repository, &read.reference), (&host, &repository, &tag));
            let again = Reference::parse(&format!("{}/{}:{}", read.registry, read.repository, read.reference)).unwrap();
            prop_assert_eq!(again, read);
        }
    }
}
