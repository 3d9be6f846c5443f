//! Each oddity of a Secret has a file under `testdata/secrets` and its row here.

use super::super::docker_config::told;
use super::{PullSecret, PullSecretKind, read};
use crate::evidence::{FileFault, FileRead};
use crate::files::Surroundings;
use std::collections::BTreeSet;
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/secrets");

fn fixture(name: &str) -> (FileRead, Option<PullSecret>) {
    let path = format!("{FOLDER}/{name}");
    read(&Surroundings::Machine, Path::new(&path))
}

const ONE: &str = "ci-token \"Stored-canary-1\"";

/// What the kubelet would use, by fixture.
const CHOICES: &[(&str, &str)] = &[
    ("dockerconfigjson.yaml", ONE),
    ("dockerconfigjson.json", ONE),
    ("dockercfg.yaml", ONE),
    ("list-of-one.json", ONE),
    ("list-of-one.yaml", ONE),
    ("string-data.yaml", ONE),
    ("folded-data.yaml", ONE),
    ("documents.yaml", ONE),
    (
        "wrong-key.yaml",
        "nothing near [\"AcrWizDev.azurecr.io:443\"]",
    ),
    (
        "glob-and-path.yaml",
        "ci-token \"Stored-canary-1\"; ci-token \"Stored-canary-2\"; ci-token \"Stored-canary-3\"",
    ),
    ("identity-token.yaml", "identity token unread"),
    ("empty-entry.yaml", "empty"),
    (
        "one-spoils-all.yaml",
        "malformed: auth is not standard base64: it has the characters of the URL form (- or _); \
         the kubelet then reads no entry of this Secret",
    ),
    ("unpadded.yaml", "ci-token \"Stored-canary-12345\""),
];

/// What is said of a file that is no usable Secret, by fixture.
const FAULTS: &[(&str, &str)] = &[
    ("list-of-two.json", "2 objects (acr-pull, other)"),
    ("list-of-none.json", "no Secret"),
    ("two-documents.yaml", "2 objects (acr-pull, other)"),
    ("opaque.yaml", "its type is Opaque"),
    ("no-type.yaml", "its type is Opaque"),
    ("other-kind.yaml", "it is a SealedSecret"),
    ("no-kind.yaml", "it has no kind"),
    (
        "key-of-the-other-type.yaml",
        ".dockerconfigjson is missing in data",
    ),
    ("old-form-with-auths.yaml", "it has auths"),
    ("plain-data.json", "plain JSON, not its base64"),
    ("not-base64.yaml", ".dockerconfigjson in data is not base64"),
    ("base64-twice.yaml", ".dockerconfigjson is base64 twice"),
    ("inside-not-json.yaml", ".dockerconfigjson: it is not JSON"),
    ("data-not-text.json", "is not a string"),
    ("docker-config.json", "docker-config:PATH"),
    ("not-yaml.yaml", "it is not YAML (line"),
    ("not-json.json", "it is not JSON (line 2"),
    ("empty.yaml", "no Secret"),
    ("text.yaml", "not what kubectl prints"),
];

fn chosen(secret: &PullSecret) -> String {
    let choices = secret
        .config
        .choose_as_kubelet("acrwizdev.azurecr.io", "guestbook");
    let told: Vec<String> = choices.iter().map(told).collect();
    told.join("; ")
}

#[test]
fn each_fixture_gives_its_choice() {
    for (name, choice) in CHOICES {
        let (read, found) = fixture(name);
        let found = found.unwrap_or_else(|| panic!("{name}: {:?}", read.fault));
        assert_eq!(chosen(&found), *choice, "{name}");
    }
}

#[test]
fn each_unusable_file_is_named() {
    for (name, part) in FAULTS {
        let (read, found) = fixture(name);
        assert!(found.is_none(), "{name}");
        let said = match read.fault {
            Some(FileFault::Malformed(said) | FileFault::Field(said)) => said,
            other => panic!("{name}: {other:?}"),
        };
        assert!(said.contains(part), "{name}: {said}");
    }
}

#[test]
fn namespace_name_type_and_keys_are_shown() {
    let (read, found) = fixture("dockercfg.yaml");
    let found = found.expect("a usable Secret");
    assert_eq!(found.kind, PullSecretKind::DockerCfg);
    assert_eq!(found.namespace.as_deref(), Some("guestbook"));
    assert_eq!(found.name.as_deref(), Some("acr-pull"));
    let shown = serde_json::json!({
        "namespace": "guestbook", "name": "acr-pull", "type": "kubernetes.io/dockercfg",
        "keys": [".dockercfg"], "auths": ["https://acrwizdev.azurecr.io"],
    });
    assert_eq!(serde_json::Value::Object(read.shown), shown);
    // Who it is stays known where it cannot be used.
    let (read, _) = fixture("opaque.yaml");
    assert_eq!(read.shown["name"], "acr-pull");
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
        .map(|file| file.expect("a fixture").file_name())
        .filter_map(|name| name.into_string().ok())
        .collect();
    assert_eq!(rows, names);
    for name in names {
        let (read, found) = fixture(&name);
        let choices = found.as_ref().map(|found| {
            found
                .config
                .choose_as_kubelet("acrwizdev.azurecr.io", "guestbook")
        });
        let json = serde_json::to_string(&read).expect("a fact becomes JSON");
        let text = format!("{json} {read:?} {found:?} {choices:?}");
        assert!(
            !text.contains("canary") && !text.contains("eyJ"),
            "{name}: {text}"
        );
    }
}
