//! Configurations that a kubelet starts with, and those it refuses.

use super::super::fixtures;
use super::*;
use crate::files::StatedFile;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn read(text: &str) -> (FileRead, Option<ProviderConfig>) {
    let files = BTreeMap::from([("/c.yaml".to_owned(), StatedFile::Text(text.to_owned()))]);
    let stated = Surroundings::Stated {
        variables: BTreeMap::new(),
        files,
    };
    ProviderConfig::read(&stated, Path::new("/c.yaml"))
}

/// A usable file with one line in place of another.
fn fault(old: &str, new: &str) -> String {
    let whole = "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n\
                 - name: p\n  matchImages: [\"*.azurecr.io\"]\n  defaultCacheDuration: 10m\n\
                 \x20 apiVersion: credentialprovider.kubelet.k8s.io/v1\n  env: []\n";
    assert!(read(whole).1.is_some(), "{:?}", read(whole).0.fault);
    assert!(whole.contains(old), "{old}");
    match read(&whole.replace(old, new)).0.fault {
        Some(FileFault::Field(said)) => said,
        other => panic!("{new}: {other:?}"),
    }
}

#[test]
fn the_three_versions() {
    for (file, version, providers) in [
        ("aks-v1.yaml", "kubelet.config.k8s.io/v1", 1),
        ("aks-v1beta1.yaml", "kubelet.config.k8s.io/v1beta1", 1),
        ("aks-v1alpha1.yaml", "kubelet.config.k8s.io/v1alpha1", 2),
    ] {
        let found = fixtures::config(file);
        assert_eq!(found.api_version, version);
        assert_eq!(found.providers.len(), providers);
        assert!(found.unknown.is_empty(), "{:?}", found.unknown);
    }
    let aks = fixtures::config("aks-v1.yaml").providers.remove(0);
    assert_eq!(aks.match_images.len(), 8);
    assert_eq!(aks.args[0], "/etc/kubernetes/azure.json");
    let token = aks.token_attributes.unwrap();
    assert_eq!(token.audience, "api://AKSIdentityBinding");
    assert!(!token.require_service_account);
    assert_eq!(token.optional_annotation_keys.len(), 2);
}

#[test]
fn json_is_read_too() {
    let text = r#"	{"apiVersion":"kubelet.config.k8s.io/v1","kind":"CredentialProviderConfig",
	"providers":[{"name":"p","matchImages":["a.b"],"defaultCacheDuration":"0s","later":1,
	"apiVersion":"credentialprovider.kubelet.k8s.io/v1"}]}"#;
    let found = read(text).1.unwrap();
    assert_eq!(found.unknown, ["providers[0].later"]);
}

#[test]
fn what_is_wrong_is_named() {
    for (old, new, named) in [
        ("io/v1\nkind", "io/v2\nkind", "apiVersion is"),
        ("kind: Cred", "kind: Deb", "kind is"),
        ("name: p", "name: ''", "providers[0].name is missing"),
        (
            "name: p",
            "name: ../sh",
            "providers[0].name is no file name",
        ),
        ("name: p", "name: '..'", "providers[0].name is no file name"),
        ("name: p", "name: a b", "providers[0].name is no file name"),
        ("name: p", "name: 7", "providers[0].name is not a string"),
        (
            "[\"*.azurecr.io\"]",
            "[]",
            "providers[0].matchImages is missing",
        ),
        (
            "[\"*.azurecr.io\"]",
            "x",
            "providers[0].matchImages is not a list",
        ),
        (
            "[\"*.azurecr.io\"]",
            "['a b']",
            "providers[0].matchImages[0] cannot be read",
        ),
        ("10m", "soon", "providers[0].defaultCacheDuration is no"),
        ("10m", "-1m", "providers[0].defaultCacheDuration is no"),
        ("io/v1\n  env", "io/v3\n  env", "providers[0].apiVersion is"),
        (
            "env: []",
            "env: [{value: canary-4}]",
            "providers[0].env[0].name is missing",
        ),
        (
            "env: []",
            "tokenAttributes: {}",
            "serviceAccountTokenAudience is missing",
        ),
        (
            "env: []",
            "tokenAttributes: {serviceAccountTokenAudience: a}",
            "requireServiceAccount is neither",
        ),
        (
            "env: []",
            "tokenAttributes: {serviceAccountTokenAudience: a, requireServiceAccount: true, cacheType: x}",
            "cacheType is \"x\"",
        ),
        (
            "env: []",
            "tokenAttributes: {serviceAccountTokenAudience: a, requireServiceAccount: false, \
             requiredServiceAccountAnnotationKeys: [k]}",
            "requireServiceAccount is false",
        ),
        (
            "- name",
            "- {}\n- name",
            "providers[0].apiVersion is missing",
        ),
    ] {
        let said = fault(old, new);
        assert!(said.contains(named) && !said.contains("canary"), "{said}");
    }
}

#[test]
fn a_file_that_is_none() {
    let fault = |text: &str| read(text).0.fault.unwrap();
    assert!(matches!(fault(""), FileFault::Malformed(_)));
    assert!(matches!(fault("- a"), FileFault::Malformed(_)));
    assert!(matches!(fault("{"), FileFault::Malformed(said) if said.contains("JSON")));
    assert!(matches!(fault("a: [canary"), FileFault::Malformed(said) if !said.contains("canary")));
    assert!(matches!(
        fault("a: 1\n---\nb: 2\n"),
        FileFault::Malformed(_)
    ));
    let folder = fixtures::path("");
    let (read, found) = ProviderConfig::read(&Surroundings::Machine, &folder);
    assert!(found.is_none());
    assert!(matches!(read.fault, Some(FileFault::Unreadable(said)) if said.contains("folder")));
}

#[test]
fn no_value_of_a_variable_or_argument_is_shown() {
    let text = "apiVersion: kubelet.config.k8s.io/v1\nproviders:\n- name: p\n  args: [--a=canary-5, --b, canary-6, /p]\n\
                \x20 env: [{name: N, value: canary-7}]\n";
    let (fact, _) = read(text);
    let shown = serde_json::to_string(&fact).unwrap();
    assert!(!shown.contains("canary"), "{shown}");
    assert!(
        shown.contains("\"N\"") && shown.contains("--a=…"),
        "{shown}"
    );
    let (fact, found) =
        ProviderConfig::read(&Surroundings::Machine, &fixtures::path("aks-v1.yaml"));
    let text = format!("{fact:?} {found:?}");
    assert!(!text.contains("canary-in-env"), "{text}");
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "\\PC{0,40}|[a: \\n\\[{&*-]{0,24}") {
        let _ = read(&text);
    }
}
