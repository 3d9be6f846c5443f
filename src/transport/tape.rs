//! Evidence in order of arrival, and the moment when it is put into the plan's order and gets its
//! ids. Two runs of one world arrive differently and are numbered alike.

use crate::evidence::{
    Ask, Fact, Header, Index, Observation, Place, Recording, Redaction, Step, TokenShown,
    Transaction,
};
use crate::token::access;
use std::collections::HashMap;

/// One piece of evidence before it has an id.
struct Entry {
    place: Place,
    piece: Piece,
}

enum Piece {
    Fact(
        Step,
        Box<Observation>,
        Option<usize>,
        Option<Box<TokenShown>>,
    ),
    Transaction(Box<Transaction>, Option<usize>, Vec<TokenShown>),
}

impl Entry {
    /// Facts that several requests share a place for (a name, a clock) are put in the order of steps:
    /// which of the requests was first to note them is chance.
    fn fact_step(&self) -> Option<Step> {
        match &self.piece {
            Piece::Fact(step, ..) => Some(*step),
            Piece::Transaction(..) => None,
        }
    }
}

/// Evidence in order of arrival.
#[derive(Default)]
pub(super) struct Tape(Vec<Entry>);

impl Tape {
    /// A fact, with the serial of the connection it speaks of.
    pub fn fact(
        &mut self,
        place: Place,
        step: Step,
        observation: Observation,
        connection: Option<usize>,
    ) {
        self.0.push(Entry {
            place,
            piece: Piece::Fact(step, Box::new(observation), connection, None),
        });
    }

    /// A fact that came with a token.
    pub fn fact_with_token(
        &mut self,
        place: Place,
        step: Step,
        observation: Observation,
        token: Option<TokenShown>,
    ) {
        self.0.push(Entry {
            place,
            piece: Piece::Fact(step, Box::new(observation), None, token.map(Box::new)),
        });
    }

    /// A transaction, with the serial of its connection and the tokens that its answer carried.
    pub fn transaction(
        &mut self,
        transaction: Transaction,
        connection: Option<usize>,
        tokens: Vec<TokenShown>,
    ) {
        let place = transaction.place.clone();
        self.0.push(Entry {
            place,
            piece: Piece::Transaction(Box::new(transaction), connection, tokens),
        });
    }

    /// The status that was last answered at a step for exactly this place, experiments left out.
    pub fn last_status(&self, place: &Place, step: Step) -> Option<u16> {
        self.answers(place, step).find_map(|(one, _)| one.status)
    }

    /// True where the last answer there holds these words, in any capitals.
    pub fn was_said(&self, place: &Place, step: Step, words: &str) -> bool {
        let last = self.answers(place, step).next();
        last.and_then(|(one, _)| one.body.as_ref())
            .is_some_and(|body| body.to_ascii_lowercase().contains(words))
    }

    /// What the access token last given there claims on a repository.
    pub fn last_granted(&self, place: &Place, repository: &str) -> Option<Vec<String>> {
        let (_, tokens) = self.answers(place, Step::AccessToken).next()?;
        let token = tokens.iter().find(|token| token.kind != "opaque")?;
        Some(access::access(&token.claims).granted_actions("repository", repository))
    }

    /// The transactions of a step for exactly this place, the last first, experiments left out.
    fn answers(
        &self,
        place: &Place,
        step: Step,
    ) -> impl Iterator<Item = (&Transaction, &[TokenShown])> {
        let transactions = self.0.iter().rev().filter_map(|entry| match &entry.piece {
            Piece::Transaction(transaction, _, tokens) => Some((&**transaction, tokens.as_slice())),
            Piece::Fact(..) => None,
        });
        transactions.filter(move |(one, _)| {
            one.step == step && one.experiment.is_none() && one.place == *place
        })
    }

