//! `explain`: a rule's page, or a pasted text.

use super::output::LookArgs;
use super::pasted;
use crate::error::Error;
use crate::files::Surroundings;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// `explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// The rule's name, as a finding shows it; left out, a pasted text is explained
    #[arg(conflicts_with = "event")]
    pub rule: Option<String>,
    /// A pasted text: pod event, kubectl describe, journal, or what a client printed; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub event: Option<PathBuf>,
    /// How to write what the text comes to
    #[arg(long, value_enum, default_value_t = EventFormat::Table, help_heading = "Output")]
    pub format: EventFormat,
    /// Write it here instead of to standard output, whole or not at all
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Width, colour and signs.
    #[command(flatten)]
    pub look: LookArgs,
}

/// The formats of an explained text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum EventFormat {
    /// For a person at a terminal.
    Table,
    /// For programs: the contract's report, without a matrix, with an `event`.
    Json,
}

impl ExplainArgs {
    /// The pasted text.
    ///
    /// # Errors
    /// A file that cannot be read; neither a rule nor a text.
    pub fn text(&self) -> Result<String, Error> {
        if self.event.is_none() && std::io::stdin().is_terminal() {
            return Err(Error::Usage(
                "name a rule, or give a text with --event FILE or on standard input".into(),
            ));
        }
        let path = self.event.as_deref().unwrap_or(Path::new("-"));
        pasted::read(path, &Surroundings::Machine)
    }
}
