//! Parses the command line, runs, and exits.

use acr_probe::cli::Typed;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let typed = match Typed::read(&arguments) {
        Ok(typed) => typed,
        Err(error) => {
            // Help and version are answers, everything else is a usage error.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match acr_probe::run(typed) {
        Ok(code) => ExitCode::from(code),
        // The reader of our output has seen enough.
        Err(error) if error.is_reader_gone() => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "acr-probe: {error}");
            ExitCode::from(2)
        }
    }
}
