//! Parses the command line, runs, and exits.

use acr_probe::cli::{Cli, PluginArgs};
use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let ended = match PluginArgs::of(&arguments) {
        Some(typed) => typed.map(|args| acr_probe::on_node(&args)),
        None => Cli::try_parse_from(arguments).map(acr_probe::run),
    };
    let ended = match ended {
        Ok(ended) => ended,
        Err(error) => {
            // Help and version are answers, everything else is a usage error.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match ended {
        Ok(code) => ExitCode::from(code),
        // The reader of our output has seen enough.
        Err(error) if error.is_reader_gone() => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "acr-probe: {error}");
            ExitCode::from(2)
        }
    }
}
