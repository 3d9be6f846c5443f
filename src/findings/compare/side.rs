//! One principal at one image in one recording, with what the rules said of it.

use super::{Named, Party};
use crate::evidence::{Ask, Recording, Step, TokenShown};
use crate::findings::case::Judged;
use crate::findings::finding::{Diagnosis, Finding};

/// A side of a pair, before an ask is in focus.
pub(super) struct Side<'a> {
    pub recording: &'a Recording,
    name: &'a str,
    label: String,
    diagnosis: &'a Diagnosis<'a>,
    cells: Vec<usize>,
}

/// One cell of a side.
#[derive(Clone, Copy)]
pub(super) struct Focus<'s> {
    pub side: &'s Side<'s>,
    pub judged: &'s Judged<'s>,
    pub cause: Option<&'static str>,
}

impl<'a> Side<'a> {
    pub fn of(
        named: Named<'a>,
        diagnosis: &'a Diagnosis<'a>,
        label: &str,
        principal: &str,
        image: &str,
    ) -> Self {
        let own = |index: &usize| {
            let cell = &diagnosis.cells[*index].cell;
            cell.principal.name == principal && cell.target.image == image
        };
        Self {
            recording: named.recording,
            name: named.name,
            label: format!("{label} ({principal})"),
            diagnosis,
            cells: (0..diagnosis.cells.len()).filter(own).collect(),
        }
    }

    /// Its cells, in the plan's order.
    pub fn all(&self) -> impl Iterator<Item = Focus<'_>> {
        self.cells.iter().map(|index| Focus {
            side: self,
            judged: &self.diagnosis.cells[*index],
            cause: self.diagnosis.causes[*index],
        })
    }

    /// The cell of an ask.
    pub fn cell(&self, ask: &Ask) -> Option<Focus<'_>> {
        self.all().find(|focus| focus.judged.cell.ask == ask)
    }
}

impl<'s> Focus<'s> {
    /// `ci (admin)`.
    pub fn label(&self) -> &'s str {
        &self.side.label
    }

    /// True where the exit code of its run speaks of it.
    pub fn is_required(&self) -> bool {
        self.side.recording.is_required(&self.judged.cell)
    }

    /// The finding that accounts for it.
    pub fn finding(&self) -> Option<&'s Finding> {
        let cell = &self.judged.cell;
        let scope = cell.scope();
        self.side.diagnosis.findings.iter().find(|finding| {
            Some(finding.rule) == self.cause
                && finding.principals.contains(&cell.principal.name)
                && finding.scopes.contains(&scope)
        })
    }

    /// The token that a step's last answer carried.
    pub fn token(&self, step: Step) -> Option<&'s TokenShown> {
        let answer = self.judged.trace.last(step)?;
        self.side.recording.token_in(answer)
    }

    /// True where it stopped at that step or before it.
    pub fn ended_by(&self, step: Step) -> bool {
        let outcome = &self.judged.outcome;
        outcome.stopped_at.is_some_and(|stop| stop <= step)
            || self.judged.cell.principal.untried.is_some()
    }

    /// Verdict and step are the same.
    pub fn is_like(&self, other: &Self) -> bool {
        let (own, other) = (&self.judged.outcome, &other.judged.outcome);
        own.verdict == other.verdict && own.stopped_at == other.stopped_at
    }

    /// As the comparison shows it.
    pub fn party(&self) -> Party {
        let outcome = &self.judged.outcome;
        Party {
            recording: self.side.name.to_owned(),
            principal: self.judged.cell.principal.name.clone(),
            target: self.judged.cell.target.image.clone(),
            verdict: outcome.verdict,
            stopped_at: outcome.stopped_at.map(Step::name),
            cause: self.cause,
        }
    }
}

/// What the sentences call the two files: their names without folder and extension, where that tells
/// them apart.
pub(super) fn labels(a: &str, b: &str) -> [String; 2] {
    let bare = |name: &str| {
        let file = name.rsplit('/').next().unwrap_or(name);
        match file.rsplit_once('.') {
            _ if name == "-" => "standard input".to_owned(),
            Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
            _ => file.to_owned(),
        }
    };
    match (bare(a), bare(b)) {
        (one, other) if one != other => [one, other],
        _ if a != b => [a.to_owned(), b.to_owned()],
        _ => ["first".to_owned(), "second".to_owned()],
    }
}
