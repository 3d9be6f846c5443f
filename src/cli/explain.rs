//! `explain`: a rule's page, or a pasted text.

use super::output::LookArgs;
use crate::error::Error;
use crate::report::Format;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

/// More of a text is not read.
const LONGEST: u64 = 64 * 1024 * 1024;

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
    #[arg(long, value_enum, default_value_t = Format::Table, help_heading = "Output")]
    pub format: Format,
    /// Write it here instead of to standard output, whole or not at all
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Width, colour and signs.
    #[command(flatten)]
    pub look: LookArgs,
}

impl ExplainArgs {
    /// The pasted text.
    ///
    /// # Errors
    /// A file that cannot be read; neither a rule nor a text.
    pub fn text(&self) -> Result<String, Error> {
        let path = self.event.as_deref().unwrap_or(Path::new("-"));
        let stdin = std::io::stdin();
        if self.event.is_none() && stdin.is_terminal() {
            return Err(Error::Usage(
                "name a rule, or give a text with --event FILE or on standard input".into(),
            ));
        }
        let mut bytes = Vec::new();
        let read = if path == Path::new("-") {
            stdin.lock().take(LONGEST).read_to_end(&mut bytes)
        } else {
            std::fs::File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes))
        };
        read.map_err(|error| Error::file(path, error))?;
        Ok(decoded(&bytes))
    }
}

/// UTF-8, or the UTF-16 that PowerShell writes; what is neither is replaced.
fn decoded(bytes: &[u8]) -> String {
    let wide = |from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|pair| from([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}
