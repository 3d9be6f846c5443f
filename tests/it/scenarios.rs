//! Every scenario and what it must come to, in one table: `testdata/expected.toml`.

use crate::probe::{repository, scenarios};
use crate::shown;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a scenario must come to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// The exit code of the run.
    exit: i32,
    /// `PRINCIPAL ACTION` → `VERDICT STEP STATUS CAUSE`, what does not apply left out.
    cells: BTreeMap<String, String>,
    /// The confidence of the finding that explains the first required cell that stopped.
    #[serde(default)]
    confidence: Option<String>,
    /// Its alternatives, as a set.
    #[serde(default)]
    alternatives: Vec<String>,
    /// Further findings that must be there.
    #[serde(default)]
    also: Vec<String>,
}

#[test]
fn every_scenario_comes_to_what_it_must() {
    let text = std::fs::read_to_string(repository("testdata/expected.toml")).expect("the table");
    let table: BTreeMap<String, Expected> = toml::from_str(&text).expect("it reads");
    let names = scenarios();
    let listed: Vec<&String> = table.keys().collect();
    for name in &names {
        assert!(table.contains_key(name), "{name} is not in the table");
    }
    assert_eq!(
        names.len(),
        listed.len(),
        "the table names a scenario that is not there"
    );
    let mut failures = Vec::new();
    for name in &names {
        failures.extend(check(name, &table[name]));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What is not as it must be.
fn check(name: &str, expected: &Expected) -> Vec<String> {
    let run = shown::scenario(name);
    let report = run.json();
    let mut wrong = Vec::new();
    if run.code != expected.exit {
        wrong.push(format!("{name}: exit {}, not {}", run.code, expected.exit));
    }
    for (cell, outcome) in &expected.cells {
        let found = outcome_of(&report, cell);
        if found.as_deref() != Some(outcome.as_str()) {
            wrong.push(format!("{name}: {cell} is {found:?}, not {outcome}"));
        }
    }
    let findings = report["findings"].as_array().expect("findings");
    if let Some(confidence) = &expected.confidence {
        let first = &findings[0];
        if first["confidence"] != confidence.as_str() {
            wrong.push(format!(
                "{name}: {} is {}, not {confidence}",
                first["rule"], first["confidence"]
            ));
        }
        let mut found: Vec<&str> = first["alternatives"]
            .as_array()
            .expect("alternatives")
            .iter()
            .filter_map(|one| one["rule"].as_str())
            .collect();
        let mut wanted: Vec<&str> = expected.alternatives.iter().map(String::as_str).collect();
        found.sort_unstable();
        wanted.sort_unstable();
        if found != wanted {
            wrong.push(format!(
                "{name}: the alternatives are {found:?}, not {wanted:?}"
            ));
        }
    }
    for rule in &expected.also {
        if !findings
            .iter()
            .any(|finding| finding["rule"] == rule.as_str())
        {
            wrong.push(format!("{name}: there is no finding {rule}"));
        }
    }
    wrong
}

fn outcome_of(report: &serde_json::Value, cell: &str) -> Option<String> {
    let (principal, action) = cell.rsplit_once(' ')?;
    let cells = report["matrix"].as_array()?;
    let found = cells.iter().find(|one| {
        one["principal"] == principal
            && one["scope"].as_str().is_some_and(|scope| {
                scope.ends_with(&format!(":{action}")) || (action == "-" && scope.is_empty())
            })
    })?;
    let words = [
        &found["verdict"],
        &found["stopped_at"],
        &found["status"],
        &found["cause"],
    ];
    let words: Vec<String> = words
        .iter()
        .filter(|word| !word.is_null())
        .map(|word| {
            word.as_str()
                .map_or_else(|| word.to_string(), str::to_owned)
        })
        .collect();
    Some(words.join(" "))
}
