//! A recording is the whole truth: what was printed live is printed again from it, byte for byte; what
//! is damaged is said to be.

use crate::probe::{folder, run, run_with_input, scenarios};

#[test]
fn a_replay_prints_what_the_live_run_printed() {
    let folder = folder();
    let file = folder.path().join("r.jsonl");
    let file = file.to_str().expect("a path");
    // Twenty times the incident: ids must not depend on the order of arrival.
    let mut first_ids = None;
    for _ in 0..20 {
        for format in ["table", "json", "ndjson"] {
            let live = run(&["demo", "--record", file, "--format", format]);
            let replayed = run(&["replay", file, "--format", format]);
            assert_eq!(live.stdout, replayed.stdout, "{format}");
            assert_eq!(
                (live.code, replayed.code),
                (0, 1),
                "demo has shown it; replay exits as run would"
            );
        }
        let ids = ids(&run(&["replay", file, "--format", "json"]).json());
        assert_eq!(first_ids.get_or_insert_with(|| ids.clone()), &ids);
    }
}

/// Every transaction's id with what it is, and every cited id.
fn ids(report: &serde_json::Value) -> Vec<String> {
    let text = |value: &serde_json::Value| without_port(value.as_str().unwrap_or_default());
    let transactions = report["transactions"]
        .as_array()
        .expect("transactions")
        .iter();
    let mut ids: Vec<String> = transactions
        .map(|one| {
            format!(
                "{} {} {} {}",
                text(&one["id"]),
                text(&one["connection"]),
                text(&one["method"]),
                text(&one["url"])
            )
        })
        .collect();
    let facts = report["facts"].as_array().expect("facts").iter();
    ids.extend(facts.map(|one| {
        format!(
            "{} {} {}",
            text(&one["id"]),
            text(&one["what"]),
            one["data"]["connection"]
        )
    }));
    ids.extend(
        report["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .map(|one| format!("{} {}", one["transactions"], one["facts"])),
    );
    ids
}

/// The simulated IMDS listens on whatever port is free.
fn without_port(text: &str) -> String {
    match text.split_once("http://127.0.0.1:") {
        Some((before, after)) => format!(
            "{before}IMDS{}",
            after.trim_start_matches(|sign: char| sign.is_ascii_digit())
        ),
        None => text.to_owned(),
    }
}

#[test]
fn every_scenario_replays_as_it_ran() {
    let folder = folder();
    std::thread::scope(|scope| {
        for chunk in scenarios().chunks(14) {
            let chunk = chunk.to_vec();
            let folder = folder.path();
            scope.spawn(move || {
                for name in chunk {
                    let file = folder.join(format!("{name}.jsonl"));
                    let file = file.to_str().expect("a path");
                    let live = run(&[
                        "demo",
                        &name,
                        "--exit-code",
                        "--record",
                        file,
                        "--color",
                        "always",
                    ]);
                    let replayed = run(&["replay", file, "--color", "always"]);
                    assert_eq!(live.stdout, replayed.stdout, "{name}");
                    assert_eq!(live.code, replayed.code, "{name}");
                }
            });
        }
    });
}

#[test]
fn a_recording_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let file = folder.path().join("r.jsonl");
    run(&["demo", "--record", file.to_str().expect("a path")]);
    let mode = std::fs::metadata(&file)
        .expect("it was written")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_is_not_usable_is_one_sentence() {
    let recording = run(&["demo", "--format", "ndjson"]).stdout;
    let lines: Vec<&str> = recording.lines().collect();
    let newer = recording.replace("acr-probe.recording/1", "acr-probe.recording/7");
    let damaged = recording.replacen("\"line\":\"transaction\"", "\"line\":\"transaction\",,", 1);
    let incomplete = [&lines[..3], &lines[4..]].concat().join("\n") + "\n";
    let two = format!(
        "{recording}{}",
        recording.replace(run_id(&recording), "0000000000000000")
    );
    for (what, text, said) in [
        ("empty", "", "not a recording"),
        ("something else", "{\"a\":1}\n", "not a recording"),
        ("newer", newer.as_str(), "newer"),
        ("damaged", damaged.as_str(), "damaged"),
        ("a line gone", incomplete.as_str(), "damaged"),
        ("two runs", two.as_str(), "2 runs"),
    ] {
        let replay = run_with_input(&["replay", "-"], text);
        assert_eq!(replay.code, 2, "{what}: {}", replay.stderr);
        assert!(replay.stdout.is_empty(), "{what}");
        assert_eq!(
            replay.stderr.lines().count(),
            1,
            "{what}: {}",
            replay.stderr
        );
        assert!(replay.stderr.contains(said), "{what}: {}", replay.stderr);
    }
}

#[test]
fn a_run_that_was_cut_off_is_still_evidence() {
    let recording = run(&["demo", "--format", "ndjson"]).stdout;
    let cut: String = recording
        .lines()
        .take(12)
        .map(|line| format!("{line}\n"))
        .collect();
    let replay = run_with_input(&["replay", "-"], &cut);
    assert!(replay.stderr.contains("cut off"), "{}", replay.stderr);
    assert!(replay.stdout.contains("cut off"), "{}", replay.stdout);
}

#[test]
fn lines_of_others_are_passed_over() {
    let recording = run(&["demo", "--format", "ndjson"]).stdout;
    let mixed: String = recording
        .lines()
        .map(|line| format!("2026-11-23T20:00:00Z {line}\nkubelet: something else\n"))
        .collect();
    let alone = run_with_input(&["replay", "-"], &recording);
    let among = run_with_input(&["replay", "-"], &mixed);
    assert_eq!(alone.stdout, among.stdout);
}

#[test]
fn an_output_file_appears_whole_or_not_at_all() {
    let folder = folder();
    let file = folder.path().join("report.json");
    let path = file.to_str().expect("a path");
    let written = run(&["demo", "--format", "json", "--output", path]);
    assert!(written.stdout.is_empty());
    let text = std::fs::read_to_string(&file).expect("it was written");
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    let nowhere = run(&["demo", "--output", "/nonexistent/report.txt"]);
    assert_eq!(nowhere.code, 2);
    assert_eq!(nowhere.stderr.lines().count(), 1, "{}", nowhere.stderr);
    assert_eq!(
        std::fs::read_dir(folder.path())
            .expect("the folder")
            .count(),
        1,
        "no partial file stays"
    );
}

fn run_id(recording: &str) -> &str {
    let start = recording.find("\"run\":\"").expect("a run id") + 7;
    &recording[start..start + 16]
}
