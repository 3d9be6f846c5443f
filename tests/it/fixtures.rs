//! The fixtures of the rules, as `testdata/recordings/fixtures.txt` lists them, and the rules' order.

use crate::probe::{repository, run};

/// One line of `fixtures.txt`: what shows a rule, and what only looks like it.
struct Fixtures {
    rule: String,
    fires: String,
    silent: String,
    alike: String,
    goes_to: String,
}

fn fixtures() -> Vec<Fixtures> {
    let text = std::fs::read_to_string(repository("testdata/recordings/fixtures.txt"));
    let text = text.expect("the list of fixtures");
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let read = |line: &str| {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let [rule, fires, silent, alike, goes_to] = words.try_into().expect("five words");
        Fixtures {
            rule,
            fires,
            silent,
            alike,
            goes_to,
        }
    };
    lines.map(read).collect()
}

/// The report of a fixture: a recording replayed, or a pasted text explained.
fn report(rule: &str, kind: &str, source: &str) -> serde_json::Value {
    let (command, path) = match source.strip_prefix("event:") {
        Some(name) => (
            "explain",
            repository(&format!("testdata/events/{name}.txt")),
        ),
        None => (
            "replay",
            repository(&format!("testdata/recordings/{rule}.{kind}.jsonl")),
        ),
    };
    assert!(path.exists(), "{} is missing", path.display());
    let path = path.to_str().expect("a path");
    match command {
        "explain" => run(&["explain", "--event", path, "--format", "json"]).json(),
        _ => run(&["replay", path, "--format", "json"]).json(),
    }
}

/// Three fixtures a rule: one in which it fires, one in which it stays silent, and a look-alike that
/// another rule accounts for.
#[test]
fn every_rule_has_its_three_fixtures() {
    let catalogue = run(&["rules", "--format", "json"]).json();
    let fixtures = fixtures();
    let listed: Vec<&str> = fixtures.iter().map(|one| one.rule.as_str()).collect();
    let mut wrong = Vec::new();
    for rule in catalogue["rules"].as_array().expect("rules") {
        let name = rule["rule"].as_str().expect("a name");
        if listed.iter().filter(|one| **one == name).count() != 1 {
            wrong.push(format!("{name} is not listed once in fixtures.txt"));
        }
    }
    for one in &fixtures {
        wrong.extend(disorder(one));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is not as the list says.
fn disorder(one: &Fixtures) -> Vec<String> {
    let rule = &one.rule;
    let mut wrong = Vec::new();
    if !names(&report(rule, "fires", &one.fires), rule) {
        wrong.push(format!("{rule} does not fire in {}", one.fires));
    }
    if names(&report(rule, "silent", &one.silent), rule) {
        wrong.push(format!("{rule} is not silent in {}", one.silent));
    }
    let alike = report(rule, "alike", &one.alike);
    if *rule == one.goes_to || is_found(&alike, rule) {
        wrong.push(format!("{rule} is found in its look-alike {}", one.alike));
    }
    if !is_found(&alike, &one.goes_to) {
        wrong.push(format!(
            "{}, the look-alike of {rule}, does not go to {}",
            one.alike, one.goes_to
        ));
    }
    wrong
}

/// True where a rule is a finding.
fn is_found(report: &serde_json::Value, rule: &str) -> bool {
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().any(|finding| finding["rule"] == rule)
}

/// True where a rule is a finding, or an alternative to one.
fn names(report: &serde_json::Value, rule: &str) -> bool {
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().any(|finding| {
        let alternatives = finding["alternatives"].as_array().expect("alternatives");
        finding["rule"] == rule || alternatives.iter().any(|one| one["rule"] == rule)
    })
}
