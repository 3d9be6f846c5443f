//! What is in `deploy/` and `docs/`: the YAML reads, the pods hold what their comments promise, and no
//! command names a flag that the probe has not.

use crate::probe::repository;
use acr_probe::cli::Cli;
use clap::Parser;
use serde::Deserialize;
use serde_yaml_ng::Value;
use std::path::PathBuf;

/// Manifests whose pods read `azure.json`.
const PRIVILEGED: [&str; 3] = ["fleet.yaml", "gate.yaml", "sample.yaml"];
/// The one whose pod does not.
const UNPRIVILEGED: &str = "unprivileged.yaml";

fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(repository(folder)).expect("the folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let is_wanted = |path: &PathBuf| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| endings.contains(&ending))
    };
    let mut files: Vec<PathBuf> = paths.filter(is_wanted).collect();
    files.sort();
    assert!(!files.is_empty(), "{folder} is empty");
    files
}

fn documents(text: &str) -> Vec<Value> {
    serde_yaml_ng::Deserializer::from_str(text)
        .map(|document| Value::deserialize(document).expect("it is YAML"))
        .collect()
}

/// The job of a manifest.
fn job(name: &str) -> Value {
    let text = std::fs::read_to_string(repository(&format!("deploy/{name}"))).expect("a manifest");
    let mut all = documents(&text);
    assert_eq!(all.len(), 2, "{name}: a namespace and a job");
    assert_eq!(all[0]["kind"], "Namespace", "{name}");
    assert_eq!(
        all[0]["metadata"]["name"], all[1]["metadata"]["namespace"],
        "{name}"
    );
    all.remove(1)
}

fn words(value: &Value) -> Vec<&str> {
    let list = value.as_sequence().expect("a list").iter();
    list.map(|one| one.as_str().expect("text")).collect()
}

fn accepted(place: &str, arguments: &[&str]) {
    let all = std::iter::once("acr-probe").chain(arguments.iter().copied());
    if let Err(error) = Cli::try_parse_from(all) {
        panic!("{place}: {arguments:?}\n{error}");
    }
}

#[test]
fn every_file_is_yaml() {
    for path in files("deploy", &["yaml", "yml"]) {
        let text = std::fs::read_to_string(&path).expect("a file");
        for document in documents(&text) {
            assert!(document.is_mapping(), "{}", path.display());
        }
    }
}

#[test]
fn arguments_in_manifests_are_the_probe_s_own() {
    for name in PRIVILEGED.into_iter().chain([UNPRIVILEGED]) {
        let job = job(name);
        let containers = &job["spec"]["template"]["spec"]["containers"];
        for container in containers.as_sequence().expect("containers") {
            assert!(
                container["command"].is_null(),
                "{name}: the image has its entry point"
            );
            let arguments = words(&container["args"]);
            accepted(name, &arguments);
            assert!(arguments.join(" ").contains("--format ndjson"), "{name}");
        }
    }
    let gate = job("gate.yaml");
    let arguments = words(&gate["spec"]["template"]["spec"]["containers"][0]["args"]);
    assert!(arguments.join(" ").contains("--wait 10m"));
}

/// Commands as they stand in scripts, comments and pages: from `acr-probe` to whatever ends a command.
fn commands(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.trim_start_matches(['#', ' ', '$']);
        let parts = line
            .split(['|', ';', '>'])
            .flat_map(|part| part.split("&&"));
        for part in parts {
            let part = part.trim().trim_start_matches("kubectl exec");
            let Some(rest) = part.strip_prefix("acr-probe ") else {
                continue;
            };
            let end = rest.find("  #").unwrap_or(rest.len());
            let words = rest[..end].split_whitespace();
            let words = words.map(|word| word.trim_matches('"').to_owned());
            found.push(words.collect());
        }
    }
    found
}

#[test]
fn commands_of_pipelines_comments_and_pages_are_accepted() {
    let mut count = 0;
    let all = files("deploy", &["yaml", "yml"]);
    for path in all.into_iter().chain(files("docs", &["md"])) {
        let text = std::fs::read_to_string(&path).expect("a file");
        let text = match path.extension().is_some_and(|ending| ending == "md") {
            true => fenced(&text),
            false => text,
        };
        for command in commands(&text) {
            let words: Vec<&str> = command.iter().map(String::as_str).collect();
            accepted(&path.display().to_string(), &words);
            count += 1;
        }
    }
    assert!(count >= 12, "{count} commands were found");
}

