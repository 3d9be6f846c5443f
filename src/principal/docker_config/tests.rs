//! Each oddity of a docker config has a file under `testdata/docker` and its row here.

mod rows;

use super::{Choice, DockerConfig, HelperFrom};
use crate::evidence::{FileFault, FileRead};
use crate::files::{StatedFile, Surroundings};
use rows::{CHOICES, FAULTS, NOBODY, ONE};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const REGISTRY: &str = "acrwizdev.azurecr.io";
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/docker");

fn fixture(name: &str) -> (FileRead, Option<DockerConfig>) {
    let path = format!("{FOLDER}/{name}.json");
    DockerConfig::read(&Surroundings::Machine, Path::new(&path))
}

fn config(name: &str) -> DockerConfig {
    let (read, found) = fixture(name);
    found.unwrap_or_else(|| panic!("{name}: {:?}", read.fault))
}

/// A choice in one line, with what it would send.
pub(in crate::principal) fn told(choice: &Choice) -> String {
    match choice {
        Choice::Password { user, secret, .. } => format!("{user} {:?}", secret.expose()),
        Choice::IdentityToken { user, secret, .. } => {
            format!("token {} of {user:?}", secret.expose())
        }
        Choice::IdentityTokenUnread { .. } => "identity token unread".into(),
        Choice::RegistryToken { .. } => "registry token".into(),
        Choice::Helper { program, from, .. } => match from {
            HelperFrom::CredHelpers => format!("{program} by credHelpers"),
            HelperFrom::CredsStore => format!("{program} by credsStore"),
        },
        Choice::Empty { .. } => "empty".into(),
        Choice::Malformed { why, .. } => format!("malformed: {why}"),
        Choice::Nothing { near } => format!("nothing near {near:?}"),
    }
}

#[test]
fn each_fixture_gives_its_choice() {
    for (name, begins) in CHOICES {
        let said = told(&config(name).choose(REGISTRY));
        assert!(said.starts_with(begins), "{name}: {said}");
    }
}

#[test]
fn each_broken_file_is_named() {
    for (name, part) in FAULTS {
        let (read, found) = fixture(name);
        assert!(found.is_none(), "{name}");
        assert!(
            matches!(&read.fault, Some(FileFault::Malformed(said)) if said.contains(part)),
            "{name}: {read:?}"
        );
    }
}

#[test]
fn each_fixture_has_a_row_and_shows_no_secret() {
    let rows = CHOICES
        .iter()
        .chain(FAULTS)
        .map(|(name, _)| (*name).to_owned());
    let rows: BTreeSet<String> = rows.collect();
    let files = std::fs::read_dir(FOLDER).expect("the folder of fixtures");
    let names: BTreeSet<String> = files
        .map(|file| file.expect("a fixture").path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    assert_eq!(rows, names);
    for name in names {
        let (read, found) = fixture(&name);
        let choice = found.as_ref().map(|config| config.choose(REGISTRY));
        let kubelets = found
            .as_ref()
            .map(|config| config.choose_as_kubelet(REGISTRY, "guestbook"));
        let json = serde_json::to_string(&read).expect("a fact becomes JSON");
        let text = format!("{json} {read:?} {found:?} {choice:?} {kubelets:?}");
        assert!(
            !text.contains("canary") && !text.contains("eyJ"),
            "{name}: {text}"
        );
    }
}

#[test]
fn the_registry_is_matched_with_its_port() {
    let told_of = |name, registry| told(&config(name).choose(registry));
    assert_eq!(told_of("key-port", "acrwizdev.azurecr.io:443"), ONE);
    assert_eq!(
        told_of("key-https", "acrwizdev.azurecr.io:443"),
        "nothing near [\"https://acrwizdev.azurecr.io\"]"
    );
    assert_eq!(told_of("key-upper-case", "AcrWizDev.azurecr.io"), ONE);
}

#[test]
fn the_kubelet_chooses_by_its_own_rule() {
    let told_of = |name| {
        let choices = config(name).choose_as_kubelet(REGISTRY, "guestbook");
        let told: Vec<String> = choices.iter().map(told).collect();
        told.join("; ")
    };
    for (name, begins) in [
        ("password", ONE),
        ("key-v1", ONE),
        ("key-wildcard", ONE),
        (
            "key-v1-no-slash",
            "nothing near [\"https://acrwizdev.azurecr.io/v1\"]",
        ),
        (
            "key-repository",
            "ci-token \"Stored-canary-2\"; ci-token \"Stored-canary-1\"",
        ),
        ("key-upper-case", "nothing near [\"AcrWizDev.azurecr.io\"]"),
        ("identity-token", "identity token unread"),
        (
            "identity-token-and-password",
            "ci-token \"Stored-canary-2\"",
        ),
        ("registry-token", "registry token"),
        ("unpadded", "ci-token \"Stored-canary-12345\""),
        ("store-before-auths", ONE),
        ("helper-before-store", NOBODY),
        ("no-user", "malformed: it has a password and no user name"),
        ("another-is-malformed", "malformed: auth is not"),
    ] {
        let said = told_of(name);
        assert!(said.starts_with(begins), "{name}: {said}");
    }
}

#[test]
fn where_the_file_is() {
    let place = |variables: &[(&str, &str)]| {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        let files = ["/h/.docker/config.json", "/d/config.json"];
        let files = files.map(|path| (path.to_owned(), StatedFile::Denied));
        let found = DockerConfig::place(&Surroundings::Stated {
            variables: variables.collect(),
            files: BTreeMap::from(files),
        });
        found.map(|path| path.display().to_string())
    };
    assert_eq!(
        place(&[("HOME", "/h")]).as_deref(),
        Some("/h/.docker/config.json")
    );
    let both = [("HOME", "/h"), ("DOCKER_CONFIG", "/d")];
    assert_eq!(place(&both).as_deref(), Some("/d/config.json"));
    assert_eq!(
        place(&[("HOME", "/h"), ("DOCKER_CONFIG", "/nowhere")]),
        None
    );
    assert_eq!(place(&[]), None);
}

#[test]
fn a_file_that_is_not_there_or_not_ours() {
    let surroundings = Surroundings::Stated {
        variables: BTreeMap::new(),
        files: BTreeMap::from([("/d".to_owned(), StatedFile::Denied)]),
    };
    let fault = |path| DockerConfig::read(&surroundings, Path::new(path)).0.fault;
    assert!(matches!(fault("/d"), Some(FileFault::Unreadable(_))));
    assert!(matches!(fault("/e"), Some(FileFault::Missing(_))));
    let utf_16 = DockerConfig::parse(b"\xff\xfe{\0}\0");
    assert!(matches!(utf_16, Err(FileFault::Malformed(said)) if said.contains("UTF-16")));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_named(text in ".*", auth in ".*", key in ".*") {
        let _ = DockerConfig::parse(text.as_bytes());
        let _ = DockerConfig::parse_old_form(text.as_bytes());
        let mut auths = serde_json::Map::new();
        auths.insert(key, serde_json::json!({ "auth": auth }));
        let json = serde_json::json!({ "auths": auths }).to_string();
        let config = DockerConfig::parse(json.as_bytes()).expect("a docker config");
        config.choose(REGISTRY);
        config.choose_as_kubelet(REGISTRY, "guestbook");
    }
}
