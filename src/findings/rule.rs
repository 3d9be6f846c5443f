//! What a rule is: a name for a fault, a page, and a question it answers about one cell.

use super::case::{Case, Judged};
use super::remedy::Remedy;
use crate::evidence::{Fact, Recording, Transaction};
use serde::Serialize;

pub use super::proof::Proof;

/// One rule of the catalogue. One file, one page, two fixtures, one line in the table.
#[derive(Debug)]
pub struct Rule {
    /// Its only id: kebab-case, names the fault, never reused.
    pub name: &'static str,
    /// The contract's group.
    pub family: Family,
    /// Whose fault it is.
    pub owner: Owner,
    /// What proves it, where anything does.
    pub proof: Proof,
    /// One line for the catalogue.
    pub summary: &'static str,
    /// The page that `explain` prints.
    pub page: &'static str,
    /// Is this the cause of the cell's stop?
    pub examine: fn(&Case<'_>) -> Answer,
    /// What to say where it is. Asked only after `examine` did not refute.
    pub tell: fn(&Case<'_>) -> Telling,
    /// What is worth saying even where every cell is granted. Changes no exit code.
    pub notice: Option<fn(&Overview<'_>) -> Vec<Notice>>,
}

/// The contract's families of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// What the registry answered.
    Registry,
    /// User names and passwords.
    Passwords,
    /// Entra and IMDS.
    Identity,
    /// Credentials in files.
    Stored,
    /// Node and client.
    Node,
    /// The image itself.
    Content,
    /// Names, routes, certificates, clocks.
    Network,
    /// The service.
    Service,
    /// What the probe would not do.
    Safety,
    /// What nothing accounts for.
    Last,
}

/// Whose fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// Whoever configured the caller: node, pipeline, pull secret.
    Caller,
    /// Whoever configured the registry.
    Registry,
    /// Entra, IMDS, or who configured them.
    IdentityProvider,
    /// The network between.
    Network,
    /// The service itself.
    Service,
    /// Nobody's.
    Nobody,
}

/// A rule's answer about one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The rule speaks of other stops than this one.
    Silent,
    /// It could have been, and the evidence says no.
    Refuted(Because),
    /// It would look like this.
    Consistent(Confidence, Because),
    /// The evidence admits nothing else.
    Confirmed(Because),
}

/// How sure.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// It would look like this; so would other things that are likelier.
    Possible,
    /// The likeliest of what would look like this.
    Likely,
    /// The evidence admits no other cause.
    Proven,
}

impl Confidence {
    /// The contract's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Proven => "proven",
        }
    }
}

/// How bad.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// As it should be, or of no consequence here.
    Info,
    /// Worth mending.
    Warning,
    /// It stands in the way.
    Error,
}

/// The evidence of an answer, and what would separate it from its look-alikes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Because {
    /// A clause without a full stop: "the address the registry saw is in its 403".
    pub text: String,
    /// Cited transactions.
    pub transactions: Vec<String>,
    /// Cited facts.
    pub facts: Vec<String>,
    /// The experiment or look-up that would tell this from the others.
    pub separate_by: String,
}

impl Because {
    /// A reason.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// Cites a transaction.
    #[must_use]
    pub fn citing(mut self, transaction: Option<&Transaction>) -> Self {
        self.transactions
            .extend(transaction.map(|one| one.id.clone()));
        self
    }

    /// Cites a fact.
    #[must_use]
    pub fn with_fact(mut self, fact: Option<&Fact>) -> Self {
        self.facts.extend(fact.map(|one| one.id.clone()));
        self
    }

    /// Says what would separate it.
    #[must_use]
    pub fn separated_by(mut self, text: impl Into<String>) -> Self {
        self.separate_by = text.into();
        self
    }
}

/// What to say where a rule is the cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling {
    /// How bad.
    pub severity: Severity,
    /// Why, as a clause that follows "kubelet cannot pull guestbook: ".
    pub reason: String,
    /// The one thing to do, as a clause that follows "Likely no-role-assignment: "; may be empty.
    pub advice: String,
    /// Paragraphs.
    pub explanation: Vec<String>,
    /// What to do.
    pub remedies: Vec<Remedy>,
}

impl Telling {
    /// An error with a reason; the rest is added.
    pub fn error(reason: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            reason: reason.into(),
            advice: String::new(),
            explanation: vec![],
            remedies: vec![],
        }
    }

    /// Information.
    pub fn info(reason: impl Into<String>) -> Self {
        Self {
            severity: Severity::Info,
            ..Self::error(reason)
        }
    }

    /// A warning.
    pub fn warning(reason: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(reason)
        }
    }

    /// The one thing to do.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn explain(mut self, paragraph: impl Into<String>) -> Self {
        self.explanation.push(paragraph.into());
        self
    }

    /// Adds remedies.
    #[must_use]
    pub fn remedy(mut self, remedies: impl IntoIterator<Item = Remedy>) -> Self {
        self.remedies.extend(remedies);
        self
    }
}

/// All evidence and every cell, for what is worth saying beside the causes.
#[derive(Debug, Clone, Copy)]
pub struct Overview<'a> {
    /// All evidence.
    pub recording: &'a Recording,
    /// Every cell.
    pub all: &'a [Judged<'a>],
}

impl<'a> Overview<'a> {
    /// Every cell as a case.
    pub fn cases(&self) -> impl Iterator<Item = Case<'a>> + use<'a> {
        let (recording, all) = (self.recording, self.all);
        all.iter().map(move |this| Case {
            recording,
            all,
            this,
        })
    }
}

/// Something worth saying that is no cell's cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Whom it concerns.
    pub principals: Vec<String>,
    /// Which scopes.
    pub scopes: Vec<String>,
    /// How sure.
    pub confidence: Confidence,
    /// Its evidence.
    pub because: Because,
    /// What to say. Its `reason` is a whole sentence without the full stop.
    pub telling: Telling,
}
