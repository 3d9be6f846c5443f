//! The files are what the types say, and what the probe writes is what the files say.

use super::{COMPARE, RECORDING, REPORT};
use crate::event;
use crate::evidence::{
    Fact, Header, Pasted, Recording, Redaction, TokenShown, Transaction, parse_lines, to_lines,
};
use crate::findings::compare::{Comparison, Named, compare};
use crate::report::tests::LOOK;
use crate::report::{EventReport, Format, Report, render};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A report, as `--format json` prints it. Readers pass over members they do not know.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, reason = "only its shape is used")]
enum AnyReport<'a> {
    /// A run's.
    Run(Report<'a>),
    /// A pasted text's: no matrix, with an event.
    Event(EventReport<'a>),
}

/// One line of a recording. Readers pass over lines and members they do not know.
#[derive(JsonSchema)]
#[schemars(tag = "line", rename_all = "kebab-case")]
#[allow(dead_code, reason = "only its shape is used")]
enum Line {
    /// The first line of a run.
    Header(Header),
    /// What is not HTTP.
    Fact(OfRun<Fact>),
    /// A request and its answer.
    Transaction(OfRun<Transaction>),
    /// A token, decoded and not verified.
    Token(OfRun<TokenShown>),
    /// The last line of a run; where it is missing the run was cut off.
    Footer(OfRun<Footer>),
}

/// A line of a run.
#[derive(JsonSchema)]
#[schemars(rename = "{T}Line")]
#[allow(dead_code, reason = "only its shape is used")]
struct OfRun<T> {
    /// The run's id: the lines of several runs may be mixed.
    run: String,
    #[schemars(flatten)]
    content: T,
}

/// What a whole recording ends with.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only its shape is used")]
struct Footer {
    /// How many lines of evidence there are.
    lines: usize,
    /// What was removed.
    redactions: Vec<Redaction>,
    /// A signal ended the run: all that was seen is here, and it is not all that was planned.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    interrupted: bool,
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn generated<T: JsonSchema>(id: &str, title: &str) -> String {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("$id".into(), json!(format!("urn:acr-probe:{id}")));
    schema.insert("title".into(), json!(title));
    format!("{}\n", serde_json::to_string_pretty(&schema).unwrap())
}

fn check(name: &str, published: &str, generated: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let path = repository("src/report/schema").join(format!("{name}.json"));
        std::fs::write(path, generated).unwrap();
        return;
    }
    assert!(
        published == generated,
        "the types and {name}.json differ; look, then UPDATE_GOLDEN=1"
    );
}

#[test]
fn the_schemas_are_made_from_the_types() {
    let report = generated::<AnyReport<'_>>("report:1", "acr-probe.report/1");
    check("report", REPORT, &report);
    let recording = generated::<Line>("recording:1", "A line of acr-probe.recording/1");
    check("recording", RECORDING, &recording);
    let comparison = generated::<Comparison>("compare:1", "acr-probe.compare/1");
    check("compare", COMPARE, &comparison);
}

/// Readers pass over members they do not know, so the published schema lets them be. Here each member must
/// be described.
fn strict(schema: &str) -> jsonschema::Validator {
    let mut schema: Value = serde_json::from_str(schema).unwrap();
    close(&mut schema, false);
    for part in parts_of_others(&schema) {
        let part = schema.pointer_mut(&part).and_then(Value::as_object_mut);
        part.unwrap().remove("unevaluatedProperties");
    }
    jsonschema::validator_for(&schema).unwrap()
}

/// The definitions that an object with members of its own refers to: it is closed, they are not.
fn parts_of_others(schema: &Value) -> Vec<String> {
    let members: Vec<&Value> = match schema {
        Value::Object(members) => members.values().collect(),
        Value::Array(list) => list.iter().collect(),
        _ => vec![],
    };
    let own = schema
        .get("$ref")
        .and_then(Value::as_str)
        .filter(|_| schema.get("properties").is_some());
    let own = own.and_then(|reference| reference.strip_prefix('#'));
    let inner = members.into_iter().flat_map(parts_of_others);
    own.map(str::to_owned).into_iter().chain(inner).collect()
}

/// Closes every object; a branch of an object that has members of its own is closed with the whole.
fn close(schema: &mut Value, is_branch: bool) {
    let Value::Object(members) = schema else {
        return;
    };
    let has_own = members.contains_key("properties");
    let unions = ["oneOf", "anyOf", "allOf"];
    for (name, member) in members.iter_mut() {
        match (name.as_str(), member) {
            ("properties" | "$defs", Value::Object(each)) => {
                each.values_mut().for_each(|one| close(one, false));
            }
            (name, Value::Array(each)) if unions.contains(&name) => {
                each.iter_mut().for_each(|one| close(one, has_own));
            }
            (_, member) => close(member, false),
        }
    }
    if has_own && !is_branch {
        members.insert("unevaluatedProperties".into(), json!(false));
    }
}

fn assert_fits(validator: &jsonschema::Validator, what: &str, value: &Value) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {}", errors.join("\n"));
}

