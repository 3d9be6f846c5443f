//! What the judgement comes to: findings, what was ruled out, and each cell's cause.

use super::case::Judged;
use super::event::Beside;
use super::remedy::Remedy;
use super::rule::{Confidence, Severity};
use serde::Serialize;

/// One finding of the report.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Whom it concerns, in the plan's order.
    pub principals: Vec<String>,
    /// Which scopes, in the plan's order.
    pub scopes: Vec<String>,
    /// Cited transactions.
    pub transactions: Vec<String>,
    /// Cited facts.
    pub facts: Vec<String>,
    /// One sentence that stands alone.
    pub summary: String,
    /// The one thing to do; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub advice: String,
    /// The case in prose; paragraphs are separated by an empty line.
    pub explanation: String,
    /// What else would look the same.
    pub alternatives: Vec<Alternative>,
    /// What to do.
    pub remedies: Vec<Remedy>,
}

/// Another rule that the evidence does not exclude.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alternative {
    /// Its name.
    pub rule: &'static str,
    /// What would separate it from the finding.
    pub separate_by: String,
}

/// A rule that the evidence excludes.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuledOut {
    /// Its name.
    pub rule: &'static str,
    /// Why.
    pub because: String,
    /// Cited transactions.
    pub transactions: Vec<String>,
    /// Cited facts.
    pub facts: Vec<String>,
    /// For whom.
    pub principals: Vec<String>,
}

/// The judgement of a whole recording.
#[derive(Debug, Clone)]
pub struct Diagnosis<'a> {
    /// Every cell, in the plan's order.
    pub cells: Vec<Judged<'a>>,
    /// The cause of each cell, by index; none where it was granted or there is nothing to explain.
    pub causes: Vec<Option<&'static str>>,
    /// The findings, what stands in the way first.
    pub findings: Vec<Finding>,
    /// What was ruled out for cells that were refused.
    pub ruled_out: Vec<RuledOut>,
    /// The pulls that a pasted text tells of, beside this run.
    pub beside: Vec<Beside>,
}
