//! A recording on disk: written whole or not at all, with mode 0600; read from a file or a stream.

use super::{Damage, Recording, parse_lines};
use std::io::{Read, Write};
use std::path::Path;

/// No recording of one run is larger: three thousand cells take a few megabytes.
const LARGEST: u64 = 512 * 1024 * 1024;

/// Why a recording could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system would not.
    #[error("cannot read it: {0}")]
    Io(#[from] std::io::Error),
    /// It is not a usable recording.
    #[error("{0}")]
    Damage(#[from] Damage),
    /// It holds more runs than one.
    #[error("it holds {0} runs, one is wanted; `acr-probe merge` reads several")]
    Several(usize),
}

/// Writes any file whole or not at all, readable by its owner alone. A device or a pipe is written to and
/// stays what it is (`--output /dev/stdout`, or `/dev/null` as root); a link goes on leading where it led.
///
/// # Errors
/// What the system says.
pub fn write_whole(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let there = std::fs::metadata(path).ok();
    if is_of_system(path) || there.as_ref().is_some_and(|found| !found.is_file()) {
        return std::fs::OpenOptions::new()
            .write(true)
            .open(path)?
            .write_all(content);
    }
    match path.canonicalize() {
        Ok(led_to) if there.is_some() => replace(&led_to, content),
        _ => replace(path, content),
    }
}

/// Under these nothing is put beside anything, and nothing is replaced.
fn is_of_system(path: &Path) -> bool {
    path.starts_with("/dev") && !path.starts_with("/dev/shm") || path.starts_with("/proc")
}

fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    // tempfile makes its files with mode 0600.
    let mut file = tempfile::Builder::new()
        .prefix(".acr-probe-")
        .tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a folder with these files whole or not at all, readable by its owner alone. A folder that is
/// there already must be empty.
///
/// # Errors
/// What the system says.
pub fn write_folder(path: &Path, files: &[(&str, &[u8])]) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // Without the slash at its end: a parent is wanted.
    let path: std::path::PathBuf = path.components().collect();
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let folder = tempfile::Builder::new()
        .prefix(".acr-probe-")
        .permissions(std::fs::Permissions::from_mode(0o700))
        .tempdir_in(parent)?;
    for (name, content) in files {
        write_whole(&folder.path().join(name), content)?;
    }
    // Takes the place of an empty folder, and of nothing else.
    std::fs::rename(folder.path(), &path)?;
    let _ = folder.keep();
    Ok(())
}

/// Reads the one run that a file (`-`: standard input) holds.
///
/// # Errors
/// A [`FileError`], one sentence.
pub fn read_recording(path: &Path) -> Result<Recording, FileError> {
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(LARGEST)
            .read_to_string(&mut text)?;
    } else {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?
            .take(LARGEST)
            .read_to_end(&mut bytes)?;
        text = String::from_utf8(bytes).map_err(|_| Damage::NotOurs)?;
    }
    let mut runs = parse_lines(&text)?;
    match runs.len() {
        1 => Ok(runs.remove(0)),
        several => Err(FileError::Several(several)),
    }
}
