//! Every pattern of an AKS node against every shape of image.

use super::super::fixtures;
use super::*;
use proptest::prelude::*;

/// AgentBaker's patterns: the four of always, then the four of 2026.
const AKS: [&str; 8] = [
    "*.azurecr.io",
    "*.azurecr.cn",
    "*.azurecr.de",
    "*.azurecr.us",
    "*.*.geo.azurecr.io",
    "*.*.geo.azurecr.cn",
    "*.*.geo.azurecr.de",
    "*.*.geo.azurecr.us",
];

#[test]
fn the_patterns_of_aks() {
    for (image, expected) in [
        ("acrwizdev.azurecr.io/guestbook", Some("*.azurecr.io")),
        ("acrwizdev.azurecr.io", Some("*.azurecr.io")),
        // The kubelet minds no hyphen; the plugin of most versions does.
        (
            "acrwizdev-a1b2c3.azurecr.io/guestbook",
            Some("*.azurecr.io"),
        ),
        ("acrwizdev.azurecr.cn/guestbook", Some("*.azurecr.cn")),
        ("acrwizdev.azurecr.us/guestbook", Some("*.azurecr.us")),
        ("acrwizdev.azurecr.de/guestbook", Some("*.azurecr.de")),
        (
            "acrwizdev.westeurope.geo.azurecr.io/guestbook",
            Some("*.*.geo.azurecr.io"),
        ),
        (
            "acrwizdev-a1.chinaeast2.geo.azurecr.cn/guestbook",
            Some("*.*.geo.azurecr.cn"),
        ),
        // A data endpoint is no login server.
        ("acrwizdev.westeurope.data.azurecr.io/guestbook", None),
        ("acrwizdev.azurecr.io:443/guestbook", None),
        ("acrwizdev.azurecr.io.evil.example/guestbook", None),
        ("azurecr.io/guestbook", None),
        ("ACRWIZDEV.AzureCR.io/guestbook", None),
        ("acrwizdev.azurecr.sovcloud-azure.de/guestbook", None),
        ("mcr.microsoft.com/oss/pause", None),
        ("docker.io/library/nginx", None),
    ] {
        let found = AKS.into_iter().find(|one| matches(one, image).is_ok());
        assert_eq!(found, expected, "{image}");
    }
}

#[test]
fn ports_and_paths_and_classes() {
    for (pattern, image, expected) in [
        ("r.example:5000", "r.example:5000/x", true),
        ("r.example", "r.example:5000/x", false),
        ("r.example:5000", "r.example/x", false),
        ("a.azurecr.io/team", "a.azurecr.io/team/app", true),
        // A prefix of letters, not of folders.
        ("a.azurecr.io/team", "a.azurecr.io/teamwork", true),
        ("a.azurecr.io/team", "a.azurecr.io/other", false),
        ("a.azurecr.io/*", "a.azurecr.io/team", false),
        ("*.azurecr.*", "a.azurecr.io/x", true),
        ("a[bc].azurecr.io", "ab.azurecr.io/x", true),
        ("", "a.azurecr.io/x", false),
        ("*", "a.azurecr.io/x", false),
        ("https://a.azurecr.io", "a.azurecr.io/x", false),
    ] {
        assert_eq!(
            matches(pattern, image).is_ok(),
            expected,
            "{pattern} {image}"
        );
    }
}

#[test]
fn reasons_are_one_clause() {
    for (pattern, image, said) in [
        (
            "*.azurecr.io",
            "r.westeurope.geo.azurecr.io/x",
            "*.azurecr.io has 3 labels, the image's host has 5",
        ),
        (
            "*.azurecr.io",
            "r.azurecr.io:443/x",
            "the pattern has no port, the image port 443",
        ),
        ("*.azurecr.cn", "r.azurecr.io/x", "the label io is not cn"),
        (
            "r.azurecr.io/team",
            "r.azurecr.io/x",
            "the path /x does not begin with /team",
        ),
        (
            "a[.azurecr.io",
            "a.azurecr.io/x",
            "the pattern cannot be read: \"a[\" is no wildcard",
        ),
        (
            "*.azurecr.io",
            "nginx:latest",
            "the image cannot be read: \":latest\" after its host is no port",
        ),
    ] {
        assert_eq!(matches(pattern, image).unwrap_err().to_string(), said);
    }
}

#[test]
fn tag_and_digest_are_not_asked_for() {
    for (image, expected) in [
        ("a.azurecr.io/x/y:1.2", "a.azurecr.io/x/y"),
        ("a.azurecr.io/x@sha256:ab", "a.azurecr.io/x"),
        ("a.azurecr.io/x:1@sha256:ab", "a.azurecr.io/x"),
        ("a.azurecr.io:443/x", "a.azurecr.io:443/x"),
        ("a.azurecr.io:443", "a.azurecr.io:443"),
    ] {
        assert_eq!(asked_for(image), expected);
    }
}

#[test]
fn every_provider_that_matches_is_asked() {
    let config = fixtures::config("aks-v1alpha1.yaml");
    let names = |image: &str| -> Vec<String> {
        let matched = provider_for(&config, image);
        matched.asked().map(|one| one.name.clone()).collect()
    };
    assert_eq!(
        names("acrwizdev.azurecr.io/team/app:1"),
        ["acr-credential-provider", "of-the-team"]
    );
    assert_eq!(
        names("acrwizdev.azurecr.io/guestbook"),
        ["acr-credential-provider"]
    );
    assert_eq!(names("registry.example:5000/x"), ["of-the-team"]);
}

#[test]
fn an_older_node_asks_nobody_for_a_regional_host() {
    let config = fixtures::config("aks-v1beta1.yaml");
    let matched = provider_for(&config, "acrwizdev.westeurope.geo.azurecr.io/guestbook:1");
    assert!(matched.is_empty());
    assert_eq!(matched.reasons().len(), 4);
    assert_eq!(
        matched.reasons()[0],
        "*.azurecr.io has 3 labels, the image's host has 5"
    );
}

proptest! {
    #[test]
    fn any_pair_is_survived(pattern in "\\PC{0,24}|[*.:/\\[\\]a-]{0,16}", image in "\\PC{0,24}|[.:/@a1]{0,16}") {
        let _ = matches(&pattern, &image).map_err(|why| why.to_string());
        let _ = asked_for(&image);
    }

    #[test]
    fn a_plain_image_matches_itself(host in "[a-z]{1,8}(\\.[a-z]{1,8}){0,4}", path in "(/[a-z]{1,6}){0,3}") {
        let image = format!("{host}{path}");
        prop_assert!(matches(&image, &image).is_ok());
        prop_assert!(matches(&host, &image).is_ok());
    }
}
