//! `compare`: where two recordings part, and what else differs.

use crate::probe::{Run, folder, run, run_with_input};
use serde_json::Value;
use std::path::Path;

/// A recording of a scenario in a folder, by its file's name.
fn record(folder: &Path, name: &str, demo: &[&str]) -> String {
    let file = folder.join(name);
    let path = file.to_str().expect("a path").to_owned();
    let mut arguments = vec!["demo"];
    arguments.extend(demo);
    arguments.extend(["--record", &path]);
    let made = run(&arguments);
    assert_eq!(made.code, 0, "{}", made.stderr);
    path
}

/// CI and the node of one scenario.
fn ci_and_node(folder: &Path, scenario: &str) -> (String, String) {
    let ci = record(folder, "ci.json", &[scenario, "--principal", "admin"]);
    let node = folder.join("node.ndjson");
    let lines = run(&[
        "demo",
        scenario,
        "--principal",
        "kubelet",
        "--format",
        "ndjson",
    ]);
    std::fs::write(&node, lines.stdout).expect("it is written");
    (ci, node.to_str().expect("a path").to_owned())
}

fn row<'v>(pair: &'v Value, what: &str) -> &'v Value {
    let rows = pair["rows"].as_array().expect("rows");
    rows.iter()
        .find(|row| row["what"] == what)
        .unwrap_or_else(|| panic!("no row {what}: {pair:#}"))
}

fn differing(pair: &Value) -> Vec<&str> {
    let rows = pair["rows"].as_array().expect("rows").iter();
    rows.filter(|row| row["differs"] == true)
        .filter_map(|row| row["what"].as_str())
        .collect()
}

