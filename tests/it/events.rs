//! `explain` of pasted texts: one file a text, one beside it that says what it must come to.

use crate::probe::{command, repository, run, run_with_input};
use serde_json::Value;
use std::fmt::Write;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    exit: i32,
    #[serde(rename = "source")]
    _source: Option<String>,
    client: Option<String>,
    registry: Option<String>,
    repository: Option<String>,
    scope: Option<String>,
    #[serde(default)]
    attempts: Vec<String>,
    rule: Option<String>,
    #[serde(default)]
    alternatives: Vec<String>,
    events: Option<usize>,
}

#[test]
fn every_text_comes_to_what_is_written_beside_it() {
    let mut missed = String::new();
    let mut count = 0;
    let folder = std::fs::read_dir(repository("testdata/events")).expect("the folder of texts");
    let mut texts: Vec<_> = folder
        .map(|entry| entry.expect("an entry").path())
        .collect();
    texts.retain(|path| path.extension().is_some_and(|one| one == "txt"));
    texts.sort();
    for path in &texts {
        let toml =
            std::fs::read_to_string(path.with_extension("toml")).expect("what it must come to");
        let expected: Expected = toml::from_str(&toml).expect("a readable expectation");
        let shown = run(&[
            "explain",
            "--format",
            "json",
            "--event",
            &path.display().to_string(),
        ]);
        let wrong = differences(&expected, &shown.json(), shown.code);
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        count += 1;
        if !wrong.is_empty() {
            let _ = writeln!(missed, "{name}: {}", wrong.join("; "));
        }
    }
    let bad = missed.lines().count();
    assert!(count >= 40, "only {count} texts");
    assert!(bad == 0, "{} of {count} texts\n{missed}", count - bad);
}

fn differences(expected: &Expected, report: &Value, code: i32) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut check = |what: &str, wanted: String, found: String| {
        if wanted != found {
            wrong.push(format!("{what} {found}, not {wanted}"));
        }
    };
    check("exit", expected.exit.to_string(), code.to_string());
    let event = &report["event"];
    if expected.exit == 3 {
        check("event", "null".into(), event.to_string());
        check("verdict", "inconclusive".into(), word(&report["verdict"]));
        return wrong;
    }
    let named = [
        ("client", &expected.client),
        ("registry", &expected.registry),
        ("repository", &expected.repository),
        ("scope", &expected.scope),
    ];
    for (name, wanted) in named {
        if let Some(wanted) = wanted {
            check(name, wanted.clone(), word(&event[name]));
        }
    }
    let attempts = event["attempts"]
        .as_array()
        .into_iter()
        .flatten()
        .map(attempt);
    let attempts: Vec<String> = attempts.collect();
    check(
        "attempts",
        expected.attempts.join(", "),
        attempts.join(", "),
    );
    let finding = &report["findings"][0];
    check(
        "rule",
        expected.rule.clone().unwrap_or_default(),
        word(&finding["rule"]),
    );
    let others: Vec<String> = finding["alternatives"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| word(&one["rule"]))
        .collect();
    for one in &expected.alternatives {
        check(
            "alternatives",
            "true".into(),
            format!("{}", others.contains(one)),
        );
    }
    if let Some(count) = expected.events {
        let found = report["events"].as_array().map_or(0, Vec::len);
        check("events", count.to_string(), found.to_string());
    }
    wrong
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| "-".to_owned(), str::to_owned)
}

/// `presented refresh-token 401`; `-` for what the text does not say.
fn attempt(one: &Value) -> String {
    let credential = one["credential"].as_str().unwrap_or("unstated");
    let status = one["status"]
        .as_u64()
        .map_or_else(|| "-".to_owned(), |status| status.to_string());
    format!("{credential} {} {status}", word(&one["step"]))
}

#[test]
fn ten_megabytes_of_journal_are_read() {
    let event = std::fs::read_to_string(repository("testdata/events/kubelet-journal-escaped.txt"))
        .expect("a text");
    let line = "Nov 23 20:00:07 aks-0 kubelet[1]: I1123 20:00:07.1 1 kubelet.go:1] SyncLoop (PLEG): event for pod registry/token\n";
    let mut text = line.repeat(5 * 1024 * 1024 / line.len());
    text.push_str(&event);
    text.push_str(&line.repeat(5 * 1024 * 1024 / line.len()));
    let shown = run_with_input(&["explain", "--format", "json"], &text);
    assert_eq!(shown.code, 0);
    assert_eq!(shown.json()["findings"][0]["rule"], "no-role-assignment");
}

#[test]
fn the_line_that_settles_it_is_one_safe_command() {
    let text = "Failed to pull image \"r.azurecr.io/a:1$(id)\": failed to fetch anonymous token: 401 Unauthorized";
    let shown = run_with_input(&["explain"], text);
    assert_eq!(shown.code, 0);
    assert!(!shown.stdout.contains("$(id)"), "{}", shown.stdout);
}

#[test]
fn widths_and_ascii_hold() {
    let path = repository("testdata/events/oauth-then-anonymous.txt");
    for width in ["80", "100", "200"] {
        let mut command = command(&["explain", "--ascii", "--event", &path.display().to_string()]);
        let output = command.env("COLUMNS", width).output().expect("it starts");
        let shown = String::from_utf8(output.stdout).expect("UTF-8");
        let prose = shown.lines().filter(|line| !line.contains("acr-probe run"));
        let widest = prose.map(str::len).max().unwrap_or_default();
        assert!(shown.is_ascii(), "{shown}");
        assert!(widest <= width.parse().expect("a number"), "{shown}");
    }
}