    /// Sorts by the plan, stably (evidence of one place was made one after the other), and numbers.
    pub fn into_recording(mut self, header: Header, redactions: Vec<Redaction>) -> Recording {
        let order = Order::of(&header);
        self.0
            .sort_by_key(|entry| (order.key(&entry.place), entry.fact_step()));
        let mut recording = Recording {
            header,
            facts: vec![],
            transactions: vec![],
            tokens: vec![],
            redactions,
            complete: true,
            index: Index::default(),
        };
        let mut connections = Connections::default();
        for entry in self.0 {
            match entry.piece {
                Piece::Fact(step, observation, connection, token) => {
                    let observation = with_connection(*observation, connections.name(connection));
                    let id = format!("f{}", recording.facts.len() + 1);
                    recording.tokens.extend(token.map(|token| TokenShown {
                        fact: Some(id.clone()),
                        ..*token
                    }));
                    recording.facts.push(Fact {
                        id,
                        step,
                        observation,
                        place: entry.place,
                    });
                }
                Piece::Transaction(mut transaction, connection, tokens) => {
                    transaction.id = format!("t{}", recording.transactions.len() + 1);
                    transaction.connection = connections.name(connection);
                    let id = &transaction.id;
                    recording
                        .tokens
                        .extend(tokens.into_iter().map(|token| TokenShown {
                            transaction: id.clone(),
                            ..token
                        }));
                    recording.transactions.push(*transaction);
                }
            }
        }
        recording
    }
}

/// `c1`, `c2`, … in the order in which they are first named.
#[derive(Default)]
struct Connections(HashMap<usize, String>);

impl Connections {
    fn name(&mut self, serial: Option<usize>) -> Option<String> {
        let next = self.0.len() + 1;
        Some(
            self.0
                .entry(serial?)
                .or_insert_with(|| format!("c{next}"))
                .clone(),
        )
    }
}

fn with_connection(observation: Observation, name: Option<String>) -> Observation {
    match observation {
        Observation::Connect(mut connect) => {
            connect.connection = name;
            Observation::Connect(connect)
        }
        Observation::Tls(mut tls) => {
            tls.connection = name;
            Observation::Tls(tls)
        }
        other => other,
    }
}

/// The plan's order of places: the content last; else shared first, then by principal, registry, target and scope.
struct Order {
    principals: HashMap<String, usize>,
    registries: HashMap<String, usize>,
    targets: HashMap<String, usize>,
    asks: HashMap<String, usize>,
}

impl Order {
    fn of(header: &Header) -> Self {
        let numbered = |names: Vec<String>| {
            names
                .into_iter()
                .rev()
                .enumerate()
                .map(|(index, name)| (name, usize::MAX - index))
                .collect()
        };
        Self {
            principals: numbered(
                header
                    .principals
                    .iter()
                    .map(|one| one.name.clone())
                    .collect(),
            ),
            registries: numbered(
                header
                    .targets
                    .iter()
                    .map(|one| one.registry.clone())
                    .collect(),
            ),
            targets: numbered(header.targets.iter().map(|one| one.image.clone()).collect()),
            asks: numbered(header.asks.iter().map(ask_name).collect()),
        }
    }

    fn key(&self, place: &Place) -> (bool, usize, usize, usize, usize, u32) {
        let at = |names: &HashMap<String, usize>, name: &Option<String>| {
            name.as_ref()
                .map_or(0, |name| names.get(name).copied().unwrap_or(1))
        };
        let ask = place
            .scope
            .as_ref()
            .map(|scope| match scope.strip_prefix("repository:") {
                Some(rest) if !self.asks.contains_key(scope) => {
                    rest.rsplit(':').next().unwrap_or_default().to_owned()
                }
                _ => scope.clone(),
            });
        (
            place.content,
            at(&self.principals, &place.principal),
            at(&self.registries, &place.registry),
            at(&self.targets, &place.target),
            at(&self.asks, &ask),
            place.attempt.unwrap_or_default(),
        )
    }
}

fn ask_name(ask: &Ask) -> String {
    match ask {
        Ask::Action(action) => action.clone(),
        Ask::Scope(raw) => raw.clone(),
    }
}
