//! The command line: what is wrong is said in one sentence, help teaches, exit codes are the contract's.

use crate::probe::{command, run, run_with_input};
use std::process::Stdio;

#[test]
fn what_is_wrong_is_one_sentence_and_exit_2() {
    let image = "acrwizdev.azurecr.io/guestbook:v1";
    for arguments in [
        &["run", "https://acrwizdev.azurecr.io/guestbook"][..],
        &["run", image, "--principal", "nobody"],
        &["run", image, "--principal", "managed-identity:client-id="],
        &["run", image, "--principal", "managed-identity:what=x"],
        &["run", image, "--secret", "admin"],
        &["run", image, "--secret", "admin=env:NOT_SET_ANYWHERE"],
        &["run", image, "--secret", "admin=file:/nonexistent"],
        &["run", image, "--username", "admin"],
        &["run", image, "--action", "fly"],
        &["run", image, "--scope", "nonsense"],
        &["run", image, "--require", "nobody:pull"],
        &["run", image, "--require", "anonymous:metadata_read"],
        &["run", image, "--connect-to", "a:b"],
        &["run", image, "--ca-cert", "/nonexistent.pem"],
        &["run", image, "--ca-cert", "/etc/hostname"],
        &["run", image, "--imds-endpoint", "nonsense"],
        &["demo", "no-such-scenario"],
        &["simulate", "no-such-scenario"],
        &["replay", "/nonexistent.jsonl"],
        &["decode", "/nonexistent"],
        &["explain", "no-such-rule"],
    ] {
        let run = run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stdout.is_empty(), "{arguments:?}");
        assert_eq!(
            run.stderr.lines().count(),
            1,
            "{arguments:?}: {}",
            run.stderr
        );
        assert!(
            run.stderr.starts_with("acr-probe: "),
            "{arguments:?}: {}",
            run.stderr
        );
    }
}

#[test]
fn help_teaches() {
    for arguments in [
        &["--help"][..],
        &["run", "--help"],
        &["demo", "--help"],
        &["replay", "--help"],
        &["simulate", "--help"],
        &["decode", "--help"],
        &["rules", "--help"],
        &["schema", "--help"],
        &["compare", "--help"],
        &["explain", "--help"],
    ] {
        let help = run(arguments);
        assert_eq!(help.code, 0, "{arguments:?}");
        assert!(
            help.stdout.contains("Examples:"),
            "{arguments:?}: {}",
            help.stdout
        );
        assert!(
            help.stdout.lines().all(|line| line.chars().count() <= 110),
            "{arguments:?}: {}",
            help.stdout
        );
    }
}

#[test]
fn demo_exits_0_once_it_has_shown_the_scenario() {
    assert_eq!(run(&["demo"]).code, 0);
    assert_eq!(run(&["demo", "--exit-code"]).code, 1);
    assert_eq!(run(&["demo", "guestbook-fixed", "--exit-code"]).code, 0);
    assert_eq!(run(&["demo", "dns-nxdomain", "--exit-code"]).code, 3);
}

#[test]
fn the_incident_is_told() {
    let demo = run(&["demo"]);
    let first = demo.stdout.lines().next().unwrap_or_default();
    assert!(
        first.contains("kubelet cannot pull guestbook") && first.contains("(401)"),
        "{first}"
    );
    for said in [
        "no-role-assignment",
        "anonymous 401 is normal",
        "granted",
        "simulated",
    ] {
        assert!(
            demo.stdout.contains(said),
            "{said} is not in\n{}",
            demo.stdout
        );
    }
}

#[test]
fn required_cells_decide_the_exit_code() {
    let code =
        |arguments: &[&str]| run(&[&["demo", "guestbook", "--exit-code"], arguments].concat()).code;
    assert_eq!(code(&["--require", "admin"]), 0);
    assert_eq!(
        code(&["--require", "admin:push", "--require", "admin:delete"]),
        0
    );
    assert_eq!(code(&["--require", "admin", "--require", "kubelet"]), 1);
    assert_eq!(code(&["--require", "anonymous"]), 1);
    assert_eq!(code(&["--principal", "admin"]), 0);
    assert_eq!(code(&["--principal", "anonymous"]), 1);
    assert_eq!(
        code(&["--principal", "anonymous", "--principal", "admin"]),
        0
    );
}

#[test]
fn rows_with_nothing_at_hand_name_the_flag() {
    let demo = run(&["demo", "dns-nxdomain", "--format", "json"]);
    let report = demo.json();
    let rows = report["principals"].as_array().expect("principals");
    let admin = rows
        .iter()
        .find(|row| row["name"] == "admin")
        .expect("the admin row is always shown");
    assert!(
        admin["untried"]["flag"]
            .as_str()
            .is_some_and(|flag| flag.contains("--secret admin=")),
        "{admin}"
    );
}

#[test]
fn decode_shows_claims_and_no_signature() {
    let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhY3JfYW5vbl9wdWxsIn0.c2lnbmF0dXJl";
    let decoded = run_with_input(&["decode"], &format!("{token}\n"));
    assert_eq!(decoded.code, 0, "{}", decoded.stderr);
    assert!(
        decoded.stdout.contains("not verified") && decoded.stdout.contains("acr_anon_pull"),
        "{}",
        decoded.stdout
    );
    assert!(
        !decoded.stdout.contains("c2lnbmF0dXJl"),
        "{}",
        decoded.stdout
    );
    assert_eq!(run_with_input(&["decode"], "not a token").code, 2);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = command(&["demo", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("it ends");
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    assert!(ended.stderr.is_empty());
}

#[test]
fn colour_only_where_it_is_wanted() {
    let has_escape = |arguments: &[&str]| run(arguments).stdout.contains('\u{1b}');
    assert!(!has_escape(&["demo"]), "a pipe gets no colour");
    assert!(has_escape(&["demo", "--color", "always"]));
    assert!(!has_escape(&["demo", "--color", "never"]));
    assert!(run(&["demo", "--ascii"]).stdout.is_ascii());
}
