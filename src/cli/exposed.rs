//! Files with secrets that others on this machine may read: told in the report and on standard error.

use crate::files::{Readers, Surroundings};
use crate::findings::remedy::quote::shell_word;
use crate::principal::Principal;
use std::path::Path;

/// One sentence for each file with a secret that somebody beside its owner may read: those of the rows,
/// and those that `--secret NAME=file:PATH` names.
pub(super) fn warnings<'a>(
    principals: &'a [Principal],
    secrets: impl Iterator<Item = &'a Path>,
    surroundings: &Surroundings,
) -> Vec<String> {
    let rows = principals.iter().filter(|row| row.keeps_secrets_in_files());
    let files = rows.flat_map(|row| row.files.iter().map(|file| Path::new(&file.path)));
    let mut warnings: Vec<String> = files
        .chain(secrets)
        .filter_map(|path| Some(sentence(path, surroundings.other_readers(path)?)))
        .collect();
    warnings.sort();
    warnings.dedup();
    warnings
}

fn sentence(path: &Path, readers: Readers) -> String {
    let who = match readers.everybody {
        true => "every user of this machine",
        false => "every member of its group",
    };
    let path = path.display().to_string();
    format!(
        "{path} holds a secret, and {who} may read it (mode {:04o}); chmod 600 {}",
        readers.mode,
        shell_word(&path)
    )
}
