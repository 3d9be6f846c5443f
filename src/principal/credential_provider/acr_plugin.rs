//! Azure's own plugin: which images it takes for its own, by the generation of its pattern.
//!
//! A plugin that is asked may still answer "not mine" with an empty list, and then the pull is
//! anonymous. From cloud-provider-azure `pkg/credentialprovider/azure_credentials.go`
//! (`acrRE`, `parseACRLoginServerFromImage`) at its tags; the last generation is from the review of
//! its pull request 10720, so its exact form is inferred.

/// The suffixes that every generation knows, in the order of its pattern.
const SUFFIXES: [&str; 4] = [".azurecr.io", ".azurecr.cn", ".azurecr.de", ".azurecr.us"];

/// The pattern of a range of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    /// `.*\.azurecr\.io|…`, found exactly once: 1.28.0–8, 1.29.0–3.
    Anything,
    /// `^.+?\.(azurecr\.io|…)`: 1.28.9–14, 1.29.4–12, 1.30.0–8, 1.31.0–2, 1.32.0.
    AnyName,
    /// `^[a-zA-Z0-9]+\.(azurecr\.io|…)`, then the end or a slash: 1.29.13 and later, 1.30.9 and
    /// later, 1.31.3 and later, 1.32.1 and later, 1.33 to 1.36 as far as they were read.
    PlainName,
    /// One hyphen in the name and a region before the suffix are allowed too: after August 2026.
    Regional,
}

impl Generation {
    /// All, oldest first.
    pub const ALL: [Self; 4] = [
        Self::Anything,
        Self::AnyName,
        Self::PlainName,
        Self::Regional,
    ];

    /// The versions of the plugin, in words.
    pub fn versions(self) -> &'static str {
        match self {
            Self::Anything => "1.28.0-8, 1.29.0-3",
            Self::AnyName => "1.28.9-14, 1.29.4-12, 1.30.0-8, 1.31.0-2, 1.32.0",
            Self::PlainName => "1.29.13+, 1.30.9+, 1.31.3+, 1.32.1+, 1.33 to 1.36",
            Self::Regional => "builds with cloud-provider-azure#10720",
        }
    }
}

/// What one generation makes of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Its pattern takes it; this login server is asked.
    ByPattern(String),
    /// Its pattern does not, but the cloud's suffix stands somewhere in the image; this is asked.
    BySuffix(String),
    /// It answers with nothing: the pull is anonymous.
    NotMine,
}

/// What each generation makes of an image, as the kubelet names it (without tag and digest).
///
/// `cloud_suffix` is the `ContainerRegistryDNSSuffix` of the plugin's environment: `azurecr.io`
/// without a dot where it comes from autorest's public cloud, with a dot in a custom cloud, none
/// where the plugin has no environment. The string is searched for anywhere in the image.
pub fn accepted_by_acr_plugin(
    image: &str,
    cloud_suffix: Option<&str>,
) -> Vec<(Generation, Verdict)> {
    let verdict = |generation| match by_pattern(generation, image) {
        Some(server) => Verdict::ByPattern(server.to_owned()),
        None => by_suffix(image, cloud_suffix),
    };
    let all = Generation::ALL.into_iter();
    all.map(|generation| (generation, verdict(generation)))
        .collect()
}

fn by_suffix(image: &str, cloud_suffix: Option<&str>) -> Verdict {
    let suffix = cloud_suffix.filter(|suffix| !suffix.is_empty());
    match suffix.and_then(|suffix| Some(image.find(suffix)? + suffix.len())) {
        Some(end) => Verdict::BySuffix(image[..end].to_owned()),
        None => Verdict::NotMine,
    }
}

fn by_pattern(generation: Generation, image: &str) -> Option<&str> {
    match generation {
        Generation::Anything => the_only_match(image),
        Generation::AnyName => first_suffix(image).filter(|server| !SUFFIXES.contains(server)),
        Generation::PlainName => first_suffix(image)
            .filter(|server| ends_there(image, server) && is_plain(without_suffix(server))),
        Generation::Regional => first_suffix(image)
            .filter(|server| ends_there(image, server) && is_regional(without_suffix(server))),
    }
}

/// Greedy, unanchored, and refused where it is found twice.
fn the_only_match(image: &str) -> Option<&str> {
    let end = last_suffix(image)?;
    match last_suffix(&image[end..]) {
        None => Some(&image[..end]),
        Some(_) => None,
    }
}

