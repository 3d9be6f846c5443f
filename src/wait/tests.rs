//! When to try again.

use super::{Next, duration, next};
use crate::evidence::{Recording, parse_lines};
use std::time::Duration;

const REFUSED: &str = include_str!("../../testdata/recordings/no-role-assignment.fires.jsonl");

fn recording(text: &str) -> Recording {
    parse_lines(text).expect("a recording").remove(0)
}

/// The refused one, with a header on one of its answers.
fn asked(name: &str, value: &str) -> Recording {
    let mut recording = recording(REFUSED);
    let answer = recording.transactions.last_mut().expect("an answer");
    answer.headers.insert(
        "date".to_owned(),
        vec!["Tue, 24 Nov 2026 00:00:10 GMT".to_owned()],
    );
    answer
        .headers
        .insert(name.to_owned(), vec![value.to_owned()]);
    recording
}

fn seconds(
    recording: &Recording,
    tries: u32,
    elapsed: u64,
    limit: u64,
    chance: f64,
) -> Option<f64> {
    let [elapsed, limit] = [elapsed, limit].map(Duration::from_secs);
    match next(recording, tries, elapsed, limit, chance) {
        Next::Stop => None,
        Next::After(pause) => Some(pause.as_secs_f64()),
    }
}

#[test]
fn pauses_grow_and_differ() {
    let refused = recording(REFUSED);
    let pause = |tries, chance| seconds(&refused, tries, 0, 600, chance).expect("a pause");
    for (tries, middle) in [
        (1, 2.0),
        (2, 4.0),
        (3, 8.0),
        (4, 16.0),
        (5, 30.0),
        (40, 30.0),
    ] {
        assert!((pause(tries, 0.5) - middle).abs() < 0.01, "{tries}");
        assert!((pause(tries, 0.0) - 0.8 * middle).abs() < 0.01, "{tries}");
        assert!((pause(tries, 1.0) - 1.2 * middle).abs() < 0.01, "{tries}");
    }
}

#[test]
fn the_last_try_is_when_the_time_ends() {
    let refused = recording(REFUSED);
    assert_eq!(seconds(&refused, 4, 14, 20, 0.5), Some(6.0));
    assert_eq!(seconds(&refused, 5, 20, 20, 0.5), None);
    assert_eq!(seconds(&refused, 5, 25, 20, 0.5), None);
}

#[test]
fn never_sooner_than_the_answer_says() {
    let pause = |recording: &Recording, chance| seconds(recording, 1, 0, 600, chance);
    let by_seconds = asked("retry-after", "50");
    assert_eq!(pause(&by_seconds, 0.0), Some(50.0));
    assert_eq!(pause(&by_seconds, 1.0), Some(60.0));
    let by_date = asked("retry-after", "Tue, 24 Nov 2026 00:00:50 GMT");
    assert_eq!(pause(&by_date, 0.0), Some(40.0));
    let past = asked("retry-after", "Mon, 23 Nov 2026 00:00:50 GMT");
    assert_eq!(pause(&past, 0.5), Some(2.0));
    let odd = asked("retry-after", "soon");
    assert_eq!(pause(&odd, 0.5), Some(2.0));
    // It would be over by then.
    assert_eq!(seconds(&by_seconds, 1, 0, 49, 0.0), None);
    assert_eq!(seconds(&by_seconds, 1, 0, 50, 1.0), Some(50.0));
    let huge = asked("retry-after", "18446744073709551615");
    assert_eq!(pause(&huge, 1.0), None);
}

#[test]
fn it_ends_where_waiting_mends_nothing() {
    let granted = include_str!("../../testdata/recordings/no-role-assignment.silent.jsonl");
    let withheld = include_str!("../../testdata/recordings/realm-elsewhere.fires.jsonl");
    let unusable = include_str!("../../testdata/recordings/azure-json-unusable.fires.jsonl");
    for text in [granted, withheld, unusable] {
        assert_eq!(seconds(&recording(text), 1, 0, 600, 0.5), None);
    }
}

#[test]
fn durations() {
    for (text, seconds) in [
        ("30s", Some(30)),
        ("10m", Some(600)),
        ("1h", Some(3600)),
        ("5", Some(5)),
        ("0s", None),
        ("", None),
        ("m", None),
        ("9é", None),
        ("25h", None),
        ("-3s", None),
    ] {
        assert_eq!(
            duration(text).ok().map(|one| one.as_secs()),
            seconds,
            "{text}"
        );
    }
}
