//! `explain` of pasted texts: one file a text, one beside it that says what it must come to.

use crate::probe::{command, folder, repository, run, run_with_input};
use serde_json::{Value, json};
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
    for path in texts() {
        let toml = path.replace(".txt", ".toml");
        let toml = std::fs::read_to_string(toml).expect("what it must come to");
        let expected: Expected = toml::from_str(&toml).expect("a readable expectation");
        let shown = run(&["explain", "--format", "json", "--event", &path]);
        let wrong = differences(&expected, &shown.json(), shown.code);
        let name = path.rsplit('/').next().unwrap_or_default();
        count += 1;
        if !wrong.is_empty() {
            let _ = writeln!(missed, "{name}: {}", wrong.join("; "));
        }
    }
    let bad = missed.lines().count();
    assert!(count >= 40, "only {count} texts");
    assert!(bad == 0, "{} of {count} texts\n{missed}", count - bad);
}

/// The texts, in the order of their names.
fn texts() -> Vec<String> {
    let folder = std::fs::read_dir(repository("testdata/events")).expect("the folder of texts");
    let paths = folder.map(|entry| entry.expect("an entry").path());
    let mut texts: Vec<String> = paths
        .filter(|path| path.extension().is_some_and(|one| one == "txt"))
        .map(|path| path.display().to_string())
        .collect();
    texts.sort();
    texts
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
fn every_report_is_the_contracts() {
    const STEPS: [&str; 9] = [
        "resolve",
        "connect",
        "tls",
        "challenge",
        "identity-token",
        "refresh-token",
        "access-token",
        "manifest",
        "blob",
    ];
    let mut known = 0;
    for path in texts() {
        let shown = run(&["explain", "--format", "json", "--event", &path]);
        let report = shown.json();
        assert_eq!(report["schema"], "acr-probe.report/1");
        assert_eq!(report["matrix"], json!([]), "{path}");
        assert_eq!(report["transactions"], json!([]), "{path}");
        let verdict = if shown.code == 0 {
            "denied"
        } else {
            "inconclusive"
        };
        assert_eq!(report["verdict"], verdict, "{path}");
        assert_eq!(report["event"].is_object(), shown.code == 0, "{path}");
        let findings = report["findings"].as_array().expect("findings");
        assert_eq!(findings.is_empty(), shown.code == 3, "{path}");
        for finding in findings {
            assert_ne!(finding["confidence"], "proven", "{path}");
            assert_eq!(finding["facts"][0], report["facts"][0]["id"]);
        }
        for event in report["events"].as_array().expect("events") {
            for name in ["client", "registry", "repository", "scope"] {
                assert!(
                    event[name].is_string() || event[name].is_null(),
                    "{path}: {name}"
                );
            }
            for attempt in event["attempts"].as_array().expect("attempts") {
                let word = |name: &str| attempt.get(name).expect("it is there").as_str();
                // Known, it is one of two words; a text that does not say leaves null.
                assert!(matches!(
                    word("credential"),
                    Some("presented" | "none") | None
                ));
                assert!(attempt["credential"].is_string() || attempt["credential"].is_null());
                assert!(word("step").is_none_or(|step| STEPS.contains(&step)));
                assert!(
                    attempt
                        .get("status")
                        .is_some_and(|one| one.is_null() || one.is_u64())
                );
                known += usize::from(attempt["credential"].is_string());
            }
        }
    }
    assert!(known > 60, "{known}");
}

#[test]
fn a_text_is_recorded_and_replayed() {
    let folder = folder();
    let path = |name: &str| {
        folder
            .path()
            .join(name)
            .to_str()
            .expect("a path")
            .to_owned()
    };
    let (lines, shown) = (path("lines"), path("shown"));
    for text in ["oauth-then-anonymous", "two-images", "no-event-prose"] {
        let text = repository(&format!("testdata/events/{text}.txt"));
        let text = text.to_str().expect("a path");
        let written = run(&[
            "explain", "--event", text, "--format", "ndjson", "--output", &lines,
        ]);
        assert!(written.stdout.is_empty());
        for format in ["table", "json"] {
            let live = run(&["explain", "--event", text, "--format", format]);
            let again = run(&["replay", &lines, "--format", format]);
            assert_eq!((live.code, &live.stdout), (again.code, &again.stdout));
            let filed = run(&[
                "explain", "--event", text, "--format", format, "--output", &shown,
            ]);
            assert_eq!((filed.code, filed.stdout.as_str()), (live.code, ""));
            assert_eq!(
                std::fs::read_to_string(&shown).expect("written"),
                live.stdout
            );
        }
        let compared = run(&["compare", &lines, &lines]);
        assert_eq!(compared.code, 2);
        assert!(compared.stderr.contains("no run"), "{}", compared.stderr);
    }
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
