//! How a report names a rule.

use crate::probe::{Run, repository, run_with_input};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// The place where a rule stands in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Beside a finding, as what the evidence does not exclude.
    Alternative,
    /// A finding of its own.
    Finding,
}

/// Where the rule stands; none where it is not named.
pub fn place(report: &Value, rule: &str) -> Option<Place> {
    if findings(report).any(|finding| finding["rule"] == rule) {
        return Some(Place::Finding);
    }
    let is_beside = findings(report).any(|finding| alternatives(finding).any(|one| one == rule));
    is_beside.then_some(Place::Alternative)
}

/// The names that one finding says: its own and its alternatives'.
pub fn said_together(report: &Value) -> Vec<BTreeSet<&str>> {
    let names = |finding| {
        alternatives(finding)
            .chain(finding["rule"].as_str())
            .collect()
    };
    findings(report).map(names).collect()
}

fn findings(report: &Value) -> impl Iterator<Item = &Value> {
    report["findings"].as_array().into_iter().flatten()
}

fn alternatives(finding: &Value) -> impl Iterator<Item = &str> {
    let all = finding["alternatives"].as_array().into_iter().flatten();
    all.filter_map(|one| one["rule"].as_str())
}

/// `explain` of a text.
pub fn explained(text: &str) -> Run {
    run_with_input(&["explain", "--format", "json"], text)
}

/// A text of `testdata/events`.
pub fn event(name: &str) -> String {
    let path = repository(&format!("testdata/events/{name}.txt"));
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The names of all rules, in their order of precedence.
pub fn rules() -> Vec<String> {
    let catalogue = crate::probe::run(&["rules", "--format", "json"]).json();
    let rules = catalogue["rules"].as_array().expect("rules").clone();
    rules
        .iter()
        .map(|rule| rule["rule"].as_str().expect("a name").to_owned())
        .collect()
}
