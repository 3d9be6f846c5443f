//! The files and variables a run may see: this machine's, or those that a scenario states.
//!
//! A demonstration must not depend on what happens to lie on the machine it runs on, and must not
//! read it either. So whoever reads a file or a variable for a principal asks here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// No credential file is larger.
const LARGEST: u64 = 4 * 1024 * 1024;

/// What a scenario says of a file.
#[derive(Debug, Clone)]
pub enum StatedFile {
    /// It is there and reads thus.
    Text(String),
    /// It is there and may not be read.
    Denied,
}

/// Who beside its owner may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readers {
    /// The file's mode.
    pub mode: u32,
    /// Every user of the machine, or else the file's group.
    pub everybody: bool,
}

/// Where files and variables come from.
#[derive(Debug, Clone)]
pub enum Surroundings {
    /// This machine.
    Machine,
    /// A scenario's statement, and nothing else.
    Stated {
        /// Variables.
        variables: BTreeMap<String, String>,
        /// Files by path; what is not here is missing.
        files: BTreeMap<String, StatedFile>,
    },
}

impl Surroundings {
    /// The value of a variable, if it is set.
    pub fn variable(&self, name: &str) -> Option<String> {
        match self {
            Self::Machine => std::env::var(name).ok(),
            Self::Stated { variables, .. } => variables.get(name).cloned(),
        }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// What the system says, or the scenario.
    pub fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.read_up_to(path, LARGEST)
    }

    /// The bytes of a file that may be larger than a credential's.
    ///
    /// # Errors
    /// What the system says, or the scenario; a file that is larger than `limit` bytes.
    pub fn read_up_to(&self, path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Machine => read_capped(path, limit),
            Self::Stated { files, .. } => match files.get(&path.display().to_string()) {
                Some(StatedFile::Text(text)) => Ok(text.clone().into_bytes()),
                Some(StatedFile::Denied) => Err(std::io::ErrorKind::PermissionDenied.into()),
                None => Err(std::io::ErrorKind::NotFound.into()),
            },
        }
    }

    /// The files of a folder, by name; empty where it is not there or may not be read.
    pub fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = match self {
            Self::Machine => std::fs::read_dir(folder)
                .into_iter()
                .flatten()
                .filter_map(|entry| entry.ok().map(|entry| entry.path()))
                .collect(),
            Self::Stated { files, .. } => {
                let paths = files.keys().map(PathBuf::from);
                paths.filter(|path| path.parent() == Some(folder)).collect()
            }
        };
        found.sort();
        found
    }

    /// Where a symbolic link of this machine leads; a scenario states none.
    pub fn link(&self, path: &Path) -> Option<PathBuf> {
        match self {
            Self::Machine => std::fs::read_link(path).ok(),
            Self::Stated { .. } => None,
        }
    }

    /// Who beside its owner may read a file of this machine; none where nobody may, and for a scenario's.
    pub fn other_readers(&self, path: &Path) -> Option<Readers> {
        use std::os::unix::fs::PermissionsExt;
        let Self::Machine = self else { return None };
        let found = std::fs::metadata(path).ok().filter(|one| one.is_file())?;
        let mode = found.permissions().mode() & 0o7777;
        (mode & 0o044 != 0).then_some(Readers {
            mode,
            everybody: mode & 0o004 != 0,
        })
    }

    /// True where a file or folder is there, readable or not.
    pub fn exists(&self, path: &Path) -> bool {
        match self {
            Self::Machine => path.symlink_metadata().is_ok(),
            Self::Stated { files, .. } => files.keys().any(|one| Path::new(one).starts_with(path)),
        }
    }
}

fn read_capped(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?
        .take(limit + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(std::io::Error::other(format!(
            "it is larger than {} MiB",
            limit / 1024 / 1024
        )));
    }
    Ok(bytes)
}
