//! `acr-probe` replays a container registry's token exchange and explains why a pull was refused.
//!
//! # The corridor
//!
//! One request, followed from the command line to the exit code, never turns back:
//!
//! | room | what happens there |
//! |---|---|
//! | [`cli`] | arguments and variables become a [`plan`], transport settings and an output |
//! | [`principal`] | who asks, and what each holds |
//! | [`node`] | what of this machine's configuration a pull on it depends on |
//! | [`exchange`] | the walk: challenge → identity token → refresh token → access token → manifest |
//! | [`trust`] | the only gate: may this host, realm or address see a credential? |
//! | [`transport`] | the only way out: sends once, records everything; [`network`] resolves names |
//! | [`evidence`] | what happened, redacted where a transaction is built |
//! | [`token`], [`challenge`], [`mod@reference`], [`scope`] | readers: pure, for any bytes |
//! | [`findings`] | why: rules over evidence; cause, alternatives and what is ruled out |
//! | [`report`] | renderers: functions from a report to text |
//! | [`kubectl`] | the plugin: from a pod's name to its node |
//! | [`simulator`] | a stated world that answers as registry, IMDS and Entra; shares no parser with the probe |
//!
//! `run`, `demo` and `replay` differ in their first room only. What the probed system does wrong is
//! evidence; an [`error::Error`] is our own failure. Findings and reports do no IO and read no clock,
//! and the live report is made from the redacted recording, so a replay prints the same bytes.

pub mod challenge;
pub mod cli;
pub mod error;
pub mod event;
pub mod evidence;
pub mod exchange;
pub mod files;
pub mod findings;
pub mod kubectl;
pub mod network;
pub mod node;
pub mod plan;
pub mod principal;
pub mod process;
pub mod pseudonym;
pub mod reference;
pub mod report;
pub mod scan;
pub mod scope;
pub mod secret;
pub mod shapes;
pub mod simulator;
pub mod ticket;
pub mod token;
pub mod transport;
pub mod trust;
pub mod wait;

mod walk;

pub use walk::run;
