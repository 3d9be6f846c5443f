//! A folder with all that is below it.

use super::{Outcome, stream};
use std::path::Path;

/// Folders within folders that are followed.
const DEEPEST: usize = 32;

pub(super) fn search(folder: &Path, depth: usize, outcome: &mut Outcome) -> std::io::Result<()> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    for path in paths {
        let place = path.display().to_string();
        if let Err(error) = entry(&path, &place, depth, outcome) {
            outcome.cannot(&place, error.to_string());
        }
    }
    Ok(())
}

fn entry(path: &Path, place: &str, depth: usize, outcome: &mut Outcome) -> std::io::Result<()> {
    let kind = std::fs::symlink_metadata(path)?.file_type();
    if kind.is_dir() && depth < DEEPEST {
        return search(path, depth + 1, outcome);
    }
    if kind.is_file() {
        return stream(place, &mut std::fs::File::open(path)?, outcome);
    }
    let why = if kind.is_dir() {
        "it lies too deep"
    } else if kind.is_symlink() {
        "it is a link; name what it points to"
    } else {
        "it is no ordinary file"
    };
    outcome.cannot(place, why);
    Ok(())
}