/// The code of a page.
fn fenced(text: &str) -> String {
    let blocks = text.split("```").skip(1).step_by(2);
    blocks.collect::<Vec<_>>().join("\n")
}

#[test]
fn pods_hold_what_is_restricted() {
    for name in PRIVILEGED.into_iter().chain([UNPRIVILEGED]) {
        let job = job(name);
        let spec = &job["spec"];
        assert!(spec["ttlSecondsAfterFinished"].is_u64(), "{name}");
        assert!(spec["activeDeadlineSeconds"].is_u64(), "{name}");
        let pod = &spec["template"]["spec"];
        assert_eq!(pod["automountServiceAccountToken"], false, "{name}");
        assert_eq!(pod["restartPolicy"], "Never", "{name}");
        assert_eq!(
            pod["securityContext"]["seccompProfile"]["type"],
            "RuntimeDefault"
        );
        let container = &pod["containers"][0];
        for limit in ["cpu", "memory"] {
            assert!(
                container["resources"]["limits"][limit].is_string(),
                "{name}"
            );
        }
        let context = &container["securityContext"];
        assert_eq!(context["allowPrivilegeEscalation"], false, "{name}");
        assert_eq!(context["readOnlyRootFilesystem"], true, "{name}");
        assert_eq!(words(&context["capabilities"]["drop"]), ["ALL"], "{name}");
        let names = container["env"].as_sequence().expect("variables").iter();
        assert!(
            names.into_iter().any(|one| one["name"] == "NODE_NAME"),
            "{name}"
        );
    }
}

#[test]
fn only_azure_json_and_the_trust_store_are_mounted_and_only_to_read() {
    for name in PRIVILEGED {
        let job = job(name);
        let pod = &job["spec"]["template"]["spec"];
        assert_eq!(pod["hostNetwork"], true, "{name}");
        assert_eq!(pod["securityContext"]["runAsUser"], 0, "{name}");
        let volumes = pod["volumes"].as_sequence().expect("volumes").iter();
        let paths: Vec<&str> = volumes
            .filter_map(|volume| volume["hostPath"]["path"].as_str())
            .collect();
        assert_eq!(
            paths,
            ["/etc/kubernetes/azure.json", "/etc/ssl/certs"],
            "{name}"
        );
        let mounts = pod["containers"][0]["volumeMounts"].as_sequence();
        for mount in mounts.expect("mounts") {
            assert_eq!(mount["readOnly"], true, "{name}");
            assert!(paths.contains(&mount["mountPath"].as_str().expect("a path")));
        }
    }
    let job = job(UNPRIVILEGED);
    let pod = &job["spec"]["template"]["spec"];
    assert!(pod["hostNetwork"].is_null() && pod["volumes"].is_null());
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_ne!(pod["securityContext"]["runAsUser"], 0);
}

#[test]
fn a_job_for_many_nodes_puts_one_on_each() {
    for name in ["fleet.yaml", "sample.yaml"] {
        let job = job(name);
        let spec = &job["spec"];
        assert_eq!(spec["completionMode"], "Indexed", "{name}");
        // With fewer at a time, an early one would end and its node be given to the next.
        assert_eq!(spec["completions"], spec["parallelism"], "{name}");
        assert_eq!(spec["backoffLimitPerIndex"], 0, "{name}");
        let pod = &spec["template"]["spec"];
        let anti = &pod["affinity"]["podAntiAffinity"];
        let rule = &anti["requiredDuringSchedulingIgnoredDuringExecution"][0];
        assert_eq!(rule["topologyKey"], "kubernetes.io/hostname", "{name}");
        let labels = &spec["template"]["metadata"]["labels"];
        assert_eq!(&rule["labelSelector"]["matchLabels"], labels, "{name}");
        let arguments = words(&pod["containers"][0]["args"]);
        assert!(arguments.contains(&"--spread"), "{name}");
    }
}
