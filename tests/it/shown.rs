//! Every scenario shown once, for all tests that read what came of it.

use crate::probe::{Run, folder, run, scenarios};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

/// Walks side by side; most of their time is waiting.
const SIDE_BY_SIDE: usize = 6;

/// A scenario's report and exit code, and the recording that they were made from.
struct Shown {
    run: Run,
    recording: Vec<Value>,
}

static SHOWN: LazyLock<BTreeMap<String, Shown>> = LazyLock::new(|| {
    let names = Mutex::new(scenarios());
    let shown = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                while let Some(name) = next(&names) {
                    let one = show(&name);
                    shown.lock().expect("no one panicked").insert(name, one);
                }
            });
        }
    });
    shown.into_inner().expect("no one panicked")
});

fn next(names: &Mutex<Vec<String>>) -> Option<String> {
    names.lock().expect("no one panicked").pop()
}

fn show(name: &str) -> Shown {
    let folder = folder();
    let file = folder.path().join("r.jsonl");
    let path = file.to_str().expect("a path");
    let run = run(&[
        "demo",
        name,
        "--exit-code",
        "--format",
        "json",
        "--record",
        path,
    ]);
    let text = std::fs::read_to_string(&file).expect("the recording");
    let lines = text.lines().map(serde_json::from_str);
    let recording = lines.collect::<Result<_, _>>().expect("JSON Lines");
    Shown { run, recording }
}

/// The scenario's report and exit code.
pub fn scenario(name: &str) -> &'static Run {
    &of(name).run
}

/// The lines of its recording.
pub fn recording(name: &str) -> &'static [Value] {
    &of(name).recording
}

fn of(name: &str) -> &'static Shown {
    SHOWN
        .get(name)
        .unwrap_or_else(|| panic!("there is no scenario {name}"))
}
