//! Streams as `kubectl logs` gives them.

use super::{Ended, Runs};

const ONE: &str = include_str!("../../../testdata/recordings/no-role-assignment.fires.jsonl");

/// The recording as another run's.
fn of_run(run: &str) -> String {
    let start = ONE.find("\"run\":\"").expect("a run id") + 7;
    ONE.replace(&ONE[start..start + 16], run)
}

/// What a text gives: `whole`, `cut off`, `repeated`, or why it is damaged.
fn given(text: &str) -> Vec<String> {
    let mut runs = Runs::default();
    let lines = text.split('\n').enumerate();
    let mut all: Vec<Ended> = lines
        .flat_map(|(at, line)| runs.take(at + 1, line))
        .collect();
    all.extend(runs.end().0);
    all.iter().map(said).collect()
}

fn said(ended: &Ended) -> String {
    match ended {
        Ended::Run(recording) => {
            let how = if recording.complete {
                "whole"
            } else {
                "cut off"
            };
            format!("{} {how}", recording.header.run)
        }
        Ended::Damaged(damaged) => {
            format!("{}: {}", damaged.run.as_deref().unwrap_or("-"), damaged.why)
        }
        Ended::Repeated => "repeated".to_owned(),
    }
}

#[test]
fn runs_mixed_line_by_line_and_with_others() {
    let (a, b) = (of_run("aaaa"), of_run("bbbb"));
    let mut mixed = String::new();
    for (one, other) in a.lines().zip(b.lines()) {
        mixed += &format!("[pod/a/probe] 2026-11-24T02:13:06.123456789Z {one}\nI1124 kubelet\n");
        mixed += &format!("[pod/b/probe] {other}\r\n\n{{\"level\":\"info\"}}\n");
    }
    assert_eq!(given(&mixed), ["aaaa whole", "bbbb whole"]);
}

#[test]
fn without_a_footer_it_was_cut_off() {
    let a = of_run("aaaa");
    let last = a.trim_end().rfind('\n').expect("many lines");
    assert_eq!(given(&a[..last]), ["aaaa cut off"]);
    // In the middle of a line; the next pod's first line follows it at once.
    let glued = format!("{}[pod/b/probe] {}", &a[..last - 40], of_run("bbbb"));
    assert_eq!(given(&glued), ["bbbb whole", "aaaa cut off"]);
}

#[test]
fn one_damaged_run_does_not_take_the_others_along() {
    let (a, b) = (of_run("aaaa"), of_run("bbbb"));
    let wrong = a.replacen("\"line\":\"transaction\"", "\"line\":\"transaction\",,", 1);
    let given = given(&format!("{wrong}{b}"));
    assert!(given[0].starts_with("aaaa: line "), "{given:?}");
    assert_eq!(given[1..], ["bbbb whole"]);
}

#[test]
fn what_is_gone_is_noticed() {
    let a = of_run("aaaa");
    let without = |index: usize| -> String {
        let lines = a.lines().enumerate().filter(|(at, _)| *at != index);
        lines.map(|(_, line)| format!("{line}\n")).collect()
    };
    let no_header = given(&without(0));
    assert_eq!(no_header.len(), 1, "{no_header:?}");
    assert!(no_header[0].contains("whose header is not there"));
    let no_fact = given(&without(3));
    assert!(no_fact[0].contains("its footer counts"), "{no_fact:?}");
    let newer = given(&a.replace("acr-probe.recording/1", "acr-probe.recording/7"));
    assert_eq!(newer.len(), 1);
    assert!(newer[0].contains("newer"), "{newer:?}");
}

#[test]
fn the_same_run_twice_counts_once() {
    let a = of_run("aaaa");
    assert_eq!(given(&format!("{a}{a}")), ["aaaa whole", "repeated"]);
}

#[test]
fn no_text_makes_it_panic() {
    for text in [
        "{\"line\":\"",
        "{\"line\":\"header\"}",
        "{\"line\":\"fact\",\"run\":\"",
        "{\"line\":\"{\"line\":\"{\"line\":\"",
        "{\"line\":\"\u{e9}\u{0}",
    ] {
        for cut in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            given(&text[..cut]);
            given(&format!("{}\n{}", &text[..cut], of_run("bbbb")));
        }
    }
}
