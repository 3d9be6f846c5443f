//! What proves what: the catalogue's table, the README's, and what scenarios and fixtures show.

use crate::probe::{repository, run, scenarios};
use crate::shown;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn the_readme_holds_the_table_that_the_command_makes() {
    let table = run(&["rules", "--proofs"]).stdout;
    let readme = std::fs::read_to_string(repository("README.md")).expect("the README");
    let (_, section) = readme
        .split_once("## What proves what\n")
        .expect("the section");
    assert!(
        section.contains(&table),
        "acr-probe rules --proofs prints:\n{table}"
    );
}

/// `proven` must rest on what the rule declares: on an experiment where it names one, never on the control plane,
/// which a run does not see.
#[test]
fn what_is_proven_rests_on_what_the_rule_declares() {
    let declared = declared();
    let mut proven = BTreeSet::new();
    let (mut beside, mut alone) = (BTreeSet::new(), BTreeSet::new());
    for (origin, report) in reports() {
        let experiments = experiments(&report);
        for finding in report["findings"].as_array().into_iter().flatten() {
            let rule = finding["rule"].as_str().expect("a name");
            if finding["confidence"] != "proven" {
                continue;
            }
            proven.insert(rule.to_owned());
            let cited = finding["transactions"].as_array().into_iter().flatten();
            let is_experiment = cited.into_iter().any(|id| experiments.contains(&id));
            if declared[rule] == "experiment" {
                assert!(is_experiment, "{rule} in {origin}");
                continue;
            }
            // One that the wire proves may show an experiment beside it, and must do without one elsewhere.
            assert_eq!(declared[rule], "wire", "{rule} in {origin}");
            if is_experiment {
                beside.insert((rule.to_owned(), origin.clone()));
            } else {
                alone.insert(rule.to_owned());
            }
        }
    }
    for (rule, origin) in &beside {
        // A fixture's recording has the experiment in it; its scenario can be run without.
        if !alone.contains(rule) && scenarios().contains(origin) && is_proven_alone(rule, origin) {
            alone.insert(rule.clone());
        }
    }
    let unproven = beside.iter().find(|(rule, _)| !alone.contains(rule));
    assert!(
        unproven.is_none(),
        "the wire alone does not prove {unproven:?}"
    );
    assert!(proven.len() > 40, "only {} rules are proven", proven.len());
    for kind in ["wire", "experiment"] {
        assert!(proven.iter().any(|rule| declared[rule] == kind), "{kind}");
    }
}

fn is_proven_alone(rule: &str, scenario: &str) -> bool {
    let report = run(&["demo", scenario, "--no-experiments", "--format", "json"]).json();
    let mut findings = report["findings"].as_array().into_iter().flatten();
    findings.any(|one| one["rule"] == rule && one["confidence"] == "proven")
}

fn declared() -> BTreeMap<String, String> {
    let catalogue = run(&["rules", "--format", "json"]).json();
    let text = |value: &Value| value.as_str().expect("a word").to_owned();
    let rules = catalogue["rules"].as_array().expect("rules").iter();
    rules
        .map(|rule| (text(&rule["rule"]), text(&rule["proof"])))
        .collect()
}

fn reports() -> Vec<(String, Value)> {
    let mut reports: Vec<_> = scenarios()
        .into_iter()
        .map(|name| (name.clone(), shown::scenario(&name).json()))
        .collect();
    let folder = std::fs::read_dir(repository("testdata/recordings")).expect("the fixtures");
    for entry in folder {
        let path = entry.expect("an entry").path().display().to_string();
        if path.ends_with(".jsonl") {
            let report = run(&["replay", &path, "--format", "json"]).json();
            reports.push((path, report));
        }
    }
    reports
}

/// The ids of what varied a factor.
fn experiments(report: &Value) -> Vec<&Value> {
    let transactions = report["transactions"].as_array().into_iter().flatten();
    transactions
        .filter(|one| !one["experiment"].is_null())
        .map(|one| &one["id"])
        .collect()
}
