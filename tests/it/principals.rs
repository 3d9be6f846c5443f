//! Principals whose credential comes from a program or a list: the kubelet's plugin in all its moods,
//! docker's helpers, images by list and by pods.

use crate::probe::{Simulator, folder, repository};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const IMAGE: &str = "acrwizdev.azurecr.io/guestbook:8edd399546e2808cc356e1fd28af9f4fbdaf2d3d";

/// A provider configuration that names one of the scripts in testdata.
fn provider(folder: &Path, plugin: &str, patterns: &str) -> String {
    let bin = folder.join("credential-provider");
    std::fs::create_dir_all(&bin).expect("a folder");
    let there = bin.join(plugin);
    std::fs::copy(
        repository(&format!("testdata/credential-provider/{plugin}")),
        &there,
    )
    .expect("the script");
    std::fs::set_permissions(&there, std::fs::Permissions::from_mode(0o755)).expect("its run bit");
    let text = format!(
        "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n  - name: {plugin}\n    \
         matchImages: [{patterns}]\n    defaultCacheDuration: 10m\n    apiVersion: credentialprovider.kubelet.k8s.io/v1\n"
    );
    let config = folder.join(format!("{plugin}.yaml"));
    std::fs::write(&config, text).expect("the configuration");
    config.to_str().expect("a path").to_owned()
}

fn cell<'a>(report: &'a Value, principal: &str) -> &'a Value {
    let matrix = report["matrix"].as_array().expect("a matrix");
    matrix
        .iter()
        .find(|cell| {
            cell["principal"]
                .as_str()
                .is_some_and(|name| name.starts_with(principal))
        })
        .expect("the row")
}

#[test]
fn a_plugin_in_all_its_moods() {
    let simulator = Simulator::serve("guestbook-fixed");
    let folder = folder();
    for (plugin, verdict, stopped_at) in [
        ("ok-two-entries", "denied", Some("access-token")),
        ("exits-1", "untried", None),
        ("garbage", "untried", None),
        ("huge-output", "untried", None),
        ("times-out", "untried", None),
    ] {
        let config = provider(folder.path(), plugin, "\"*.azurecr.io\"");
        let spec = format!("credential-provider:{config}");
        let run = simulator.run(&[
            "--principal",
            &spec,
            "--timeout",
            "2",
            "--format",
            "json",
            "--action",
            "pull",
        ]);
        let report = run.json();
        let row = cell(&report, "credential-provider");
        assert_eq!(row["verdict"], verdict, "{plugin}: {row}");
        assert_eq!(row["stopped_at"].as_str(), stopped_at, "{plugin}: {row}");
        for canary in [
            "canary7Qm3xZ9pLk2VtR8sWdY4",
            "canary-garbage",
            "canary-refresh-token",
        ] {
            assert!(
                !run.stdout.contains(canary) && !run.stderr.contains(canary),
                "{plugin} shows {canary}"
            );
        }
    }
}

/// Both entries are tried, the empty one last, and the event has one text for each.
#[test]
fn every_entry_of_a_plugin_is_tried_in_order() {
    let simulator = Simulator::serve("guestbook-fixed");
    let folder = folder();
    let spec = format!(
        "credential-provider:{}",
        provider(folder.path(), "ok-two-entries", "\"*.azurecr.io\"")
    );
    let report = simulator
        .run(&["--principal", &spec, "--format", "json", "--action", "pull"])
        .json();
    let attempts: Vec<(u64, &str, u64)> = report["transactions"]
        .as_array()
        .expect("transactions")
        .iter()
        .filter(|one| one["attempt"].is_u64() && one["experiment"].is_null())
        .map(|one| {
            (
                one["attempt"].as_u64().unwrap_or(0),
                one["method"].as_str().unwrap_or(""),
                one["status"].as_u64().unwrap_or(0),
            )
        })
        .collect();
    assert_eq!(
        attempts,
        [(1, "POST", 400), (1, "GET", 401), (2, "GET", 401)]
    );
    let event = cell(&report, "credential-provider")["predicted_event"]
        .as_str()
        .expect("a prediction")
        .to_owned();
    assert!(
        event.starts_with('[') && event.find("oauth token") < event.find("anonymous token"),
        "{event}"
    );
}

