//! The shipped scenarios, and what a bad one is told.

use super::super::built_in;
use super::*;

#[test]
fn every_shipped_scenario_parses_and_has_a_probe() {
    for (name, text) in built_in::ALL {
        let scenario = Scenario::parse(name, text, None).map_err(|error| error.to_string());
        let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
        assert!(!scenario.about().is_empty(), "{name} says what it is about");
        assert!(
            !scenario.probe().arguments.is_empty(),
            "{name} says how the probe is run"
        );
        assert!(
            !scenario.assumptions().is_empty(),
            "{name} lists what it infers"
        );
        for argument in &scenario.probe().arguments {
            let variable = argument.split_once("=env:").map(|(_, variable)| variable);
            let known = variable.is_none_or(|name| scenario.probe().environment.contains_key(name));
            assert!(known, "{name} names a variable it does not state");
        }
    }
    assert_eq!(built_in::ALL[0].0, "guestbook");
    assert_eq!(Scenario::built_in_names().len(), built_in::ALL.len());
}

#[test]
fn every_scenario_file_is_shipped() {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/scenarios"));
    for file in folder.expect("the folder").flatten() {
        let path = file.path();
        if path.extension().is_some_and(|end| end == "toml") {
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            assert!(
                built_in::text(&name).is_some(),
                "{name} is not in built_in.rs"
            );
        }
    }
}

#[test]
fn errors_are_a_sentence_with_the_line() {
    let check = |text: &str, expected: &str| {
        let error = Scenario::parse("x", text, None)
            .expect_err("an error")
            .to_string();
        assert!(error.starts_with(expected), "{error}");
    };
    check(
        "title = \"a\"\nnonsense = 1\n[registry]\nhost = \"h\"",
        "scenario x, line 2: unknown field `nonsense`",
    );
    check(
        "title = \"a\"\n[registry]\nhost = \"https://h\"",
        "scenario x, line 3: `registry.host` must be",
    );
    check(
        "title = \"a\"\nclock_offset = \"soon\"\n[registry]\nhost = \"h\"",
        "scenario x, line 2: `soon` is not a length of time",
    );
    check(
        "title = \"a\"\n[registry]\nhost = \"h\"\n[signing]\nkey = \"k\"\ncertificate = \"c\"",
        "scenario x, line 4: ./k cannot be read",
    );
}
