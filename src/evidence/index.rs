//! Where evidence is found in a long recording, so that reading every cell takes as long as there is
//! evidence, and not as long as there are cells times that.

use super::{Fact, Place, Recording, Target, TokenShown, Transaction};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Made when it is first asked; a recording is not changed after that.
#[derive(Debug, Default)]
pub struct Index(OnceLock<Positions>);

/// A copy may be changed before it is read.
impl Clone for Index {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// It says nothing that the evidence does not.
impl PartialEq for Index {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[derive(Debug)]
struct Positions {
    facts: ByTarget,
    transactions: ByTarget,
    ids: HashMap<String, usize>,
    /// Tokens by the transaction whose answer carried them.
    tokens: HashMap<String, Vec<usize>>,
    /// Tokens that came with a fact.
    of_facts: Vec<usize>,
}

/// Positions by the image that they belong to; what belongs to all is under none.
#[derive(Debug, Default)]
struct ByTarget {
    own: HashMap<String, Vec<usize>>,
    shared: Vec<usize>,
}

impl ByTarget {
    fn of<'a>(places: impl Iterator<Item = &'a Place>) -> Self {
        let mut found = Self::default();
        for (position, place) in places.enumerate() {
            match &place.target {
                Some(image) => match found.own.get_mut(image) {
                    Some(positions) => positions.push(position),
                    None => drop(found.own.insert(image.clone(), vec![position])),
                },
                None => found.shared.push(position),
            }
        }
        found
    }

    /// What may belong to a target, in order.
    fn about(&self, target: &Target) -> Vec<usize> {
        let own = self.own.get(&target.image).into_iter().flatten();
        let mut positions: Vec<usize> = self.shared.iter().chain(own).copied().collect();
        positions.sort_unstable();
        positions
    }
}

impl Recording {
    fn positions(&self) -> &Positions {
        self.index.0.get_or_init(|| {
            let mut tokens: HashMap<String, Vec<usize>> = HashMap::new();
            let mut of_facts = Vec::new();
            for (position, token) in self.tokens.iter().enumerate() {
                let name = token.transaction.clone();
                tokens.entry(name).or_default().push(position);
                if token.fact.is_some() {
                    of_facts.push(position);
                }
            }
            // Where an id comes twice, the first counts.
            let ids = self.transactions.iter().enumerate().rev();
            Positions {
                facts: ByTarget::of(self.facts.iter().map(|one| &one.place)),
                transactions: ByTarget::of(self.transactions.iter().map(|one| &one.place)),
                ids: ids.map(|(at, one)| (one.id.clone(), at)).collect(),
                tokens,
                of_facts,
            }
        })
    }

    /// The facts that may belong to a target's cells, in order.
    pub(super) fn facts_about(&self, target: &Target) -> impl Iterator<Item = &Fact> {
        let positions = self.positions().facts.about(target);
        positions.into_iter().map(|at| &self.facts[at])
    }

    /// The transactions that may belong to a target's cells, in order.
    pub(super) fn transactions_about(&self, target: &Target) -> impl Iterator<Item = &Transaction> {
        let positions = self.positions().transactions.about(target);
        positions.into_iter().map(|at| &self.transactions[at])
    }

    /// Tokens that came with a fact, in order.
    pub(super) fn tokens_of_facts(&self) -> impl Iterator<Item = &TokenShown> {
        let positions = self.positions().of_facts.iter();
        positions.map(|at| &self.tokens[*at])
    }

    /// The transaction of that id.
    pub fn transaction(&self, id: &str) -> Option<&Transaction> {
        let at = self.positions().ids.get(id)?;
        self.transactions.get(*at)
    }

    /// The tokens that this transaction's answer carried.
    pub fn tokens_of<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a TokenShown> + use<'a> {
        let positions = self.positions().tokens.get(id).into_iter().flatten();
        positions.map(|at| &self.tokens[*at])
    }
}
