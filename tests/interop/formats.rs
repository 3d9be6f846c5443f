//! The reports in other people's hands: Chromium, junitparser, jsonschema.

use crate::processes::{self, Finished};
use crate::python::{self, Said};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The scenarios that are looked at: the incident, what is granted, what has no answer, much of it.
const SCENARIOS: [&str; 5] = [
    "guestbook",
    "guestbook-fixed",
    "dns-nxdomain",
    "many-principals",
    "realm-elsewhere",
];

fn probe(folder: &Path, words: &[&str]) -> Finished {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acr-probe"));
    processes::run(command.args(words), folder, "acr-probe")
}

/// A scenario's recording, and from it a report in a file.
fn report(folder: &Path, scenario: &str, format: &str) -> PathBuf {
    let recording = folder.join(format!("{scenario}.jsonl"));
    let path = recording.display().to_string();
    if !recording.exists() {
        let ran = probe(folder, &["demo", scenario, "--record", &path]);
        assert_eq!(ran.code, Some(0), "{scenario}: {}", ran.stderr);
    }
    let file = folder.join(format!("{scenario}.{format}"));
    let shown = file.display().to_string();
    let words = ["replay", &path, "--format", format, "--output", &shown];
    let written = probe(folder, &words);
    assert!(file.exists(), "{scenario}: {}", written.stderr);
    file
}

fn json(folder: &Path, scenario: &str) -> Value {
    let file = report(folder, scenario, "json");
    let text = std::fs::read_to_string(file).expect("a report");
    serde_json::from_str(&text).expect("JSON")
}

fn browse(folder: &Path, page: &Path) -> Said {
    python::run_here(folder, "browser.py", &[&page.display().to_string()])
}

#[test]
fn chromium_fetches_nothing_complains_of_nothing_and_names_every_cell() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for scenario in SCENARIOS {
        let said = browse(folder, &report(folder, scenario, "html"));
        for fault in ["requests", "console", "too_wide"] {
            assert!(
                said.list(fault).is_empty(),
                "{scenario}: {fault}: {:?}",
                said.list(fault)
            );
        }
        assert_eq!(said.text("first_stop"), "skip", "{scenario}");
        assert!(said.number("pdf") > Some(10_000), "{scenario}: it prints");
        let backgrounds = said.list("backgrounds");
        assert_ne!(
            backgrounds.first(),
            backgrounds.last(),
            "{scenario}: light and dark"
        );
        assert_tree(scenario, &said, &json(folder, scenario));
    }
}

/// Every cell by its own name; landmarks; a name for every picture and table.
fn assert_tree(scenario: &str, said: &Said, report: &Value) {
    let tree: Vec<(&str, &str)> = said
        .list("tree")
        .iter()
        .map(|node| {
            (
                node[0].as_str().unwrap_or(""),
                node[1].as_str().unwrap_or(""),
            )
        })
        .collect();
    for cell in report["matrix"].as_array().expect("a matrix") {
        let text = |name: &str| cell[name].as_str().unwrap_or_default();
        let words = [
            text("principal"),
            text("scope"),
            text("verdict"),
            text("stopped_at"),
        ];
        let is_named = |(role, name): &&(&str, &str)| {
            ["cell", "gridcell"].contains(role) && words.iter().all(|word| name.contains(word))
        };
        assert!(
            tree.iter().any(|node| is_named(&node)),
            "{scenario}: no cell says {words:?}"
        );
    }
    for landmark in ["banner", "navigation", "main", "contentinfo"] {
        assert!(
            tree.iter().any(|(role, _)| *role == landmark),
            "{scenario}: {landmark}"
        );
    }
    for (role, name) in &tree {
        let needs_name = ["image", "img", "region", "table", "heading", "link"].contains(role);
        assert!(
            !needs_name || !name.is_empty(),
            "{scenario}: {role} without a name"
        );
    }
}

/// The check itself: a page that fetches is found out, and so is one that its own policy stopped.
#[test]
fn a_page_that_fetches_is_found_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = report(folder.path(), "guestbook", "html");
    let text = std::fs::read_to_string(&page).expect("a page");
    let picture = "<img src=\"http://127.0.0.1:9/x.png\" alt=\"\"></main>";
    let guarded = text.replace("</main>", picture);
    std::fs::write(&page, &guarded).expect("a page");
    let said = browse(folder.path(), &page);
    let complaint = format!("{:?}", said.list("console"));
    assert!(complaint.contains("Content Security Policy"), "{complaint}");
    let open = guarded.replace("http-equiv=\"Content-Security-Policy\"", "name=\"x\"");
    std::fs::write(&page, open).expect("a page");
    assert!(!browse(folder.path(), &page).list("requests").is_empty());
}

#[test]
fn junitparser_counts_what_the_report_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for scenario in SCENARIOS {
        let file = report(folder, scenario, "junit").display().to_string();
        let read = python::run_here(folder, "readers.py", &["junit", &file]);
        let report = json(folder, scenario);
        let required = report["matrix"].as_array().expect("a matrix").iter();
        let required: Vec<&Value> = required.filter(|cell| cell["required"] == true).collect();
        let count = |verdicts: &[&str]| {
            let is_such = |cell: &&&Value| {
                cell["verdict"]
                    .as_str()
                    .is_some_and(|verdict| verdicts.contains(&verdict))
            };
            required.iter().filter(is_such).count() as u64
        };
        assert_eq!(
            read.number("tests"),
            Some(required.len() as u64),
            "{scenario}"
        );
        assert_eq!(
            read.number("failures"),
            Some(count(&["denied", "missing"])),
            "{scenario}"
        );
        let unanswered = count(&["unreachable", "withheld", "untried"]);
        assert_eq!(read.number("errors"), Some(unanswered), "{scenario}");
        for (cell, case) in required.iter().zip(read.list("cases")) {
            assert_eq!(cell["target"], case["classname"], "{scenario}");
            let causes = case["types"].as_array().expect("types");
            assert_eq!(cell["cause"].is_null(), causes.is_empty(), "{scenario}");
            assert!(
                causes.iter().all(|cause| *cause == cell["cause"]),
                "{scenario}: {case}"
            );
        }
    }
}

#[test]
fn jsonschema_finds_nothing_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let schema = |name: &str| {
        let file = folder.join(format!("{name}.schema.json"));
        std::fs::write(&file, probe(folder, &["schema", name]).stdout).expect("a schema");
        file.display().to_string()
    };
    let (of_report, of_recording) = (schema("report"), schema("recording"));
    for scenario in SCENARIOS {
        for (schema, format) in [(&of_report, "json"), (&of_recording, "ndjson")] {
            let file = report(folder, scenario, format).display().to_string();
            let read = python::run_here(folder, "readers.py", &["schema", schema, &file]);
            assert!(
                read.list("faults").is_empty(),
                "{scenario}: {:?}",
                read.list("faults")
            );
        }
    }
    // It would find something: a report is no line of a recording.
    let file = report(folder, "guestbook", "json").display().to_string();
    let read = python::run_here(folder, "readers.py", &["schema", &of_recording, &file]);
    assert!(!read.list("faults").is_empty());
}
