//! Two recordings side by side: the first step at which they part, and what else differs.
//!
//! A pure reading of two judged recordings. What differs by nature (times, ids of requests and tokens,
//! fingerprints, how long a thing took) is never a difference, and what one side never reached is not
//! one either: it follows from where they parted.

mod beyond;
mod claims;
mod credential;
mod network;
mod pair;
mod pairing;
mod row;
mod sentence;
mod side;
mod steps;

pub use pairing::Unpairable;
pub use row::Row;

use super::judge::diagnose;
use super::outcome::Verdict;
use crate::evidence::Recording;
use pairing::Pairing;
use serde::Serialize;
use side::Side;

/// Schema name and version of a comparison.
pub const SCHEMA: &str = "acr-probe.compare/1";

/// A recording and what it is called.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The file as it was typed.
    pub name: &'a str,
    /// What it holds.
    pub recording: &'a Recording,
}

/// What a comparison comes to.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// Every required cell has the same verdict and step on both sides.
    Same,
    /// A required cell has not.
    Different,
}

impl Likeness {
    /// The contract's exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Same => 0,
            Self::Different => 1,
        }
    }

    /// The contract's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
        }
    }
}

/// The whole comparison.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Name and version of this schema.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    pub schema: &'static str,
    /// What the exit code says.
    pub verdict: Likeness,
    /// The first line: the answer, alone.
    pub answer: String,
    /// The two recordings.
    pub recordings: [Source; 2],
    /// Every pair of principals at every image that both were asked for.
    pub pairs: Vec<Pair>,
    /// The pair that the answer speaks of, by index.
    #[serde(skip)]
    pub main: usize,
    /// What was not compared, and how the pairs came to be; a sentence each.
    pub notes: Vec<String>,
}

/// One of the recordings.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The file as it was typed.
    pub name: String,
    /// When its run began.
    pub observed_at: String,
    /// Whose requests were replayed.
    pub flow: String,
    /// The scenario, where no Azure was asked.
    pub simulated: Option<String>,
    /// False where it was cut off.
    pub complete: bool,
}

/// Two principals at one image.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// The first recording's side.
    pub a: Party,
    /// The second's.
    pub b: Party,
    /// What was compared step by step.
    pub scope: String,
    /// True where the exit code speaks of it.
    pub required: bool,
    /// Whether a required cell differs; where none is required, whether the scope's cell does.
    pub verdict: Likeness,
    /// The first step whose outcome differs.
    #[cfg_attr(test, schemars(with = "Option<crate::evidence::Step>"))]
    pub parted_at: Option<&'static str>,
    /// All of it in one sentence.
    pub sentence: String,
    /// Why the side that stopped did, and the one thing to do; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub advice: String,
    /// What this does not show; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub caution: String,
    /// Step by step and claim by claim.
    pub rows: Vec<Row>,
}

/// One side of a pair.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Party {
    /// The file as it was typed.
    pub recording: String,
    /// The principal.
    pub principal: String,
    /// The image.
    pub target: String,
    /// What the cell came to.
    pub verdict: Verdict,
    /// Where it stopped.
    #[cfg_attr(test, schemars(with = "Option<crate::evidence::Step>"))]
    pub stopped_at: Option<&'static str>,
    /// The rule that accounts for it.
    pub cause: Option<&'static str>,
}

/// Compares two recordings. `wanted` are pairs as they were typed, `A=B`; none: by name.
///
/// # Errors
/// [`Unpairable`], one sentence, where there is nothing to compare.
pub fn compare(a: Named<'_>, b: Named<'_>, wanted: &[String]) -> Result<Comparison, Unpairable> {
    let pairing = Pairing::of(a, b, wanted)?;
    let diagnoses = [diagnose(a.recording), diagnose(b.recording)];
    let labels = side::labels(a.name, b.name);
    let mut pairs = Vec::new();
    let mut notes = pairing.notes.clone();
    for (image_a, image_b) in &pairing.targets {
        for (one, other) in &pairing.principals {
            let side_a = Side::of(a, &diagnoses[0], &labels[0], one, image_a);
            let side_b = Side::of(b, &diagnoses[1], &labels[1], other, image_b);
            match pair::compare(&side_a, &side_b) {
                Some(pair) => pairs.push(pair),
                None => notes.push(format!(
                    "{one} and {other} were not asked for the same thing at {image_a}"
                )),
            }
        }
    }
    if pairs.is_empty() {
        return Err(Unpairable::NothingInCommon);
    }
    let is_different = pairs
        .iter()
        .any(|one| one.required && one.verdict == Likeness::Different);
    let main = sentence::main(&pairs);
    Ok(Comparison {
        schema: SCHEMA,
        verdict: if is_different {
            Likeness::Different
        } else {
            Likeness::Same
        },
        answer: sentence::answer(&pairs, main),
        main,
        recordings: [source(a), source(b)],
        pairs,
        notes,
    })
}

fn source(named: Named<'_>) -> Source {
    let header = &named.recording.header;
    Source {
        name: named.name.to_owned(),
        observed_at: header.observed_at.clone(),
        flow: header.flow.clone(),
        simulated: header.simulated.as_ref().map(|one| one.scenario.clone()),
        complete: named.recording.complete,
    }
}
