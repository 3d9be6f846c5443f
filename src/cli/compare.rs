//! `compare`: two recordings, and how to write where they part.

use super::output::LookArgs;
use crate::error::Error;
use crate::report::Format;
use std::path::{Path, PathBuf};

/// `compare A B`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  acr-probe compare ci.jsonl node.ndjson --pair admin=kubelet
      CI can, the node cannot: where do they part?
  acr-probe compare before.jsonl after.jsonl
      the same principals, before and after a fix
  kubectl logs job/acr-probe | acr-probe compare node-1.jsonl - --format markdown
      two nodes, for a ticket; one recording from standard input

Principals are paired by name, or where each recording tried only one.
Times, ids of requests and tokens are not differences.

Exit codes: 0 the required cells end alike, 1 verdict or step of one differs, 2 usage error.")]
pub struct CompareArgs {
    /// The first recording; `-` reads standard input
    pub a: PathBuf,
    /// The second recording; `-` reads standard input
    pub b: PathBuf,
    /// Compare principal A of the first with principal B of the second; repeatable [default: by name]
    #[arg(long, value_name = "A=B")]
    pub pair: Vec<String>,
    /// How to write the comparison
    #[arg(long, value_enum, default_value_t = Format::Table, help_heading = "Output")]
    pub format: Format,
    /// Write it here instead of to standard output, whole or not at all
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Width, colour and signs.
    #[command(flatten)]
    pub look: LookArgs,
}

impl CompareArgs {
    /// Whether it can be done.
    ///
    /// # Errors
    /// One sentence: standard input named twice.
    pub fn check(&self) -> Result<(), Error> {
        if self.a == Path::new("-") && self.b == Path::new("-") {
            return Err(Error::Usage(
                "compare - -: only one recording can come from standard input".to_owned(),
            ));
        }
        Ok(())
    }
}
