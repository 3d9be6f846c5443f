//! A recording as JSON Lines: a header, one line per fact, transaction and token, a footer. Every
//! line carries the run's id, so that the lines of several runs, and lines that are not ours
//! (`kubectl logs` of many pods), may be mixed.

use super::{Index, Recording, Redaction, SCHEMA};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::borrow::Cow;

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
    /// A signal ended the run: all that was seen is here, and it is not all that was planned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    interrupted: bool,
}

/// The recording as lines, each ended by a line feed.
pub fn to_lines(recording: &Recording) -> String {
    let run = &recording.header.run;
    let mut text = line("header", run, &recording.header);
    // One after the other into one text: a long run has thousands.
    for fact in &recording.facts {
        text.push_str(&line("fact", run, fact));
    }
    for one in &recording.transactions {
        text.push_str(&line("transaction", run, one));
    }
    for token in &recording.tokens {
        text.push_str(&line("token", run, token));
    }
    let footer = Footer {
        lines: recording.facts.len() + recording.transactions.len() + recording.tokens.len(),
        redactions: recording.redactions.clone(),
        interrupted: !recording.complete,
    };
    text.push_str(&line("footer", run, &footer));
    text
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

/// What every line of ours begins with, whatever a log puts before it.
pub(super) const OPENING: &str = "{\"line\":\"";

/// A line of ours, read as far as what it is and whose.
#[derive(Deserialize)]
pub(super) struct Line<'t> {
    /// `header`, `fact`, `transaction`, `token` or `footer`.
    #[serde(borrow, rename = "line")]
    pub kind: Cow<'t, str>,
    /// The run's id.
    #[serde(borrow, default)]
    pub run: Cow<'t, str>,
    /// Of a header.
    #[serde(borrow, default)]
    schema: Cow<'t, str>,
    /// All of it.
    #[serde(skip)]
    text: &'t str,
}

impl<'t> Line<'t> {
    /// Reads a line that begins with [`OPENING`].
    pub fn read(text: &'t str) -> Result<Self, serde_json::Error> {
        let text = text.trim_end();
        Ok(Self {
            text,
            ..serde_json::from_str(text)?
        })
    }

    /// The recording that a header begins.
    pub fn begin(&self, number: usize) -> Result<Recording, Damage> {
        self.check_schema()?;
        Ok(Recording {
            header: self.content(number)?,
            facts: vec![],
            transactions: vec![],
            tokens: vec![],
            redactions: vec![],
            complete: false,
            index: Index::default(),
        })
    }

    /// Adds any line but a header to its recording.
    pub fn add_to(&self, recording: &mut Recording, number: usize) -> Result<(), Damage> {
        match &*self.kind {
            "fact" => recording.facts.push(self.content(number)?),
            "transaction" => recording.transactions.push(self.content(number)?),
            "token" => recording.tokens.push(self.content(number)?),
            "footer" => close(recording, self.content(number)?)?,
            // Readers pass over what they do not know (contract: "ignore members they do not know").
            _ => {}
        }
        Ok(())
    }

    fn check_schema(&self) -> Result<(), Damage> {
        if self.schema == SCHEMA {
            return Ok(());
        }
        match self.schema.strip_prefix("acr-probe.recording/") {
            Some(_) => Err(Damage::Newer(self.schema.clone().into_owned())),
            None => Err(Damage::NotOurs),
        }
    }

    fn content<T: Deserialize<'t>>(&self, number: usize) -> Result<T, Damage> {
        serde_json::from_str(self.text).map_err(|error| damaged(number, &error))
    }
}

pub(super) fn damaged(number: usize, why: &dyn std::fmt::Display) -> Damage {
    Damage::Line {
        number,
        why: why.to_string(),
    }
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
        let Some(start) = raw.find(OPENING) else {
            continue;
        };
        match Line::read(&raw[start..]) {
            Ok(line) => take(&mut runs, &line, number)?,
            // The last line of a run that was cut off in the middle of writing.
            Err(_) if number == last && !text.ends_with('\n') => {}
            Err(error) => return Err(damaged(number, &error)),
        }
    }
    if runs.is_empty() {
        return Err(Damage::NotOurs);
    }
    Ok(runs)
}

fn take(runs: &mut Vec<Recording>, line: &Line<'_>, number: usize) -> Result<(), Damage> {
    if line.kind == "header" {
        runs.push(line.begin(number)?);
        return Ok(());
    }
    let own = runs.iter_mut().rev().find(|one| one.header.run == line.run);
    match own {
        Some(recording) => line.add_to(recording, number),
        None => Err(headless(&line.run, number)),
    }
}

/// A line whose run has no header.
pub(super) fn headless(run: &str, number: usize) -> Damage {
    let why = format!("it belongs to run {run}, whose header is not there");
    damaged(number, &why)
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
    recording.complete = !footer.interrupted;
    Ok(())
}
