//! One line of the table of differences.

use serde::Serialize;

/// What one side shows, beside what the other does.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// A step, a claim, or a fact of the network.
    pub what: &'static str,
    /// The first recording's.
    pub a: String,
    /// The second's.
    pub b: String,
    /// True where the two differ and neither follows from where they parted.
    pub differs: bool,
    /// True for the step at which they part.
    pub parted: bool,
    /// Whether it is a claim or a fact that the sentence names.
    #[serde(skip)]
    pub(super) is_claim: bool,
}

/// A value of one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// It is there.
    Shown(String),
    /// This side did not come so far.
    NotReached,
    /// This side has no such thing.
    Absent,
}

impl Value {
    /// What is there, else that it is not.
    pub fn of(text: Option<String>) -> Self {
        text.map_or(Self::Absent, Self::Shown)
    }

    fn text(self) -> String {
        match self {
            Self::Shown(text) => text,
            Self::NotReached => "not reached".to_owned(),
            Self::Absent => "none".to_owned(),
        }
    }
}

impl Row {
    /// A fact of both sides.
    pub(super) fn fact(what: &'static str, a: String, b: String) -> Self {
        let differs = a != b;
        Self {
            what,
            a,
            b,
            differs,
            parted: false,
            is_claim: false,
        }
    }

    /// A claim. One that a side cannot have says nothing, and there is no row.
    pub(super) fn claim(what: &'static str, a: Value, b: Value) -> Option<Self> {
        let differs = match (&a, &b) {
            (Value::Shown(a), Value::Shown(b)) => a != b,
            (Value::Shown(_), Value::NotReached) | (Value::NotReached, Value::Shown(_)) => false,
            _ => return None,
        };
        Some(Self {
            what,
            a: a.text(),
            b: b.text(),
            differs,
            parted: false,
            is_claim: true,
        })
    }
}
