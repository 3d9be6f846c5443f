//! Parses the command line, runs, and exits.

use acr_probe::cli::Typed;
use acr_probe::shapes;
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
            // What was typed is repeated in a sentence, but not if it is a secret.
            let said = shapes::replace(&error.to_string(), |kind, _| format!("({})", kind.name()));
            let _ = writeln!(std::io::stderr(), "acr-probe: {said}");
            ExitCode::from(2)
        }
    }
}
