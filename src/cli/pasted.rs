//! A pasted text: from a file or standard input, in whatever encoding a terminal left it.

use crate::error::Error;
use crate::event::{self, Reading};
use crate::evidence::Pasted;
use crate::files::Surroundings;
use std::io::Read;
use std::path::Path;

/// A longer text is refused.
const LONGEST: u64 = 64 * 1024 * 1024;

/// The whole text.
///
/// # Errors
/// One sentence for a file that cannot be read, or is larger than any paste.
pub(super) fn read(path: &Path, surroundings: &Surroundings) -> Result<String, Error> {
    let is_stdin = path == Path::new("-") && matches!(surroundings, Surroundings::Machine);
    let bytes = if is_stdin {
        let mut bytes = Vec::new();
        let read = std::io::stdin()
            .lock()
            .take(LONGEST + 1)
            .read_to_end(&mut bytes);
        read.map(|_| bytes)
    } else {
        surroundings.read_up_to(path, LONGEST)
    };
    let bytes = bytes.map_err(|error| Error::file(path, error))?;
    if bytes.len() as u64 > LONGEST {
        return Err(Error::file(
            path,
            "it is larger than 64 MiB; give the part around the failed pull",
        ));
    }
    Ok(decoded(&bytes))
}

/// What is kept of a text beside a run, and what it tells.
///
/// # Errors
/// One sentence where it cannot be read, or tells of no refused pull.
pub(super) fn beside(path: &Path, surroundings: &Surroundings) -> Result<(Pasted, Reading), Error> {
    let reading = event::read(&read(path, surroundings)?);
    if let Some(lack) = reading.lack() {
        return Err(Error::file(path, lack.trim_end_matches('.')));
    }
    let pasted = Pasted {
        from: path.display().to_string(),
        said: reading.said.clone(),
    };
    Ok((pasted, reading))
}

/// UTF-8, or the UTF-16 that PowerShell writes; what is neither is replaced.
fn decoded(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| from([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        // Without its mark, as the end of such a file is: every other byte of plain letters is zero.
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => wide(bytes, u16::from_le_bytes),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => wide(bytes, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}
