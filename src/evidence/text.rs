//! A recording of a pasted text alone: nobody was asked for anything.

use super::{
    Fact, Header, Index, Node, Observation, Pasted, Place, Recording, Redaction, SCHEMA, Step,
};

/// The flow of a recording that asked nobody.
const NO_FLOW: &str = "none";

impl Recording {
    /// The text as a recording, so that it goes the way of every other.
    pub fn of_text(
        pasted: Pasted,
        redactions: Vec<Redaction>,
        run: String,
        observed_at: String,
    ) -> Self {
        Self {
            header: Header {
                schema: SCHEMA.to_owned(),
                run,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                observed_at,
                flow: NO_FLOW.to_owned(),
                simulated: None,
                node: Node::default(),
                targets: vec![],
                principals: vec![],
                asks: vec![],
                required: vec![],
                waited: None,
                platform: None,
                timeout_seconds: 0,
                notes: vec![],
            },
            facts: vec![Fact {
                id: "f1".to_owned(),
                step: Step::Manifest,
                observation: Observation::Event(pasted),
                place: Place::default(),
            }],
            transactions: vec![],
            tokens: vec![],
            redactions,
            complete: true,
            index: Index::default(),
        }
    }

    /// The text, where nothing else is recorded.
    pub fn text_alone(&self) -> Option<&Pasted> {
        let (_, pasted) = self.pasted()?;
        self.header.principals.is_empty().then_some(pasted)
    }
}
