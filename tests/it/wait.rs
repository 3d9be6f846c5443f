//! `--wait` and `--spread`: the gate, and many nodes at once.

use crate::probe::{Simulator, run};
use std::time::{Duration, Instant};

const GATE: [&str; 4] = ["demo", "role-propagation", "--principal", "kubelet"];

/// The number behind `what`, as in `granted after 7 s`.
fn number(text: &str, what: &str) -> u64 {
    let (_, after) = text
        .split_once(what)
        .unwrap_or_else(|| panic!("no {what}: {text}"));
    let digits = after
        .trim_start()
        .split(|sign: char| !sign.is_ascii_digit())
        .next();
    digits
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_else(|| panic!("{what}: {text}"))
}

#[test]
fn a_role_that_comes_later_turns_it_green() {
    let began = Instant::now();
    let gate = run(&[&GATE[..], &["--exit-code", "--wait", "20s"]].concat());
    assert_eq!(gate.code, 0, "{}{}", gate.stdout, gate.stderr);
    let text = gate.stdout.replace("\n  ", " ");
    assert!(
        text.starts_with("√ kubelet can pull guestbook: granted after "),
        "{text}"
    );
    assert!(
        text.contains("tries; no-role-assignment until then)."),
        "{text}"
    );
    // The scenario's role works after five seconds.
    let said = number(&text, "granted after ");
    assert!(said >= 5 && said <= began.elapsed().as_secs(), "{said}");
    let tries = gate.stderr.lines().count();
    assert!(tries >= 2, "{}", gate.stderr);
    let mut left = 20;
    for (index, line) in gate.stderr.lines().enumerate() {
        assert!(line.starts_with(&format!("try {}: no-role-assignment; again in ", index + 1)));
        let now = number(line, " s, ");
        assert!(line.ends_with(" s left") && now < left, "{}", gate.stderr);
        left = now;
    }
}

#[test]
fn a_deadline_that_is_too_short_is_red_with_the_cause() {
    let gate = run(&[&GATE[..], &["--exit-code", "--wait", "3s"]].concat());
    assert_eq!(gate.code, 1, "{}{}", gate.stdout, gate.stderr);
    let text = gate.stdout.replace("\n  ", " ");
    assert!(text.contains("Likely no-role-assignment"), "{text}");
    assert!(text.contains(", still after 3 s ("), "{text}");
    let report = run(&[
        &GATE[..],
        &["--exit-code", "--wait", "1s", "--format", "json"],
    ]
    .concat());
    assert_eq!(report.code, 1);
    assert_eq!(report.json()["matrix"][0]["cause"], "no-role-assignment");
}

#[test]
fn what_was_waited_for_is_told_again_by_the_recording() {
    let lines = run(&[&GATE[..], &["--wait", "20s", "--format", "ndjson"]].concat());
    let replayed = crate::probe::run_with_input(&["replay", "-"], &lines.stdout);
    assert_eq!(replayed.code, 0);
    assert!(
        replayed.stdout.contains("granted after "),
        "{}",
        replayed.stdout
    );
}

#[test]
fn it_gives_up_at_once_where_waiting_mends_nothing() {
    for scenario in ["realm-elsewhere", "azure-json-unusable"] {
        let began = Instant::now();
        let gate = run(&[
            "demo",
            scenario,
            "--principal",
            "kubelet",
            "--exit-code",
            "--wait",
            "1m",
        ]);
        assert_eq!(gate.code, 3, "{scenario}: {}", gate.stdout);
        assert!(gate.stderr.is_empty(), "{}", gate.stderr);
        assert!(began.elapsed() < Duration::from_secs(30), "{scenario}");
    }
}

#[test]
fn a_spread_probe_stays_until_its_time_is_over() {
    let simulator = Simulator::serve("guestbook-fixed");
    let began = Instant::now();
    let spread = simulator.run(&[
        "--principal",
        "kubelet",
        "--spread",
        "2s",
        "--format",
        "ndjson",
    ]);
    assert_eq!(spread.code, 0, "{}{}", spread.stdout, spread.stderr);
    assert!(began.elapsed() >= Duration::from_secs(2));
    assert!(spread.stderr.starts_with("begins in "), "{}", spread.stderr);
    assert!(
        spread
            .stdout
            .trim_end()
            .lines()
            .last()
            .expect("lines")
            .contains("\"footer\"")
    );
}
