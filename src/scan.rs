//! The search for live secrets in files: a recording, a report, a ticket, a folder of them. It tells
//! where and of what kind, never the secret.
//!
//! It fails closed: what cannot be read, is encrypted, compressed in a way that is not known here, or
//! packed too deep is not clean.

mod archive;
mod folder;
#[cfg(test)]
mod tests;
mod text;

use crate::shapes::Kind;
use std::io::Read;
use std::path::Path;

/// Larger files are not read: no recording is.
const LARGEST: u64 = 512 * 1024 * 1024;

/// A secret, by where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The file, and the member of an archive.
    pub place: String,
    /// Counted from 1.
    pub line: usize,
    /// What it seems to be.
    pub kind: Kind,
}

/// What could not be looked into, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The file, and the member of an archive.
    pub place: String,
    /// One clause.
    pub why: String,
}

/// What a search came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Secrets, in order.
    pub hits: Vec<Hit>,
    /// What could not be looked into.
    pub unread: Vec<Unread>,
    /// How many files and members were looked at to the end.
    pub searched: usize,
}

impl Outcome {
    /// 1 where something was found, 2 where something could not be read, else 0.
    pub fn exit_code(&self) -> u8 {
        match (self.hits.is_empty(), self.unread.is_empty()) {
            (false, _) => 1,
            (true, false) => 2,
            (true, true) => 0,
        }
    }

    fn cannot(&mut self, place: &str, why: impl Into<String>) {
        self.unread.push(Unread {
            place: place.to_owned(),
            why: why.into(),
        });
    }
}

/// Searches a file or a folder; `-` is standard input.
///
/// # Errors
/// What the system says where what was named itself cannot be opened.
pub fn search(path: &Path) -> std::io::Result<Outcome> {
    let mut outcome = Outcome::default();
    let place = path.display().to_string();
    if path == Path::new("-") {
        stream("standard input", &mut std::io::stdin().lock(), &mut outcome)?;
    } else if std::fs::metadata(path)?.is_dir() {
        folder::search(path, 0, &mut outcome)?;
    } else {
        stream(&place, &mut std::fs::File::open(path)?, &mut outcome)?;
    }
    Ok(outcome)
}

/// Searches bytes that are about to be written.
pub fn search_bytes(place: &str, bytes: &[u8]) -> Outcome {
    let mut outcome = Outcome::default();
    content(place, bytes, 0, &mut outcome);
    outcome
}

fn stream(place: &str, from: &mut dyn Read, outcome: &mut Outcome) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        outcome.cannot(
            place,
            format!("it is larger than {} MiB", LARGEST / 1024 / 1024),
        );
        return Ok(());
    }
    content(place, &bytes, 0, outcome);
    Ok(())
}

/// A file or a member: an archive is opened, anything else searched as text.
fn content(place: &str, bytes: &[u8], depth: usize, outcome: &mut Outcome) {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return archive::search(place, bytes, depth, outcome);
    }
    if let Some(format) = packed(bytes) {
        return outcome.cannot(place, format!("it is {format}, which is not opened here"));
    }
    text::search(place, bytes, outcome);
}

/// Formats that hide what they hold.
fn packed(bytes: &[u8]) -> Option<&'static str> {
    const FORMATS: &[(&[u8], &str)] = &[
        (b"\x1f\x8b", "gzip"),
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"7z\xbc\xaf", "7z"),
        (b"Rar!", "rar"),
        (b"%PDF", "PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
    ];
    let format = FORMATS.iter().find(|(magic, _)| bytes.starts_with(magic))?;
    Some(format.1)
}
