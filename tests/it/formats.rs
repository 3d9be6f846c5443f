//! Every format of every scenario, of a comparison and of a pasted text: whole, read by a reader of that
//! format, and the same from a recording.

use crate::probe::{Run, folder, run, run_with_input, scenarios};
use serde_json::Value;
use std::path::Path;

/// All of them.
pub const FORMATS: [&str; 6] = ["table", "json", "ndjson", "markdown", "html", "junit"];

/// The published schemas.
struct Schemas {
    report: jsonschema::Validator,
    recording: jsonschema::Validator,
    compare: jsonschema::Validator,
}

impl Schemas {
    fn read() -> Self {
        let one = |name| {
            let printed = run(&["schema", name]);
            assert_eq!(printed.code, 0, "{}", printed.stderr);
            jsonschema::validator_for(&printed.json()).expect("a schema")
        };
        Self {
            report: one("report"),
            recording: one("recording"),
            compare: one("compare"),
        }
    }
}

fn assert_valid(what: &str, schema: &jsonschema::Validator, value: &Value) {
    let error = schema.iter_errors(value).next();
    assert!(error.is_none(), "{what}: {error:?}");
}

fn assert_lines(what: &str, schema: &jsonschema::Validator, run: &Run) {
    for line in run.stdout.lines() {
        let line = serde_json::from_str(line).expect("a line of JSON");
        assert_valid(what, schema, &line);
    }
}

/// What a reader of the format says of it.
fn assert_read(what: &str, format: &str, run: &Run) {
    let text = &run.stdout;
    assert!(
        text.ends_with('\n'),
        "{what}: {format} ends in a line: {}",
        run.stderr
    );
    match format {
        "html" => {
            let page = scraper::Html::parse_document(text);
            assert!(page.errors.is_empty(), "{what}: {:?}", page.errors);
        }
        "junit" => {
            let page = roxmltree::Document::parse(text)
                .unwrap_or_else(|error| panic!("{what}: {error}\n{text}"));
            assert!(page.root_element().has_tag_name("testsuites"), "{what}");
        }
        "markdown" => {
            use pulldown_cmark::{Event, Options, Parser, Tag};
            let events = Parser::new_ext(text, Options::ENABLE_TABLES);
            let mut is_titled = false;
            for event in events {
                is_titled |= matches!(event, Event::Start(Tag::Heading { .. }));
                let leads_out = matches!(event, Event::Start(Tag::Link { .. }) | Event::Html(_));
                assert!(!leads_out, "{what}: {event:?}");
            }
            assert!(is_titled, "{what}");
        }
        "table" => assert!(!text.trim().is_empty(), "{what}"),
        "json" | "ndjson" => {}
        other => panic!("{other} is not read here"),
    }
}

#[test]
fn every_scenario_is_whole_in_every_format() {
    let folder = folder();
    let schemas = Schemas::read();
    let names: Vec<(usize, String)> = scenarios().into_iter().enumerate().collect();
    std::thread::scope(|scope| {
        for chunk in names.chunks(names.len().div_ceil(6)) {
            let (folder, schemas) = (folder.path(), &schemas);
            scope.spawn(move || {
                for (index, name) in chunk {
                    check_scenario(folder, schemas, name, FORMATS[index % FORMATS.len()]);
                }
            });
        }
    });
}

/// Live in one format, and from the recording in all.
fn check_scenario(folder: &Path, schemas: &Schemas, name: &str, live_format: &str) {
    let file = folder.join(format!("{name}.jsonl"));
    let file = file.to_str().expect("a path");
    let live = run(&["demo", name, "--record", file, "--format", live_format]);
    for format in FORMATS {
        let replayed = run(&["replay", file, "--format", format]);
        assert_read(name, format, &replayed);
        if format == live_format {
            assert_eq!(live.stdout, replayed.stdout, "{name}: {format}");
        }
        match format {
            "json" => assert_valid(name, &schemas.report, &replayed.json()),
            "ndjson" => assert_lines(name, &schemas.recording, &replayed),
            _ => {}
        }
    }
}

#[test]
fn a_comparison_is_whole_in_every_format() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (a, b) = (path("a.jsonl"), path("b.jsonl"));
    run(&["demo", "guestbook", "--record", &a]);
    run(&["demo", "guestbook-fixed", "--record", &b]);
    let schemas = Schemas::read();
    for format in FORMATS {
        let compared = run(&["compare", &a, &b, "--format", format]);
        assert_eq!(compared.code, 1, "{format}: {}", compared.stderr);
        assert_read("compare", format, &compared);
        match format {
            "json" | "ndjson" => assert_valid("compare", &schemas.compare, &compared.json()),
            "junit" => {
                let page = roxmltree::Document::parse(&compared.stdout).expect("XML");
                let count = |name| {
                    page.descendants()
                        .filter(|one| one.has_tag_name(name))
                        .count()
                };
                assert_eq!(
                    (count("testcase"), count("failure")),
                    (1, 1),
                    "one required pair"
                );
            }
            "html" | "markdown" => assert!(compared.stdout.contains("parted here")),
            _ => {}
        }
    }
    let alike = run(&["compare", &a, &a, "--format", "junit"]);
    assert_eq!(alike.code, 0);
    assert!(!alike.stdout.contains("<failure"), "{}", alike.stdout);
}

#[test]
fn a_pasted_text_is_whole_in_every_format() {
    let text = "Failed to pull image \"acrwizdev.azurecr.io/guestbook:v1\": failed to authorize: failed to \
                fetch anonymous token: unexpected status from GET request to \
                https://acrwizdev.azurecr.io/oauth2/token?scope=repository%3Aguestbook%3Apull: 401 Unauthorized\n";
    let schemas = Schemas::read();
    for (text, code) in [(text, 0), ("nothing of ours\n", 3)] {
        for format in FORMATS {
            let explained = run_with_input(&["explain", "--event", "-", "--format", format], text);
            assert_eq!(explained.code, code, "{format}: {}", explained.stderr);
            assert_read("explain", format, &explained);
            match format {
                "json" => assert_valid("explain", &schemas.report, &explained.json()),
                "ndjson" => assert_lines("explain", &schemas.recording, &explained),
                _ => {}
            }
        }
    }
}

#[test]
fn a_file_holds_what_would_be_printed_or_is_not_there() {
    let folder = folder();
    let recording = folder.path().join("r.jsonl").display().to_string();
    run(&["demo", "--record", &recording]);
    for format in FORMATS {
        let printed = run(&["replay", &recording, "--format", format]);
        let file = folder.path().join(format!("report.{format}"));
        let path = file.display().to_string();
        let written = run(&["replay", &recording, "--format", format, "--output", &path]);
        assert!(written.stdout.is_empty(), "{format}");
        let text = std::fs::read_to_string(&file).expect("it was written");
        assert_eq!(text, printed.stdout, "{format}");
        // A folder in its place: nothing is written, nothing is left behind.
        std::fs::remove_file(&file).expect("it is there");
        std::fs::create_dir(&file).expect("a folder");
        let refused = run(&["replay", &recording, "--format", format, "--output", &path]);
        assert_eq!(
            (refused.code, refused.stderr.lines().count()),
            (2, 1),
            "{format}"
        );
        std::fs::remove_dir(&file).expect("an empty folder");
        let left = std::fs::read_dir(folder.path())
            .expect("the folder")
            .count();
        assert_eq!(left, 1, "{format}: only the recording is there");
    }
}
