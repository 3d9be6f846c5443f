//! What the formats are tested with: the inputs and the golden files of `testdata/golden`, and a recording
//! in which every name is hostile. `UPDATE_GOLDEN=1` writes the golden files anew.

use super::Look;
use crate::evidence::{Recording, parse_lines};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// For formats in which width, colour and signs play no part.
pub const LOOK: Look = Look {
    width: 100,
    colour: false,
    ascii: false,
};

/// What could mean something to somebody who shows it.
pub const POISON: &str = "<script>alert(1)</script><img src=http://evil.test onerror=alert(1)>|a|`b``c \
    [x](http://evil.test) ![i](http://evil.test/i.png) http://evil.test|x www.evil.test a@evil.test @team \
    #1 $x$ $$y$$ ~~z~~ \"'&amp;&#60; ]]> --> </style></title> {{7*7}} \\| \u{1b}[31m\0\u{7}\u{202e}\u{ffff}\r\n\
    # heading\n- item\n1. one\n| c | d |\n| --- | --- |\n```\n~~~\n    code\n<!--";

fn golden(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/golden")
        .join(part)
}

/// Every input with its name, in the names' order.
pub fn inputs() -> Vec<(String, Recording)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(golden("input"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).unwrap();
        (name, parse_lines(&text).unwrap().remove(0))
    };
    paths.iter().map(read).collect()
}

/// The same in every input, and beside each the same with hostile names.
pub fn inputs_and_hostile() -> Vec<(String, Recording)> {
    let mut all = inputs();
    for (name, recording) in inputs() {
        all.push((format!("{name}, poisoned"), poisoned(&recording)));
    }
    all
}

/// Compares with a golden file.
pub fn check(part: &str, actual: &str) {
    let path = golden(part);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == actual,
        "{} differs; look, then UPDATE_GOLDEN=1. Now it is:\n{actual}",
        path.display()
    );
}

/// The recording with poison behind everything that comes from outside. What was equal stays equal, so
/// names still find what they name.
fn poisoned(recording: &Recording) -> Recording {
    let lines = crate::evidence::to_lines(recording);
    let poisoned = lines.lines().map(|line| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        poison("", &mut value);
        format!("{value}\n")
    });
    parse_lines(&poisoned.collect::<String>())
        .unwrap()
        .remove(0)
}

/// Words of our own, and what must be read as an address.
const KEPT: [&str; 10] = [
    "line",
    "run",
    "schema",
    "step",
    "what",
    "kind",
    "addresses",
    "address",
    "asks",
    "action",
];

fn poison(name: &str, value: &mut Value) {
    match value {
        Value::String(_) if KEPT.contains(&name) => {}
        Value::String(text) if name == "body" => match serde_json::from_str::<Value>(text) {
            Ok(mut inner) => {
                poison("", &mut inner);
                *text = inner.to_string();
            }
            Err(_) => text.push_str(POISON),
        },
        Value::String(text) => text.push_str(POISON),
        Value::Array(list) => list.iter_mut().for_each(|one| poison(name, one)),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                poison(name, member);
            }
            if name == "claims" {
                members.insert(POISON.into(), POISON.into());
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
