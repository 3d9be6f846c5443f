//! WHY: rules over evidence. No IO, no clock, no credential.
//!
//! A rule answers about one cell: refuted because, consistent, or confirmed by. What follows does so
//! by construction: the cause is the confirmed rule, else the likeliest consistent one, first in the
//! table among equals; `alternatives` are the other consistent ones, `ruled_out` the refuted ones;
//! `proven` is only what was confirmed. Nothing fits: `unexplained`.

pub mod answer;
pub mod case;
pub mod compare;
pub mod event;
pub mod event_text;
pub mod finding;
mod judge;
pub mod outcome;
pub mod proof;
pub mod remedy;
pub mod rule;
mod table;
mod words;

mod content;
mod identity;
mod last;
mod network;
mod node;
mod passwords;
mod registry;
mod safety;
mod service;
mod stored;

pub use finding::{Alternative, Diagnosis, Finding, RuledOut};
pub use judge::diagnose;
pub use table::{RULES, find};