fn is_one_sentence(run: &Run, said: &str) {
    assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn ci_and_node_part_at_the_refresh_token() {
    let folder = folder();
    let (ci, node) = ci_and_node(folder.path(), "guestbook");
    let table = run(&["compare", &ci, &node, "--pair", "admin=kubelet"]);
    assert_eq!(table.code, 1, "{}", table.stderr);
    for said in [
        "× ci (admin) and node (kubelet) part at refresh-token, where node (kubelet) stops",
        "the role AcrPull",
        "401, no-role-assignment (likely)",
        "← parted here",
        "push and delete granted",
        "no such step with Basic",
        "different credential, different right",
    ] {
        assert!(table.stdout.contains(said), "{said}:\n{}", table.stdout);
    }
    let pair = "admin=kubelet";
    let json = run(&["compare", &ci, &node, "--pair", pair, "--format", "json"]);
    let json = json.json();
    assert_eq!(json["schema"], "acr-probe.compare/1");
    assert_eq!(json["verdict"], "different");
    let pair = &json["pairs"][0];
    assert_eq!(pair["parted_at"], "refresh-token");
    assert_eq!(pair["b"]["cause"], "no-role-assignment");
    assert_eq!(row(pair, "refresh-token")["parted"], true);
    assert_eq!(row(pair, "access-token")["differs"], false);
    assert_eq!(differing(pair), ["credential", "refresh-token"]);
}

#[test]
fn after_the_fix_ci_may_still_do_more() {
    let folder = folder();
    let (ci, node) = ci_and_node(folder.path(), "guestbook-fixed");
    let table = run(&["compare", &ci, &node, "--pair", "admin=kubelet"]);
    assert_eq!(table.code, 0, "{}", table.stdout);
    let one_line = table.stdout.replace("\n  ", " ");
    assert!(
        one_line.contains(
            "do not part at pull: both are granted; ci (admin) can also push and delete."
        ),
        "{}",
        table.stdout
    );
}

#[test]
fn before_and_after_are_paired_by_name() {
    let folder = folder();
    let before = record(folder.path(), "before.jsonl", &["guestbook"]);
    let after = record(folder.path(), "after.jsonl", &["guestbook-fixed"]);
    let json = run(&["compare", &before, &after, "--format", "json"]);
    assert_eq!(json.code, 1);
    let json = json.json();
    let pairs = json["pairs"].as_array().expect("pairs");
    let kubelet = pairs
        .iter()
        .find(|pair| pair["a"]["principal"] == "kubelet")
        .expect("the kubelet");
    assert_eq!(kubelet["sentence"], json["answer"]);
    assert_eq!(kubelet["parted_at"], "refresh-token");
    // Same identity, same audience; ids and times of tokens are not looked at.
    assert_eq!(differing(kubelet), ["refresh-token"]);
    assert_eq!(row(kubelet, "object id")["differs"], false);
    for other in pairs.iter().filter(|pair| *pair != kubelet) {
        assert_eq!(differing(other), Vec::<&str>::new(), "{other:#}");
    }
}

#[test]
fn two_runs_of_one_world_are_alike() {
    let folder = folder();
    for scenario in [
        "guestbook",
        "firewall",
        "imds-unreachable",
        "tag-missing",
        "dns-nxdomain",
    ] {
        let one = record(folder.path(), "one.jsonl", &[scenario]);
        let other = record(folder.path(), "other.jsonl", &[scenario]);
        let table = run(&["compare", &one, &other]);
        assert_eq!(table.code, 0, "{scenario}\n{}", table.stdout);
        assert!(
            table.stdout.contains("nothing differs"),
            "{scenario}\n{}",
            table.stdout
        );
    }
}

#[test]
fn what_differs_on_the_way_is_named() {
    let folder = folder();
    let good = record(folder.path(), "good.jsonl", &["guestbook-fixed"]);
    for (scenario, step, what) in [
        ("tls-interception", "tls", "certificate issuer"),
        ("clock-skew", "", "clock"),
        ("foreign-audience", "refresh-token", "audience"),
        ("wrong-tenant", "refresh-token", "tenant"),
        ("dns-nxdomain", "resolve", "resolve"),
        ("registry-unreachable", "connect", "connect"),
        ("imds-unreachable", "identity-token", "identity-token"),
        ("firewall", "refresh-token", "refresh-token"),
        ("tag-missing", "manifest", "manifest"),
    ] {
        let bad = record(folder.path(), "bad.jsonl", &[scenario]);
        let json = run(&[
            "compare",
            &good,
            &bad,
            "--format",
            "json",
            "--pair",
            "kubelet=kubelet",
        ]);
        let json = json.json();
        let pair = &json["pairs"][0];
        let parted = pair["parted_at"].as_str().unwrap_or_default();
        assert_eq!(parted, step, "{scenario}: {pair:#}");
        assert_eq!(row(pair, what)["differs"], true, "{scenario}: {pair:#}");
    }
}

#[test]
fn one_recording_may_come_from_a_log() {
    let folder = folder();
    let (ci, node) = ci_and_node(folder.path(), "guestbook");
    let lines = std::fs::read_to_string(&node).expect("the node's");
    let log: String = lines
        .lines()
        .map(|line| format!("pod/probe {line}\nsomething else\n"))
        .collect();
    let mixed = run_with_input(&["compare", &ci, "-", "--pair", "admin=kubelet"], &log);
    assert_eq!(mixed.code, 1, "{}", mixed.stderr);
    let one_line = mixed.stdout.replace("\n  ", " ");
    assert!(
        one_line.contains("where standard input (kubelet) stops"),
        "{}",
        mixed.stdout
    );
}

#[test]
fn the_only_ones_are_paired_and_it_is_said() {
    let folder = folder();
    let ci = record(folder.path(), "ci", &["guestbook", "--principal", "admin"]);
    let node = run(&["demo", "tls-interception", "--format", "ndjson"]).stdout;
    let compared = run_with_input(&["compare", &ci, "-"], &node);
    assert_eq!(compared.code, 1, "{}", compared.stderr);
    for said in [
        "ci (admin) and standard input (kubelet) part at tls",
        "admin and kubelet were paired because each recording tried no other",
        "not compared: anonymous of -",
    ] {
        let one_line = compared.stdout.replace("\n  ", " ");
        assert!(one_line.contains(said), "{said}:\n{}", compared.stdout);
    }
}

#[test]
fn a_row_that_was_not_tried_is_a_difference() {
    let folder = folder();
    let good = record(folder.path(), "good.jsonl", &["guestbook-fixed"]);
    let unusable = record(folder.path(), "unusable.jsonl", &["azure-json-unusable"]);
    let pair = ["--pair", "kubelet=kubelet"];
    let compared = run(&[
        "compare", &good, &unusable, pair[0], pair[1], "--format", "json",
    ]);
    assert_eq!(compared.code, 1, "{}", compared.stderr);
    let pair = &compared.json()["pairs"][0];
    assert_eq!(differing(pair), ["outcome"]);
    assert_eq!(row(pair, "outcome")["b"], "untried");
}

#[test]
fn what_was_cut_off_is_said() {
    let folder = folder();
    let whole = record(folder.path(), "whole.jsonl", &["guestbook"]);
    let lines = std::fs::read_to_string(&whole).expect("it was written");
    let count = lines.lines().count();
    let cut: String = lines
        .lines()
        .take(count - 1)
        .map(|line| format!("{line}\n"))
        .collect();
    let compared = run_with_input(&["compare", &whole, "-"], &cut);
    assert!(compared.stdout.starts_with('!'), "{}", compared.stdout);
    assert!(
        compared.stdout.contains("was cut off"),
        "{}",
        compared.stdout
    );
}

#[test]
fn what_cannot_be_compared_is_one_sentence() {
    let folder = folder();
    let (ci, node) = ci_and_node(folder.path(), "guestbook");
    let damaged = folder.path().join("damaged");
    let text = std::fs::read_to_string(&node).expect("the node's");
    let text = text.replacen("\"line\":\"transaction\"", "\"line\":\"transaction\",,", 1);
    std::fs::write(&damaged, text).expect("it is written");
    let damaged = damaged.to_str().expect("a path");
    is_one_sentence(&run(&["compare", &ci, damaged]), "damaged");
    is_one_sentence(&run(&["compare", &ci, "/nonexistent"]), "cannot read it");
    is_one_sentence(
        &run(&["compare", &ci, &node, "--pair", "ci=kubelet"]),
        "--pair ci=kubelet: it must be A=B, with A one of admin and B one of kubelet",
    );
    is_one_sentence(&run(&["compare", &ci, &node, "--pair", "admin"]), "A=B");
    is_one_sentence(&run(&["compare", "-", "-"]), "only one");
}

#[test]
fn every_width_and_sign() {
    let folder = folder();
    let (ci, node) = ci_and_node(folder.path(), "guestbook");
    for width in ["40", "60", "80", "100", "200"] {
        let mut command =
            crate::probe::command(&["compare", &ci, &node, "--pair", "admin=kubelet", "--ascii"]);
        let output = command.env("COLUMNS", width).output().expect("it ends");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(text.is_ascii(), "{text}");
        assert!(text.contains("<- parted here"), "{text}");
        let widest = text
            .lines()
            .filter(|line| !line.contains("/tmp/") && !line.contains("azurecr.io/"))
            .map(str::len)
            .max()
            .unwrap_or_default();
        assert!(
            widest <= width.parse().expect("a number"),
            "{width}:\n{text}"
        );
    }
}
