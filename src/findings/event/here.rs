//! A pasted text beside a run: does this run meet what the text tells of?

use super::image;
use crate::event::{Attempt, Credential, Event, Fault, Role, read_kept};
use crate::evidence::{Recording, Step, Target, Transaction};
use crate::findings::case::Judged;
use crate::findings::event_text::{anonymous, is_node, sends_credential};
use crate::findings::outcome::{Outcome, Verdict};
use crate::findings::words::listed;
use serde::Serialize;

/// One pull of the text, and what this run says of it.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Serialize)]
pub struct Beside {
    /// What the text tells.
    #[serde(flatten)]
    pub event: Event,
    /// What this run meets.
    pub here: Here,
}

/// What this run meets where the text tells of a refusal.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Here {
    /// In one word.
    pub verdict: Reproduction,
    /// The rows it rests on.
    pub principals: Vec<String>,
    /// Their answers.
    pub transactions: Vec<String>,
    /// A clause that stands alone.
    pub because: String,
}

/// Whether a run reproduces a text.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reproduction {
    /// The same URL, the same presented, the same answer.
    Reproduced,
    /// What the text's client was refused is granted here.
    GrantedHere,
    /// Refused here too, and otherwise.
    RefusedOtherwise,
    /// This run asked for another image.
    OtherImage,
    /// The text names no answer, or there was none here.
    NotComparable,
}

/// A row of the matrix that asks for what the text's client asked for.
pub(super) struct Row<'a> {
    pub judged: &'a Judged<'a>,
    pub is_required: bool,
    answers: Vec<Answer<'a>>,
}

/// How far one credential of a row came.
struct Answer<'a> {
    is_presented: bool,
    outcome: &'a Outcome<'a>,
}

/// Every pull of the pasted text beside the run; nothing where nothing was pasted.
pub fn beside(recording: &Recording, cells: &[Judged<'_>]) -> Vec<Beside> {
    let Some((_, pasted)) = recording.pasted() else {
        return vec![];
    };
    let events = read_kept(&pasted.said).events;
    let compared = |event: Event| {
        let refusal = refusal(&event)?;
        let here = compare(recording, cells, &event, refusal);
        Some(Beside { event, here })
    };
    events.into_iter().filter_map(compared).collect()
}

/// The attempt that decides.
pub(super) fn refusal(event: &Event) -> Option<&Attempt> {
    event.attempts.iter().find(|one| one.role == Role::Refusal)
}

fn compare(recording: &Recording, cells: &[Judged<'_>], event: &Event, refusal: &Attempt) -> Here {
    let rows = rows(recording, cells, event);
    if rows.is_empty() {
        let named = image(event).or_else(|| event.hostless.clone());
        let named = named.unwrap_or_else(|| "another registry".to_owned());
        let because = format!("the text speaks of {named}, which this run did not ask for");
        return here(Reproduction::OtherImage, &[], because);
    }
    let same: Vec<&Row<'_>> = rows.iter().filter(|row| row.meets(event)).collect();
    let required: Vec<&Row<'_>> = rows.iter().filter(|row| row.is_required).collect();
    let wanted: Vec<&Row<'_>> = same.iter().copied().filter(|row| row.is_required).collect();
    if !wanted.is_empty() {
        return reproduced(event, refusal, &wanted);
    }
    if !required.is_empty() && required.iter().all(|row| row.is_granted()) {
        return granted(&required, &same);
    }
    let others: Vec<&Row<'_>> = same.into_iter().filter(|row| !row.is_anonymous()).collect();
    if !others.is_empty() {
        return reproduced(event, refusal, &others);
    }
    if refusal.step.is_none() && refusal.status.is_none() {
        let because = "the text names no answer that this run could meet".to_owned();
        return here(Reproduction::NotComparable, &required, because);
    }
    let refused = |row: &&&Row<'_>| {
        matches!(
            row.judged.outcome.verdict,
            Verdict::Denied | Verdict::Missing
        )
    };
    match required.iter().find(refused) {
        Some(row) => {
            let because = format!(
                "{} is refused here too, and otherwise: {} here, {} there",
                row.name(),
                stopped(row.judged.outcome.stopped_at, row.judged.outcome.status),
                stopped(refusal.step, refusal.status)
            );
            here(Reproduction::RefusedOtherwise, &[row], because)
        }
        None => {
            let names: Vec<String> = required.iter().map(|row| row.name().to_owned()).collect();
            let because = format!(
                "{} got no answer here that could be compared",
                listed(&names)
            );
            here(Reproduction::NotComparable, &required, because)
        }
    }
}

/// The rows of the text's image: for each principal the cell of an action that the text's scope has.
pub(super) fn rows<'a>(
    recording: &Recording,
    cells: &'a [Judged<'a>],
    event: &Event,
) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for judged in cells.iter().filter(|one| is_of(event, one)) {
        let row = Row::of(recording, cells, judged);
        let known = rows.iter_mut().find(|own| {
            own.name() == row.name() && own.judged.cell.target.image == judged.cell.target.image
        });
        match known {
            // What was refused tells more than what was granted.
            Some(own) if own.is_granted() && !row.is_granted() => *own = row,
            Some(_) => {}
            None => rows.push(row),
        }
    }
    rows
}