fn last_suffix(text: &str) -> Option<usize> {
    let found = |suffix: &&str| Some(text.rfind(*suffix)? + suffix.len());
    SUFFIXES.iter().find_map(found)
}

/// The shortest beginning that ends in a known suffix.
fn first_suffix(image: &str) -> Option<&str> {
    let ends = SUFFIXES
        .iter()
        .filter_map(|suffix| Some(image.find(suffix)? + suffix.len()));
    ends.min().map(|end| &image[..end])
}

fn without_suffix(server: &str) -> &str {
    let name = |suffix: &&str| server.strip_suffix(*suffix);
    SUFFIXES.iter().find_map(name).unwrap_or(server)
}

fn ends_there(image: &str, server: &str) -> bool {
    let rest = &image[server.len()..];
    rest.is_empty() || rest.starts_with('/')
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|sign| sign.is_ascii_alphanumeric())
}

fn is_regional(name: &str) -> bool {
    let registry = match name
        .strip_suffix(".geo")
        .and_then(|rest| rest.split_once('.'))
    {
        Some((registry, region)) if is_plain(region) => registry,
        Some(_) => return false,
        None => name,
    };
    match registry.split_once('-') {
        Some((name, hash)) => is_plain(name) && is_plain(hash),
        None => is_plain(registry),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn servers(image: &str) -> [Option<String>; 4] {
        let all = accepted_by_acr_plugin(image, None);
        let mut all = all.into_iter().map(|(_, verdict)| match verdict {
            Verdict::ByPattern(server) => Some(server),
            Verdict::BySuffix(_) | Verdict::NotMine => None,
        });
        std::array::from_fn(|_| all.next().flatten())
    }

    #[test]
    fn by_generation() {
        let same = |server| [Some(server); 4];
        for (image, expected) in [
            ("foo.azurecr.io/bar", same("foo.azurecr.io")),
            ("foo.azurecr.cn", same("foo.azurecr.cn")),
            (
                "foo-a1b2.azurecr.io/bar",
                [
                    Some("foo-a1b2.azurecr.io"),
                    Some("foo-a1b2.azurecr.io"),
                    None,
                    Some("foo-a1b2.azurecr.io"),
                ],
            ),
            (
                "foo.eastus2.geo.azurecr.io/bar",
                [
                    Some("foo.eastus2.geo.azurecr.io"),
                    Some("foo.eastus2.geo.azurecr.io"),
                    None,
                    Some("foo.eastus2.geo.azurecr.io"),
                ],
            ),
            (
                "foo.azurecr.io.evil.example/bar",
                [Some("foo.azurecr.io"), Some("foo.azurecr.io"), None, None],
            ),
            (
                "foo.azurecr.us/foo.azurecr.io/bar",
                [
                    Some("foo.azurecr.us/foo.azurecr.io"),
                    Some("foo.azurecr.us"),
                    Some("foo.azurecr.us"),
                    Some("foo.azurecr.us"),
                ],
            ),
            (
                "foo.azurecr.io/a.azurecr.cn/bar",
                [
                    None,
                    Some("foo.azurecr.io"),
                    Some("foo.azurecr.io"),
                    Some("foo.azurecr.io"),
                ],
            ),
            ("busybox", [None; 4]),
            ("foo.azurecr.my.cloud/bar", [None; 4]),
        ] {
            let expected = expected.map(|server| server.map(str::to_owned));
            assert_eq!(servers(image), expected, "{image}");
        }
    }

    #[test]
    fn the_suffix_of_the_cloud_catches_what_the_pattern_refuses() {
        let last = |image, suffix| accepted_by_acr_plugin(image, suffix)[2].1.clone();
        for (image, suffix, server) in [
            (
                "foo.eastus2.geo.azurecr.io/bar",
                "azurecr.io",
                "foo.eastus2.geo.azurecr.io",
            ),
            ("foo.azurecr.io:443/bar", "azurecr.io", "foo.azurecr.io"),
            (
                "foo.azurecr.my.cloud/bar",
                ".azurecr.my.cloud",
                "foo.azurecr.my.cloud",
            ),
        ] {
            assert_eq!(
                last(image, Some(suffix)),
                Verdict::BySuffix(server.to_owned())
            );
            assert_eq!(last(image, None), Verdict::NotMine);
        }
    }

    proptest! {
        #[test]
        fn any_image_is_survived(image in "\\PC{0,24}|(a|-|\\.geo|\\.azurecr\\.io|\\.azurecr\\.cn|/){0,8}") {
            let _ = accepted_by_acr_plugin(&image, Some("azurecr.io"));
        }
    }
}
