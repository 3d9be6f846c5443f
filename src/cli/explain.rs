//! `explain`: a rule's page, or a pasted text.

use super::output::OutputArgs;
use super::pasted;
use crate::error::Error;
use crate::event;
use crate::evidence::Pasted;
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
    /// Where and how to write what the text comes to.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl ExplainArgs {
    /// The pasted text, as far as it tells of a pull; not yet redacted.
    ///
    /// # Errors
    /// A file that cannot be read; neither a rule nor a text.
    pub fn text(&self) -> Result<Pasted, Error> {
        if self.event.is_none() && std::io::stdin().is_terminal() {
            return Err(Error::Usage(
                "name a rule, or give a text with --event FILE or on standard input".into(),
            ));
        }
        let path = self.event.as_deref().unwrap_or(Path::new("-"));
        let text = pasted::read(path, &Surroundings::Machine)?;
        Ok(Pasted {
            from: path.display().to_string(),
            said: event::read(&text).said,
        })
    }
}
