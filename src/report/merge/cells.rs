//! What a cell of the tables says: a sign, the cause, how many.

use super::pools::Counted;
use super::row::Outcome;
use crate::findings::outcome::Verdict;
use crate::report::table::ink::{Style, styled};

/// Text with how it is set; Markdown leaves the style out.
#[derive(Debug, Clone)]
pub(super) struct Text {
    /// How it is set; none is plain.
    pub style: Option<Style>,
    /// The sign in front, if there is one.
    pub sign: &'static str,
    /// The words.
    pub words: String,
}

impl Text {
    /// Words alone.
    pub fn plain(words: impl Into<String>) -> Self {
        Self {
            style: None,
            sign: "",
            words: words.into(),
        }
    }

    /// Sign and words.
    pub fn whole(&self) -> String {
        format!("{} {}", self.sign, self.words).trim().to_owned()
    }

    /// The same for a terminal.
    pub fn inked(&self) -> String {
        match self.style {
            Some(Style::Dim) => styled(Style::Dim, &self.whole()),
            Some(style) if !self.sign.is_empty() => {
                format!("{} {}", styled(style, self.sign), self.words)
            }
            Some(style) => styled(style, &self.words),
            None => self.words.clone(),
        }
    }
}

/// How much is said of what nobody requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// The cause.
    Full,
    /// The verdict.
    Short,
}

/// `× no-role-assignment 250`; the number is left out where it is all of them.
pub(super) fn of_pool(counted: &Counted, of: usize, detail: Detail) -> Text {
    let cause = counted.cause.as_deref();
    let mut text = text(counted.required, counted.verdict, cause, detail);
    if counted.nodes != of {
        text.words += &format!(" {}", counted.nodes);
    }
    text
}

/// `× no-role-assignment`, and below it where.
pub(super) fn of_node(outcome: &Outcome, complete: bool, detail: Detail) -> Vec<Text> {
    let cause = outcome.cause.as_deref();
    let mut text = text(outcome.required, outcome.verdict, cause, detail);
    if !complete && cause.is_none() && outcome.verdict != Verdict::Granted {
        text.words = "cut off before".to_owned();
        return vec![text];
    }
    let Some(step) = outcome.stopped_at.filter(|_| outcome.required) else {
        return vec![text];
    };
    let status = outcome.status.map(|code| format!(" {code}"));
    let place = format!("  {step}{}", status.unwrap_or_default());
    vec![text, Text::plain(place)]
}

fn text(required: bool, verdict: Verdict, cause: Option<&str>, detail: Detail) -> Text {
    let cause = cause.filter(|_| required || detail == Detail::Full);
    let (sign, style) = match verdict {
        Verdict::Granted => ("√", Style::Good),
        // What nobody requires may be refused.
        _ if !required => ("–", Style::Dim),
        Verdict::Denied | Verdict::Missing => ("×", Style::Bad),
        Verdict::Withheld => ("!", Style::Warn),
        Verdict::Unreachable | Verdict::Untried => ("?", Style::Warn),
    };
    let words = match (verdict, cause) {
        (Verdict::Granted, _) | (_, None) => verdict.name(),
        (_, Some(cause)) => cause,
    };
    Text {
        style: Some(style),
        sign,
        words: words.to_owned(),
    }
}
