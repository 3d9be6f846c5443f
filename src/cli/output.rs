//! Where and how a result is written: format, file, width, colour.

use crate::error::Error;
use crate::files::Surroundings;
use crate::report::{Format, Look};
use std::io::IsTerminal;
use std::path::PathBuf;

/// Width where there is no terminal to ask.
const PIPED_WIDTH: usize = 100;
/// Narrower terminals than this are written to as if they had it.
const NARROWEST: usize = 40;

/// The options of every command that prints a report.
#[derive(Debug, Clone, clap::Args)]
pub struct OutputArgs {
    /// How to write the report
    #[arg(long, value_enum, default_value_t = Format::Table, help_heading = "Output")]
    pub format: Format,
    /// Write the report here instead of to standard output, whole or not at all
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Keep the evidence here, redacted, as JSON Lines (mode 0600)
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub record: Option<PathBuf>,
    /// Also write what support needs: the reports, the recording, what was removed, correlation ids, a log
    /// query and checksums (mode 0600); a zip archive, or a folder where FILE ends in / or is one
    #[arg(long, value_name = "FILE.zip", help_heading = "Output")]
    pub ticket: Option<PathBuf>,
    /// Show pseudonyms for registry, repository, ids, addresses and user names in all that is written, the
    /// recording included; the table of them goes to FILE.pseudonyms.json beside the ticket (or the
    /// recording, or the report) and stays with you. Tags, digests, times and correlation ids stay
    #[arg(long, help_heading = "Output")]
    pub pseudonymise: bool,
    /// Width, colour and signs.
    #[command(flatten)]
    pub look: LookArgs,
}

/// How text looks.
#[derive(Debug, Clone, clap::Args)]
pub struct LookArgs {
    /// When to use colour; NO_COLOR is honoured
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN", help_heading = "Output")]
    pub color: Colour,
    /// Use ASCII signs only
    #[arg(long, help_heading = "Output")]
    pub ascii: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl OutputArgs {
    /// Where the table of pseudonyms goes, if there are to be any.
    ///
    /// # Errors
    /// One sentence where no file is written that it could lie beside.
    pub fn pseudonyms(&self) -> Result<Option<PathBuf>, Error> {
        if !self.pseudonymise {
            return Ok(None);
        }
        let files = [&self.ticket, &self.record, &self.output];
        let Some(file) = files.into_iter().flatten().next() else {
            return Err(Error::Usage(
                "--pseudonymise needs --ticket, --record or --output: the table of pseudonyms goes to a file beside it".into(),
            ));
        };
        // Beside a folder, never in it: without the slash at its end.
        let plain: PathBuf = file.components().collect();
        let mut beside = plain.into_os_string();
        beside.push(".pseudonyms.json");
        Ok(Some(beside.into()))
    }

    /// How this output looks: a file has no terminal's width.
    pub fn look(&self, surroundings: &Surroundings) -> Look {
        self.look.resolve(surroundings, self.output.is_none())
    }
}

impl LookArgs {
    /// Width and colour of standard output, or of a file.
    pub fn resolve(&self, surroundings: &Surroundings, to_stdout: bool) -> Look {
        let is_terminal = to_stdout && std::io::stdout().is_terminal();
        let set = |name: &str| {
            surroundings
                .variable(name)
                .is_some_and(|value| !value.is_empty())
        };
        let is_dumb = surroundings.variable("TERM").as_deref() == Some("dumb");
        let colour = match self.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => is_terminal && !set("NO_COLOR") && !is_dumb,
        };
        let measured = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let stated = surroundings
            .variable("COLUMNS")
            .and_then(|text| text.parse().ok());
        let width = stated
            .or(measured.filter(|_| is_terminal))
            .unwrap_or(PIPED_WIDTH);
        Look {
            width: width.max(NARROWEST),
            colour,
            ascii: self.ascii,
        }
    }
}
