//! What else was asked for: whether one side may do more than the other.

use super::pair::deed;
use super::row::Row;
use super::side::{Focus, Side};
use crate::evidence::Ask;
use crate::findings::outcome::Verdict;
use crate::findings::words::listed;

/// The cells beside the one in focus; none where there are none.
pub(super) fn row(a: &Side<'_>, b: &Side<'_>, one: &Focus<'_>, other: &Focus<'_>) -> Option<Row> {
    let mut asks: Vec<&Ask> = Vec::new();
    for focus in a.all().chain(b.all()) {
        let ask = focus.judged.cell.ask;
        if ask != one.judged.cell.ask && !asks.contains(&ask) {
            asks.push(ask);
        }
    }
    if asks.is_empty() {
        return None;
    }
    let own: Vec<State> = asks.iter().map(|ask| State::of(a, one, ask)).collect();
    let others: Vec<State> = asks.iter().map(|ask| State::of(b, other, ask)).collect();
    let what = if one.judged.cell.is_pull() {
        "beyond a pull"
    } else {
        "beside it"
    };
    let differs = own
        .iter()
        .zip(&others)
        .any(|(one, other)| one.differs(other));
    Some(Row {
        differs,
        ..Row::fact(what, told(&asks, &own), told(&asks, &others))
    })
}

/// The actions that one side is granted and the other is known not to be.
pub(super) fn surplus(one: &Focus<'_>, other: &Focus<'_>) -> Vec<String> {
    let granted = |focus: &Focus<'_>| focus.judged.outcome.verdict == Verdict::Granted;
    one.side
        .all()
        .filter(|own| own.judged.cell.ask != one.judged.cell.ask && granted(own))
        .filter(|own| {
            let ask = own.judged.cell.ask;
            State::of(other.side, other, ask) == State::Refused
        })
        .map(|own| deed(own.judged.cell.ask).to_owned())
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Granted,
    Refused,
    NotReached,
    NotAsked,
    Other(Verdict),
}

impl State {
    /// What stopped the cell in focus stopped this one too: it says nothing of its own.
    fn of(side: &Side<'_>, focus: &Focus<'_>, ask: &Ask) -> Self {
        let Some(own) = side.cell(ask) else {
            return Self::NotAsked;
        };
        match own.judged.outcome.verdict {
            Verdict::Granted => Self::Granted,
            _ if focus.judged.outcome.verdict != Verdict::Granted && own.is_like(focus) => {
                Self::NotReached
            }
            Verdict::Denied => Self::Refused,
            verdict => Self::Other(verdict),
        }
    }

    fn differs(self, other: &Self) -> bool {
        let says_nothing = |state: Self| matches!(state, Self::NotReached | Self::NotAsked);
        self != *other && !says_nothing(self) && !says_nothing(*other)
    }

    fn words(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Refused => "not granted",
            Self::NotReached => "not reached",
            Self::NotAsked => "not asked",
            Self::Other(verdict) => verdict.name(),
        }
    }
}

/// `push and delete granted`.
fn told(asks: &[&Ask], states: &[State]) -> String {
    let mut kinds: Vec<State> = Vec::new();
    for state in states {
        if !kinds.contains(state) {
            kinds.push(*state);
        }
    }
    let parts: Vec<String> = kinds
        .iter()
        .map(|kind| {
            let of_kind = asks.iter().zip(states).filter(|(_, state)| *state == kind);
            let deeds: Vec<String> = of_kind.map(|(ask, _)| deed(ask).to_owned()).collect();
            if deeds.len() == asks.len() && *kind == State::NotReached {
                return kind.words().to_owned();
            }
            format!("{} {}", listed(&deeds), kind.words())
        })
        .collect();
    parts.join(", ")
}
