//! The members of a zip archive.

use super::{LARGEST, Outcome, content};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Archives within archives that are opened.
const DEEPEST: usize = 3;
/// All members together: no ticket is larger, and a bomb is not unpacked.
const ALL: u64 = LARGEST;

pub(super) fn search(place: &str, bytes: &[u8], depth: usize, outcome: &mut Outcome) {
    if depth >= DEEPEST {
        return outcome.cannot(
            place,
            "it is an archive in an archive, too deep to be opened",
        );
    }
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(error) => return outcome.cannot(place, format!("it cannot be opened: {error}")),
    };
    if archive.offset() > 0 {
        outcome.cannot(place, "something stands before the archive");
    }
    let comment = archive.comment().to_vec();
    if !comment.is_empty() {
        super::text::search(&format!("{place}: comment"), &comment, outcome);
    }
    let mut left = ALL;
    for index in 0..archive.len() {
        match member(&mut archive, index, left) {
            Ok(Member { name, bytes }) => {
                left -= bytes.len() as u64;
                let place = format!("{place}: {name}");
                super::text::search(&format!("{place} (its name)"), name.as_bytes(), outcome);
                outcome.searched -= 1;
                content(&place, &bytes, depth + 1, outcome);
            }
            Err(Locked { name, why }) => outcome.cannot(&format!("{place}: {name}"), why),
        }
    }
}

struct Member {
    name: String,
    bytes: Vec<u8>,
}

struct Locked {
    name: String,
    why: String,
}

fn member(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    left: u64,
) -> Result<Member, Locked> {
    let name = archive
        .name_for_index(index)
        .map_or_else(|| format!("member {}", index + 1), str::to_owned);
    let locked = |why: String| Locked {
        name: name.clone(),
        why,
    };
    let file = archive
        .by_index(index)
        .map_err(|error| locked(format!("it cannot be read: {error}")))?;
    if file.encrypted() {
        return Err(locked("it is encrypted".into()));
    }
    let mut bytes = Vec::new();
    file.take(left + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| locked(format!("it cannot be read: {error}")))?;
    if bytes.len() as u64 > left {
        return Err(locked(format!(
            "the archive unpacks to more than {} MiB",
            ALL / 1024 / 1024
        )));
    }
    Ok(Member { name, bytes })
}