fn is_of(event: &Event, judged: &Judged<'_>) -> bool {
    let (target, cell) = (judged.cell.target, &judged.cell);
    if target.repository.is_empty() || event.repository.is_none() {
        return is_named(event, target);
    }
    let actions = event
        .scope
        .as_deref()
        .and_then(|scope| scope.rsplit(':').next());
    let asked = cell.asked();
    let is_asked = asked.iter().any(|action| {
        actions.is_none_or(|actions| actions.split(',').any(|one| one == action || one == "*"))
    });
    is_named(event, target) && is_asked
}

/// A token is for a repository; what is said of a manifest is of one tag.
fn is_named(event: &Event, target: &Target) -> bool {
    let is_of_content = refusal(event)
        .is_some_and(|one| matches!(one.step, None | Some(Step::Manifest | Step::Blob)));
    let alike = |own: &Option<String>, other: &str| {
        own.as_ref()
            .is_none_or(|own| own.eq_ignore_ascii_case(other))
    };
    alike(&event.registry, &target.registry)
        && alike(&event.repository, &target.repository)
        && (!is_of_content || alike(&event.reference, &target.reference))
        && event
            .hostless
            .as_ref()
            .is_none_or(|_| event.registry.is_some())
}

impl<'a> Row<'a> {
    fn of(recording: &Recording, cells: &'a [Judged<'a>], judged: &'a Judged<'a>) -> Self {
        let mut answers: Vec<Answer<'a>> = judged
            .attempts
            .iter()
            .map(|outcome| Answer {
                is_presented: is_presented(judged, outcome),
                outcome,
            })
            .collect();
        // A kubelet goes on without a credential, whatever failed before.
        let goes_on =
            is_node(&judged.cell) && judged.attempts.len() < 2 && !judged.outcome.is_allowed();
        answers.extend(
            anonymous(cells, &judged.cell)
                .filter(|_| goes_on)
                .map(|outcome| Answer {
                    is_presented: false,
                    outcome,
                }),
        );
        Self {
            judged,
            is_required: recording.is_required(&judged.cell),
            answers,
        }
    }

    pub fn name(&self) -> &'a str {
        &self.judged.cell.principal.name
    }

    pub fn is_granted(&self) -> bool {
        self.judged.outcome.verdict == Verdict::Granted
    }

    fn is_anonymous(&self) -> bool {
        self.judged.cell.principal.kind == "anonymous"
    }

    /// True where every attempt of the text that can be compared was met.
    fn meets(&self, event: &Event) -> bool {
        let mut comparable = event
            .attempts
            .iter()
            .filter(|one| one.role != Role::Later && (one.step.is_some() || one.status.is_some()))
            .peekable();
        comparable.peek().is_some()
            && comparable.all(|one| self.answers.iter().any(|answer| answer.is_like(one)))
    }

    /// The answer that is like the text's refusal.
    fn answer_to(&self, refusal: &Attempt) -> Option<&Transaction> {
        let answer = self.answers.iter().find(|answer| answer.is_like(refusal))?;
        answer.outcome.transaction
    }
}