/// Every recording of the repository, with its file's name.
fn recordings() -> Vec<(String, Recording)> {
    let mut found = Vec::new();
    for folder in ["testdata/recordings", "testdata/golden/input"] {
        for entry in std::fs::read_dir(repository(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.display().to_string();
            let Ok(runs) = parse_lines(&std::fs::read_to_string(&path).unwrap()) else {
                continue;
            };
            found.extend(runs.into_iter().map(|run| (name.clone(), run)));
        }
    }
    assert!(found.len() > 50, "the recordings were not found");
    found
}

#[test]
fn every_report_fits_its_schema() {
    let validator = strict(REPORT);
    for (name, recording) in recordings() {
        let report = serde_json::to_value(Report::of(&recording)).unwrap();
        assert_fits(&validator, &name, &report);
    }
}

#[test]
fn every_line_of_a_recording_fits_its_schema() {
    let validator = strict(RECORDING);
    for (name, recording) in recordings() {
        for line in to_lines(&recording).lines() {
            assert_fits(&validator, &name, &serde_json::from_str(line).unwrap());
        }
    }
}

#[test]
fn every_explained_text_fits_the_schema_of_reports() {
    let validator = strict(REPORT);
    let mut count = 0;
    for entry in std::fs::read_dir(repository("testdata/events")).unwrap() {
        let path = entry.unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let said = event::read(&text).said;
        let from = "-".to_owned();
        let now = "2026-11-23T20:00:00Z".to_owned();
        let recording = Recording::of_text(Pasted { from, said }, vec![], "r".to_owned(), now);
        let json = render(&recording, Format::Json, &LOOK);
        let report = serde_json::from_str(&json).unwrap();
        assert_fits(&validator, &path.display().to_string(), &report);
        count += 1;
    }
    assert!(count > 20, "the texts were not found");
}

#[test]
fn every_comparison_fits_its_schema() {
    let validator = strict(COMPARE);
    let all = recordings();
    let (mut before, mut count) = (&all[0], 0);
    for one in &all {
        let [a, b] = [before, one].map(|(name, recording)| Named { name, recording });
        if let Ok(comparison) = compare(a, b, &[]) {
            assert_fits(
                &validator,
                &one.0,
                &serde_json::to_value(&comparison).unwrap(),
            );
            count += 1;
        }
        before = one;
    }
    assert!(count > 20, "{count} comparisons");
}

#[test]
fn what_is_not_ours_does_not_fit() {
    let validator = strict(REPORT);
    let (_, recording) = &recordings()[0];
    let mut report = serde_json::to_value(Report::of(recording)).unwrap();
    assert!(validator.is_valid(&report));
    report["verdict"] = json!("perhaps");
    assert!(!validator.is_valid(&report), "a word that is not ours");
    let mut report = serde_json::to_value(Report::of(recording)).unwrap();
    report["surprise"] = json!(1);
    assert!(
        !validator.is_valid(&report),
        "a member that is not described"
    );
}
