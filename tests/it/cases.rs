//! Public incidents and whether the tool names their cause: `testdata/cases.toml`.
//!
//! `cargo test --test it cases -- --nocapture` prints the score and every miss with its reason.

use crate::probe::repository;
use crate::shown;
use crate::told::{self, Place};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    source: String,
    rule: String,
    story: String,
    /// Why it can be shown in no way.
    miss: Option<String>,
    wire: Option<Wire>,
    text: Option<Text>,
}

#[derive(Deserialize)]
struct Wire {
    scenario: String,
    #[serde(flatten)]
    expected: Expected,
}

#[derive(Deserialize)]
struct Text {
    /// A text of `testdata/events`, or else the text itself.
    file: Option<String>,
    event: Option<String>,
    #[serde(flatten)]
    expected: Expected,
}

/// What a way of showing an incident must come to: one of the two.
#[derive(Deserialize)]
struct Expected {
    named: Option<Place>,
    miss: Option<String>,
}

/// One way of showing an incident, and what came of it.
struct Shown<'c> {
    way: &'static str,
    expected: &'c Expected,
    found: Option<Place>,
}

impl Case {
    fn shown(&self) -> Vec<Shown<'_>> {
        let wire = self.wire.as_ref().map(|wire| Shown {
            way: "wire",
            expected: &wire.expected,
            found: told::place(&shown::scenario(&wire.scenario).json(), &self.rule),
        });
        let text = self.text.as_ref().map(|text| Shown {
            way: "text",
            expected: &text.expected,
            found: told::place(&told::explained(&text.read()).json(), &self.rule),
        });
        wire.into_iter().chain(text).collect()
    }
}

impl Text {
    fn read(&self) -> String {
        match (&self.file, &self.event) {
            (Some(name), None) => told::event(name),
            (None, Some(text)) => text.clone(),
            _ => panic!("a text is a file or stands there itself"),
        }
    }
}

fn table() -> Vec<Case> {
    let text = std::fs::read_to_string(repository("testdata/cases.toml")).expect("the cases");
    let table: Table = toml::from_str(&text).expect("it reads");
    table.case
}

#[test]
fn every_incident_comes_to_what_is_written() {
    let cases = table();
    let mut score = Score::default();
    let mut wrong = String::new();
    for case in &cases {
        let shown = case.shown();
        for one in &shown {
            if one.found != one.expected.named {
                let _ = writeln!(
                    wrong,
                    "{}, {}: {} is {:?}, not {:?}",
                    case.id, one.way, case.rule, one.found, one.expected.named
                );
            }
        }
        score.add(case, &shown);
    }
    println_score(&score, &cases);
    assert!(wrong.is_empty(), "{wrong}");
    let readme = std::fs::read_to_string(repository("README.md")).expect("the README");
    let line = score.sentence(cases.len());
    assert!(
        readme.replace('\n', " ").contains(&line),
        "the README must say: {line}"
    );
}

#[test]
fn every_incident_is_told_whole_and_once() {
    let mut ids = BTreeSet::new();
    for case in table() {
        assert!(ids.insert(case.id.clone()), "{} is there twice", case.id);
        assert!(case.source.starts_with("https://"), "{}: source", case.id);
        assert!(case.story.ends_with('.'), "{}: story", case.id);
        let ways = [
            case.wire.as_ref().map(|one| &one.expected),
            case.text.as_ref().map(|one| &one.expected),
        ];
        for one in ways.iter().flatten() {
            assert!(
                one.named.is_some() != one.miss.is_some(),
                "{}: named or missed, one of the two",
                case.id
            );
        }
        let is_shown = ways.iter().any(Option::is_some);
        assert!(
            is_shown != case.miss.is_some(),
            "{}: shown or missed",
            case.id
        );
    }
}

#[derive(Default)]
struct Score {
    findings: usize,
    alternatives: usize,
    missed: String,
    missed_count: usize,
    partly: String,
    /// Of each way: shown, named as a finding, named at all.
    ways: BTreeMap<&'static str, [usize; 3]>,
}

impl Score {
    fn add(&mut self, case: &Case, shown: &[Shown<'_>]) {
        let best = shown.iter().filter_map(|one| one.found).max();
        match best {
            Some(Place::Finding) => self.findings += 1,
            Some(Place::Alternative) => self.alternatives += 1,
            None => self.missed_count += 1,
        }
        for one in shown {
            let [all, findings, named] = self.ways.entry(one.way).or_default();
            *all += 1;
            *findings += usize::from(one.found == Some(Place::Finding));
            *named += usize::from(one.found.is_some());
        }
        let reasons = shown
            .iter()
            .filter_map(|one| Some((one.way, one.expected.miss.as_deref()?)))
            .chain(case.miss.as_deref().map(|why| ("neither", why)));
        for (way, why) in reasons {
            let list = if best.is_none() {
                &mut self.missed
            } else {
                &mut self.partly
            };
            let _ = writeln!(list, "  {} ({}, {way}): {why}", case.id, case.rule);
        }
    }

    fn sentence(&self, all: usize) -> String {
        format!(
            "Of {all} public incidents, {} are named as a finding, {} as an alternative to one, {} missed",
            self.findings, self.alternatives, self.missed_count
        )
    }
}

#[expect(clippy::print_stdout, reason = "the score is what the command is for")]
fn println_score(score: &Score, cases: &[Case]) {
    println!("{}.", score.sentence(cases.len()));
    for (way, [all, findings, named]) in &score.ways {
        println!("By {way}: {all} shown, {named} named, {findings} of them as a finding.");
    }
    println!("Missed:\n{}", score.missed);
    println!("Named in one way, missed in the other:\n{}", score.partly);
}