impl Answer<'_> {
    fn is_like(&self, one: &Attempt) -> bool {
        // A token without the action is what a client meets as 401 at the manifest.
        let (step, status) = match (self.outcome.stopped_at, self.outcome.status) {
            (Some(Step::AccessToken), Some(200)) => (Some(Step::Manifest), Some(401)),
            own => own,
        };
        let is_before = matches!(
            step,
            Some(Step::Resolve | Step::Connect | Step::Tls | Step::Challenge)
        );
        let presented = match one.credential {
            Credential::Unstated => true,
            Credential::Presented => self.is_presented || is_before,
            Credential::None => !self.is_presented || is_before,
        };
        // Networks and limits refuse whoever asks, at any step.
        let of_all = one
            .status
            .is_some_and(|one| matches!(one, 403 | 407 | 429 | 500..=599));
        step.is_some()
            && presented
            && (one.status.is_none() || one.status == status)
            && (one.step.is_none() || one.step == step || of_all)
            && (one.fault == Fault::NoPlatform) == self.outcome.is_of_content()
    }
}

fn is_presented(judged: &Judged<'_>, outcome: &Outcome<'_>) -> bool {
    let is_empty = outcome.stopped_at == Some(Step::AccessToken)
        && outcome
            .transaction
            .is_some_and(|answer| !sends_credential(answer));
    judged.cell.principal.kind != "anonymous" && !is_empty
}

fn reproduced(event: &Event, refusal: &Attempt, rows: &[&Row<'_>]) -> Here {
    let names: Vec<String> = rows.iter().map(|row| row.name().to_owned()).collect();
    let verb = if names.len() == 1 { "meets" } else { "meet" };
    let registry = event
        .registry
        .as_deref()
        .unwrap_or(rows[0].judged.cell.target.registry.as_str());
    let at = match &event.scope {
        Some(scope) => format!("{scope} at {registry}"),
        None => registry.to_owned(),
    };
    let presented = match refusal.credential {
        Credential::Presented => ", a credential presented",
        Credential::None => ", none presented",
        Credential::Unstated => "",
    };
    let because = format!(
        "{} {verb} the same here: {at}{presented}, {}",
        listed(&names),
        stopped(refusal.step, refusal.status)
    );
    let answers = rows.iter().filter_map(|row| row.answer_to(refusal));
    Here {
        transactions: ids(answers),
        ..here(Reproduction::Reproduced, rows, because)
    }
}

fn granted(rows: &[&Row<'_>], same: &[&Row<'_>]) -> Here {
    let names: Vec<String> = rows.iter().map(|row| row.name().to_owned()).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let nobody = same.iter().any(|row| row.is_anonymous());
    let nobody = if nobody {
        "; who presents nothing meets the same here"
    } else {
        ""
    };
    let because = format!(
        "not reproduced: {} {verb} granted it here{nobody}",
        listed(&names)
    );
    here(Reproduction::GrantedHere, rows, because)
}

fn here(verdict: Reproduction, rows: &[&Row<'_>], because: String) -> Here {
    Here {
        verdict,
        principals: rows.iter().map(|row| row.name().to_owned()).collect(),
        transactions: ids(rows.iter().filter_map(|row| decisive(row.judged))),
        because,
    }
}

/// The answer a row ended with: where it was granted, its last.
pub(super) fn decisive<'a>(judged: &Judged<'a>) -> Option<&'a Transaction> {
    let last = judged.trace.transactions.last().copied();
    judged.outcome.transaction.or(last)
}

fn ids<'t>(transactions: impl Iterator<Item = &'t Transaction>) -> Vec<String> {
    let mut ids: Vec<String> = transactions.map(|one| one.id.clone()).collect();
    ids.dedup();
    ids
}

/// `access-token 401`
pub(super) fn stopped(step: Option<Step>, status: Option<u16>) -> String {
    let step = step.map_or("no step named", Step::name);
    match status {
        Some(status) => format!("{step} {status}"),
        None => step.to_owned(),
    }
}
