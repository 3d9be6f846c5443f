//! Every scenario shown once, for all tests that read what came of it.

use crate::probe::{Run, run, scenarios};
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

/// Walks side by side; most of their time is waiting.
const SIDE_BY_SIDE: usize = 6;

static SHOWN: LazyLock<BTreeMap<String, Run>> = LazyLock::new(|| {
    let names = Mutex::new(scenarios());
    let shown = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                while let Some(name) = next(&names) {
                    let run = run(&["demo", &name, "--exit-code", "--format", "json"]);
                    shown.lock().expect("no one panicked").insert(name, run);
                }
            });
        }
    });
    shown.into_inner().expect("no one panicked")
});

fn next(names: &Mutex<Vec<String>>) -> Option<String> {
    names.lock().expect("no one panicked").pop()
}

/// Each scenario's name, exit code and report.
pub fn all() -> &'static BTreeMap<String, Run> {
    &SHOWN
}

/// What came of one.
pub fn scenario(name: &str) -> &'static Run {
    SHOWN
        .get(name)
        .unwrap_or_else(|| panic!("there is no scenario {name}"))
}
