//! Canaries: the secrets of every scenario are searched for in everything that is written.

use crate::probe::{command, folder, repository, run, scenarios};
use base64::Engine;
use std::path::Path;

/// The values that a scenario's environment and files hold and that nobody may ever see.
fn canaries(scenario: &str) -> Vec<String> {
    let text = std::fs::read_to_string(repository(&format!("testdata/scenarios/{scenario}.toml")))
        .expect("the scenario");
    let words = text.split(|sign: char| {
        !(sign.is_alphanumeric() || matches!(sign, '-' | '_' | '.' | '~' | '+' | '/' | '='))
    });
    let mut found: Vec<String> = words
        .filter(|word| word.contains("canary"))
        .map(str::to_owned)
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The forms in which a secret could turn up.
fn forms(secret: &str) -> Vec<String> {
    let percent: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    vec![
        secret.to_owned(),
        percent,
        base64::engine::general_purpose::STANDARD.encode(secret),
    ]
}

fn assert_clean(what: &str, text: &str, canaries: &[String]) {
    for canary in canaries.iter().flat_map(|one| forms(one)) {
        assert!(!text.contains(&canary), "{what} shows {canary}");
    }
    // Every token of the simulator has three segments; a whole one must never be written.
    let whole =
        text.split(|sign: char| !(sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.')));
    let token = whole
        .into_iter()
        .find(|word| word.starts_with("eyJ") && word.matches('.').count() >= 2);
    assert!(token.is_none(), "{what} shows a token");
}

#[test]
fn no_secret_is_in_any_output() {
    let folder = folder();
    let mut with_canaries = 0;
    for scenario in scenarios() {
        let canaries = canaries(&scenario);
        with_canaries += usize::from(!canaries.is_empty());
        check_scenario(folder.path(), &scenario, &canaries);
    }
    assert!(
        with_canaries > 15,
        "the scenarios should hold canaries: {with_canaries}"
    );
}

fn check_scenario(folder: &Path, scenario: &str, canaries: &[String]) {
    let file = folder.join("r.jsonl");
    let path = file.to_str().expect("a path");
    let live = command(&["demo", scenario, "--record", path])
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .output()
        .expect("it runs");
    assert_clean(
        &format!("{scenario}: standard output"),
        &String::from_utf8_lossy(&live.stdout),
        canaries,
    );
    assert_clean(
        &format!("{scenario}: standard error"),
        &String::from_utf8_lossy(&live.stderr),
        canaries,
    );
    assert_clean(
        &format!("{scenario}: the recording"),
        &std::fs::read_to_string(&file).expect("it"),
        canaries,
    );
    for format in ["json", "markdown", "html", "junit"] {
        let report = run(&["replay", path, "--format", format]).stdout;
        assert_clean(&format!("{scenario}: {format}"), &report, canaries);
    }
}

#[test]
fn the_search_itself_finds_what_it_looks_for() {
    let canaries = ["Sim-canary-1".to_owned()];
    for form in forms("Sim-canary-1") {
        let found =
            std::panic::catch_unwind(|| assert_clean("x", &format!("a {form} b"), &canaries));
        assert!(found.is_err(), "{form}");
    }
    assert!(std::panic::catch_unwind(|| assert_clean("x", "eyJh.eyJi.sig", &[])).is_err());
}

#[test]
fn no_secret_is_an_argument() {
    let refused = run(&[
        "run",
        "x.azurecr.io/a:b",
        "--secret",
        "admin=Hunter2-canary",
    ]);
    assert_eq!(refused.code, 2);
    assert!(
        !refused.stderr.contains("Hunter2-canary"),
        "{}",
        refused.stderr
    );
}