#[test]
fn no_pattern_that_matches_is_said_pattern_by_pattern() {
    let simulator = Simulator::serve("guestbook-fixed");
    let folder = folder();
    let config = provider(
        folder.path(),
        "ok-two-entries",
        "\"*.azurecr.cn\", \"*.*.geo.azurecr.io\"",
    );
    let spec = format!("credential-provider:{config}");
    let report = simulator
        .run(&["--principal", &spec, "--format", "json", "--action", "pull"])
        .json();
    assert_eq!(cell(&report, "credential-provider")["verdict"], "untried");
    let facts = report["facts"].as_array().expect("facts");
    let shown = facts
        .iter()
        .find(|fact| fact["what"] == "credential")
        .expect("the fact");
    let reasons = shown["data"]["near"].as_array().expect("reasons");
    assert_eq!(reasons.len(), 2, "{shown}");
}

#[test]
fn nothing_is_started_for_a_host_that_is_no_registry() {
    let simulator = Simulator::serve("look-alike-registry");
    let folder = folder();
    let spec = format!(
        "credential-provider:{}",
        provider(folder.path(), "times-out", "\"*.*.*.*\"")
    );
    let report = simulator
        .run(&["--principal", &spec, "--format", "json", "--action", "pull"])
        .json();
    let ran = report["facts"]
        .as_array()
        .expect("facts")
        .iter()
        .any(|fact| fact["what"] == "exec");
    assert!(
        !ran,
        "a plugin was started for a host that the destination check refuses"
    );
    assert_eq!(cell(&report, "credential-provider")["verdict"], "withheld");
}

#[test]
fn a_helper_that_is_not_there_is_named() {
    let simulator = Simulator::serve("guestbook-fixed");
    let config = simulator.path("config.json");
    std::fs::write(
        &config,
        r#"{"credHelpers":{"acrwizdev.azurecr.io":"no-such-helper"}}"#,
    )
    .expect("the config");
    let spec = format!("docker-config:{}", config.display());
    let report = simulator
        .run(&["--principal", &spec, "--format", "json", "--action", "pull"])
        .json();
    let fact = report["facts"]
        .as_array()
        .expect("facts")
        .iter()
        .find(|fact| fact["what"] == "exec")
        .expect("the fact");
    assert_eq!(fact["data"]["program"], "docker-credential-no-such-helper");
    assert!(
        fact["data"]["fault"]
            .as_str()
            .is_some_and(|fault| fault.contains("PATH")),
        "{fact}"
    );
}

/// However many images, there is one exchange per principal and registry, and each image is asked for once.
#[test]
fn images_by_list_and_by_pods() {
    let simulator = Simulator::serve("guestbook-fixed");
    let list = simulator.path("images.txt");
    let lines: String = (0..20)
        .map(|n| format!("acrwizdev.azurecr.io/guestbook:v{n}\n"))
        .collect();
    std::fs::write(
        &list,
        format!("# ours\n{lines}{IMAGE}\nnginx:1\nghcr.io/a/b:1\n"),
    )
    .expect("the list");
    let pods = simulator.path("pods.json");
    let pod = |name: &str| {
        serde_json::json!({"metadata": {"namespace": "default", "name": name},
            "spec": {"serviceAccountName": "default", "containers": [{"image": IMAGE}, {"image": "nginx:1"}]}})
    };
    let of_pods = serde_json::json!({"kind": "List", "items": [pod("guestbook-app-1"), pod("guestbook-app-2")]});
    std::fs::write(&pods, of_pods.to_string()).expect("the pods");
    let (list, pods) = (
        list.to_str().expect("a path"),
        pods.to_str().expect("a path"),
    );
    let run = simulator.run(&[
        "--images",
        list,
        "--pods",
        pods,
        "--principal",
        "kubelet",
        "--format",
        "json",
        "--action",
        "pull",
    ]);
    let report = run.json();
    assert_eq!(report["targets"].as_array().expect("targets").len(), 21);
    let wanted = report["targets"]
        .as_array()
        .expect("targets")
        .iter()
        .find(|target| target["image"] == IMAGE)
        .expect("it");
    assert_eq!(wanted["pods"].as_array().expect("pods").len(), 2);
    let note = report["notes"].to_string();
    assert!(
        note.contains("docker.io") && note.contains("ghcr.io"),
        "{note}"
    );
    let requests = simulator.requests();
    let count = |path: &str| {
        requests
            .iter()
            .filter(|(_, target)| target.starts_with(path))
            .count()
    };
    assert_eq!(
        (count("/oauth2/exchange"), count("/metadata/identity")),
        (1, 1),
        "{requests:?}"
    );
}
