//! The cells of a recording, and the evidence that belongs to each.
//!
//! A trace is not stored: it follows from where each piece of evidence was made ([`Place`]). What
//! was shared (the registry's challenge, a principal's identity token) is in the trace of every
//! cell that stood on it.

use super::{
    Ask, Fact, Observation, Place, PlannedPrincipal, Recording, Required, Step, Target, TokenShown,
    Transaction,
};

/// One target × principal × scope.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    /// The image.
    pub target: &'a Target,
    /// Who asks.
    pub principal: &'a PlannedPrincipal,
    /// What is asked.
    pub ask: &'a Ask,
}

impl Cell<'_> {
    /// The scope asked for: `repository:R:ACTION`, the raw scope, or empty for a bare login server.
    pub fn scope(&self) -> String {
        scope_of(self.target, self.ask)
    }

    /// The actions asked for.
    pub fn asked(&self) -> Vec<String> {
        match self.ask {
            _ if self.target.repository.is_empty() && matches!(self.ask, Ask::Action(_)) => vec![],
            Ask::Action(action) => vec![action.clone()],
            Ask::Scope(raw) => raw
                .rsplit(':')
                .next()
                .map(|actions| actions.split(',').map(str::to_owned).collect())
                .unwrap_or_default(),
        }
    }

    /// Resource type and name of the scope.
    pub fn resource(&self) -> (String, String) {
        let scope = self.scope();
        let mut parts = scope.splitn(2, ':');
        let kind = parts.next().unwrap_or_default().to_owned();
        let rest = parts.next().unwrap_or_default();
        let name = rest.rsplit_once(':').map_or(rest, |(name, _)| name);
        (kind, name.to_owned())
    }

    /// True where the registry itself is asked to do it, so that an answer decides.
    pub fn is_pull(&self) -> bool {
        matches!(self.ask, Ask::Action(action) if action == "pull")
            && !self.target.repository.is_empty()
    }

    /// True for a bare login server: no repository is spoken of.
    pub fn is_bare(&self) -> bool {
        self.scope().is_empty()
    }
}

/// The scope of a target and an ask; empty for a bare login server.
pub(crate) fn scope_of(target: &Target, ask: &Ask) -> String {
    match ask {
        Ask::Action(_) if target.repository.is_empty() => String::new(),
        Ask::Action(action) => format!("repository:{}:{action}", target.repository),
        Ask::Scope(raw) => raw.clone(),
    }
}

/// The evidence of one cell, in the plan's order, experiments left out.
#[derive(Debug, Clone)]
pub struct Trace<'a> {
    /// What is not HTTP.
    pub facts: Vec<&'a Fact>,
    /// The requests.
    pub transactions: Vec<&'a Transaction>,
}

impl<'a> Trace<'a> {
    /// The last transaction of a step: what the client went by in the end.
    pub fn last(&self, step: Step) -> Option<&'a Transaction> {
        self.at(step).last()
    }

    /// All transactions of a step, in order.
    pub fn at(&self, step: Step) -> impl DoubleEndedIterator<Item = &'a Transaction> {
        self.transactions
            .iter()
            .copied()
            .filter(move |one| one.step == step)
    }

    /// The attempts of this cell, in order: one that has no number where a client has one credential.
    pub fn attempts(&self) -> Vec<Option<u32>> {
        let mut numbers: Vec<Option<u32>> = self
            .transactions
            .iter()
            .map(|one| one.place.attempt)
            .collect();
        numbers.extend(self.facts.iter().map(|one| one.place.attempt));
        numbers.retain(Option::is_some);
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.is_empty() {
            vec![None]
        } else {
            numbers
        }
    }

    /// The evidence of one attempt: its own, and what all of them stand on.
    #[must_use]
    pub fn of_attempt(&self, attempt: Option<u32>) -> Self {
        let fits = |own: Option<u32>| own.is_none() || own == attempt;
        Self {
            facts: self
                .facts
                .iter()
                .copied()
                .filter(|one| fits(one.place.attempt))
                .collect(),
            transactions: self
                .transactions
                .iter()
                .copied()
                .filter(|one| fits(one.place.attempt))
                .collect(),
        }
    }

    /// All facts of a step, in order.
    pub fn facts_at(&self, step: Step) -> impl DoubleEndedIterator<Item = &'a Fact> {
        self.facts
            .iter()
            .copied()
            .filter(move |one| one.step == step)
    }
}

