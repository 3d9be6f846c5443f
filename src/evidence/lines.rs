//! A recording as JSON Lines: a header, one line per fact, transaction and token, a footer. Every
//! line carries the run's id, so that the lines of several runs, and lines that are not ours
//! (`kubectl logs` of many pods), may be mixed.

use super::{Fact, Header, Index, Recording, Redaction, SCHEMA, TokenShown, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Why lines are not a usable recording. One sentence each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// Nothing in it was written by this program.
    #[error("this is not a recording of acr-probe: no line of it begins a run")]
    NotOurs,
    /// Made by a version that knows more.
    #[error(
        "this recording has the schema {0}, which is newer than this version reads ({SCHEMA}); use the acr-probe that wrote it, or a newer one"
    )]
    Newer(String),
    /// A line of ours does not read.
    #[error("line {number} of this recording is damaged: {why}")]
    Line {
        /// Counted from 1.
        number: usize,
        /// What the reader said.
        why: String,
    },
    /// Something between header and footer is gone.
    #[error(
        "this recording is damaged: its footer counts {counted} lines of evidence, {found} are there"
    )]
    Incomplete {
        /// What the footer says.
        counted: usize,
        /// What was found.
        found: usize,
    },
}

#[derive(Serialize, Deserialize)]
struct Footer {
    lines: usize,
    redactions: Vec<Redaction>,
}

/// The recording as lines, each ended by a line feed.
pub fn to_lines(recording: &Recording) -> String {
    let run = &recording.header.run;
    let mut lines = vec![line("header", run, &recording.header)];
    lines.extend(recording.facts.iter().map(|fact| line("fact", run, fact)));
    lines.extend(
        recording
            .transactions
            .iter()
            .map(|one| line("transaction", run, one)),
    );
    lines.extend(
        recording
            .tokens
            .iter()
            .map(|token| line("token", run, token)),
    );
    let footer = Footer {
        lines: lines.len() - 1,
        redactions: recording.redactions.clone(),
    };
    if recording.complete {
        lines.push(line("footer", run, &footer));
    }
    lines.concat()
}

/// One line: its kind, the run's id, then the members of `content`.
fn line(kind: &str, run: &str, content: &impl Serialize) -> String {
    let mut members = Map::new();
    members.insert("line".into(), kind.into());
    members.insert("run".into(), run.into());
    // Our own types are maps with string keys: this cannot fail.
    if let Ok(Value::Object(content)) = serde_json::to_value(content) {
        members.extend(content);
    }
    format!("{}\n", Value::Object(members))
}

/// Reads every run that the text holds, in the order in which they begin.
///
/// Lines that are not ours are passed over.
///
/// # Errors
/// A [`Damage`] where a line of ours does not read, or where nothing of ours is there.
pub fn parse_lines(text: &str) -> Result<Vec<Recording>, Damage> {
    let mut runs: Vec<Recording> = Vec::new();
    let last = text.lines().count();
    for (index, raw) in text.lines().enumerate() {
        let number = index + 1;
        let Some(start) = raw.find("{\"line\":\"") else {
            continue;
        };
        match serde_json::from_str::<Map<String, Value>>(raw[start..].trim_end()) {
            Ok(members) => take(&mut runs, members, number)?,
            // The last line of a run that was cut off in the middle of writing.
            Err(_) if number == last && !text.ends_with('\n') => {}
            Err(error) => {
                return Err(Damage::Line {
                    number,
                    why: error.to_string(),
                });
            }
        }
    }
    if runs.is_empty() {
        return Err(Damage::NotOurs);
    }
    Ok(runs)
}

fn take(
    runs: &mut Vec<Recording>,
    mut members: Map<String, Value>,
    number: usize,
) -> Result<(), Damage> {
    let damaged = |why: String| Damage::Line { number, why };
    let kind = members.remove("line");
    let run = members
        .get("run")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let kind = kind.as_ref().and_then(Value::as_str).unwrap_or_default();
    if kind == "header" {
        check_schema(&members)?;
        let header = read::<Header>(members, number)?;
        runs.push(Recording {
            header,
            facts: vec![],
            transactions: vec![],
            tokens: vec![],
            redactions: vec![],
            complete: false,
            index: Index::default(),
        });
        return Ok(());
    }
    let Some(recording) = runs.iter_mut().rev().find(|one| one.header.run == run) else {
        return Err(damaged(format!(
            "it belongs to run {run}, whose header is not there"
        )));
    };
    match kind {
        "fact" => recording.facts.push(read::<Fact>(members, number)?),
        "transaction" => recording
            .transactions
            .push(read::<Transaction>(members, number)?),
        "token" => recording.tokens.push(read::<TokenShown>(members, number)?),
        "footer" => close(recording, read::<Footer>(members, number)?)?,
        // Readers pass over what they do not know (contract: "ignore members they do not know").
        _ => {}
    }
    Ok(())
}

fn close(recording: &mut Recording, footer: Footer) -> Result<(), Damage> {
    let found = recording.facts.len() + recording.transactions.len() + recording.tokens.len();
    if found != footer.lines {
        return Err(Damage::Incomplete {
            counted: footer.lines,
            found,
        });
    }
    recording.redactions = footer.redactions;
    recording.complete = true;
    Ok(())
}

fn check_schema(members: &Map<String, Value>) -> Result<(), Damage> {
    let schema = members
        .get("schema")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if schema == SCHEMA {
        return Ok(());
    }
    match schema.strip_prefix("acr-probe.recording/") {
        Some(_) => Err(Damage::Newer(schema.to_owned())),
        None => Err(Damage::NotOurs),
    }
}

fn read<T: serde::de::DeserializeOwned>(
    members: Map<String, Value>,
    number: usize,
) -> Result<T, Damage> {
    serde_json::from_value(Value::Object(members)).map_err(|error| Damage::Line {
        number,
        why: error.to_string(),
    })
}
