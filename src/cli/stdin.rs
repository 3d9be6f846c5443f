//! Standard input can be read once.

use super::run::RunArgs;
use crate::error::Error;
use std::path::Path;

/// Checks that no two arguments read it.
///
/// # Errors
/// One sentence that names both.
pub(super) fn one_reader(run: &RunArgs) -> Result<(), Error> {
    let files = [
        ("--event", &run.choices.event),
        ("--images", &run.images_of),
        ("--pods", &run.pods),
    ];
    let files = files
        .iter()
        .filter(|(_, path)| path.as_deref() == Some(Path::new("-")))
        .map(|(flag, _)| format!("{flag} -"));
    let secrets = run.credentials.secret.iter();
    let secrets = secrets
        .filter(|secret| secret.ends_with("=-"))
        .map(|secret| format!("--secret {secret}"));
    let readers: Vec<String> = files.chain(secrets).collect();
    match readers.as_slice() {
        [one, other, ..] => Err(Error::Usage(format!(
            "{one} and {other}: only one of them can read standard input"
        ))),
        _ => Ok(()),
    }
}