impl Recording {
    /// Every cell, in the plan's order: target, principal, scope.
    pub fn cells(&self) -> Vec<Cell<'_>> {
        let header = &self.header;
        let mut cells = Vec::new();
        for target in &header.targets {
            for principal in &header.principals {
                for ask in asks_of(target, &header.asks) {
                    cells.push(Cell {
                        target,
                        principal,
                        ask,
                    });
                }
            }
        }
        cells
    }

    /// The evidence that a cell stands on.
    pub fn trace(&self, cell: &Cell<'_>) -> Trace<'_> {
        let scope = cell.scope();
        let belongs = |place: &Place| {
            let fits =
                |part: &Option<String>, own: &str| part.as_deref().is_none_or(|one| one == own);
            !place.content
                && !place.varied
                && fits(&place.registry, &cell.target.registry)
                && fits(&place.principal, &cell.principal.name)
                && fits(&place.target, &cell.target.image)
                && fits(&place.scope, &scope)
        };
        let pings = uses_ping(cell, &self.header.flow);
        let is_own = |one: &&Transaction| {
            one.experiment.is_none()
                && belongs(&one.place)
                && (pings || one.place.target.is_some() || one.step != Step::Challenge)
        };
        // What was pasted tells of another pull than this run's.
        let is_seen_here = |fact: &&Fact| {
            !matches!(fact.observation, Observation::Event(_)) && belongs(&fact.place)
        };
        Trace {
            facts: self.facts_about(cell.target).filter(is_seen_here).collect(),
            transactions: self
                .transactions_about(cell.target)
                .filter(is_own)
                .collect(),
        }
    }

    /// The check of a target's content: made once, after a granted pull.
    pub fn content(&self, target: &Target) -> Trace<'_> {
        let belongs = |place: &Place| {
            place.content
                && place.registry.as_ref() == Some(&target.registry)
                && place
                    .target
                    .as_ref()
                    .is_none_or(|image| *image == target.image)
        };
        Trace {
            facts: self
                .facts_about(target)
                .filter(|fact| belongs(&fact.place))
                .collect(),
            transactions: self
                .transactions_about(target)
                .filter(|one| belongs(&one.place))
                .collect(),
        }
    }

    /// The token that a transaction's answer carried, if it did.
    pub fn token_in(&self, transaction: &Transaction) -> Option<&TokenShown> {
        self.tokens_of(&transaction.id).next()
    }

    /// The token that came with a fact of this trace, at a step.
    pub fn token_with(&self, trace: &Trace<'_>, step: Step) -> Option<&TokenShown> {
        let is_of = |token: &&TokenShown| {
            let fact = token.fact.as_deref();
            fact.is_some()
                && trace
                    .facts_at(step)
                    .any(|one| Some(one.id.as_str()) == fact)
        };
        self.tokens_of_facts().find(is_of)
    }

    /// True where the exit code speaks of this cell.
    pub fn is_required(&self, cell: &Cell<'_>) -> bool {
        let matches = |required: &Required| {
            required.principal == cell.principal.name
                && (cell.is_bare()
                    || matches!(cell.ask, Ask::Action(action) if *action == required.action))
        };
        self.header.required.iter().any(matches)
    }
}

/// containerd does not ping: `GET /v2/` belongs to those who exchange, to the SDKs, and to where no
/// repository is asked for.
fn uses_ping(cell: &Cell<'_>, flow: &str) -> bool {
    cell.principal.is_exchanged() || flow != "containerd" || cell.target.repository.is_empty()
}

/// A bare login server has one column, whatever was asked.
fn asks_of<'a>(target: &Target, asks: &'a [Ask]) -> &'a [Ask] {
    if target.repository.is_empty() {
        &asks[..asks.len().min(1)]
    } else {
        asks
    }
}
