use super::{Names, addresses, apply, hosts};
use crate::evidence::{Recording, parse_lines, to_lines};

/// Every recording of the repository.
fn recordings() -> Vec<(String, Recording)> {
    let folder = format!("{}/testdata/recordings", env!("CARGO_MANIFEST_DIR"));
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "jsonl")
        })
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (
                path.display().to_string(),
                parse_lines(&text).unwrap().remove(0),
            )
        })
        .collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(found.len() > 50);
    found
}

#[test]
fn no_name_is_left() {
    for (path, recording) in recordings() {
        let (shown, names) = apply(&recording);
        let mut plain = shown.clone();
        plain.header.simulated = None;
        let lines = to_lines(&plain).to_lowercase();
        let told = |name: &&super::Name| name.original.len() > 3 && name.kind != "host";
        for name in names.iter().filter(told) {
            let original = name.original.to_lowercase();
            assert!(
                !lines.contains(&original),
                "{path}: {} is left",
                name.original
            );
        }
    }
}

#[test]
fn the_same_evidence_gives_the_same_names() {
    let (_, recording) = recordings().remove(0);
    let once = apply(&recording);
    let again = apply(&recording);
    assert_eq!(to_lines(&once.0), to_lines(&again.0));
    assert_eq!(once.1.table("r"), again.1.table("r"));
}

#[test]
fn what_support_needs_stays() {
    for (path, recording) in recordings() {
        let (shown, _) = apply(&recording);
        let ids = |recording: &Recording| -> Vec<_> {
            let one = |one: &crate::evidence::Transaction| {
                (one.correlation_id.clone(), one.started_ms.to_string())
            };
            recording.transactions.iter().map(one).collect()
        };
        assert_eq!(ids(&recording), ids(&shown), "{path}");
        assert!(
            shown
                .header
                .notes
                .iter()
                .any(|note| note.contains("registry's name"))
        );
        assert_eq!(recording.header.observed_at, shown.header.observed_at);
    }
}

#[test]
fn hosts_keep_their_shape() {
    let mut names = Names::default();
    for (host, shown) in [
        ("acrwizdev.azurecr.io", "registry1.azurecr.io"),
        (
            "acrwizdev.japaneast.geo.azurecr.io",
            "registry1.japaneast.geo.azurecr.io",
        ),
        (
            "acrwizdev.privatelink.azurecr.io",
            "registry1.privatelink.azurecr.io",
        ),
        (
            "other.westeurope.data.azurecr.us",
            "registry2.westeurope.data.azurecr.us",
        ),
        (
            "contoso-e7ggejfuhzhgedc8.azurecr.io",
            "registry3-aaaaaaaaaaaaaaa3.azurecr.io",
        ),
        (
            "acrwizdev.azurecr.io.evil.test",
            "registry1.azurecr.io.host1.test",
        ),
        (
            "wusmanaged42.blob.core.windows.net",
            "storage1.blob.core.windows.net",
        ),
        ("tokens.contoso.com", "host2.host3.com"),
    ] {
        assert_eq!(hosts::pseudonym(&mut names, host), shown);
    }
    for host in [
        "login.microsoftonline.com",
        "localhost",
        "10.0.0.1",
        "mcr.microsoft.com",
    ] {
        assert!(hosts::is_public(host), "{host}");
    }
}

#[test]
fn addresses_keep_their_range() {
    let mut names = Names::default();
    let text = "20.43.64.70 and 10.201.3.5:443, 172.20.1.1 192.168.7.9 100.64.3.2 127.0.0.1 169.254.169.254 [fd12::5]:443 2603:1010::1 1.2.3";
    for address in addresses::in_text(text) {
        addresses::name(&mut names, address);
    }
    let shown: Vec<_> = names
        .iter()
        .map(|name| format!("{} {}", name.original, name.pseudonym))
        .collect();
    assert_eq!(
        shown,
        [
            "20.43.64.70 203.0.113.1",
            "10.201.3.5 10.0.0.1",
            "172.20.1.1 172.16.0.1",
            "192.168.7.9 192.168.0.1",
            "100.64.3.2 100.64.0.1",
            "fd12::5 fd00::1",
            "2603:1010::1 2001:db8::1"
        ]
    );
}

/// A repository that is called as the protocol's own words are is renamed where it is a repository.
#[test]
fn common_names_are_renamed_where_they_are_names() {
    let (_, recording) = recordings()
        .into_iter()
        .find(|(path, _)| path.ends_with("no-role-assignment.fires.jsonl"))
        .unwrap();
    let lines = to_lines(&recording).replace("guestbook", "manifest");
    let recording = parse_lines(&lines).unwrap().remove(0);
    let (shown, _) = apply(&recording);
    assert_eq!(shown.header.targets[0].repository, "repo1");
    let text = to_lines(&shown);
    assert!(
        text.contains("/v2/repo1/manifests/") && text.contains("repository:repo1:pull"),
        "{text}"
    );
    for left in [
        "/v2/manifest/",
        "repository:manifest:",
        "repository%3Amanifest%3A",
        "azurecr.io/manifest:",
    ] {
        assert!(!text.contains(left), "{left}");
    }
}
