//! What goes wrong with *us*: arguments, files, output. One sentence each, exit code 2.
//!
//! What goes wrong with the probed system is evidence, never an [`Error`].

use std::path::PathBuf;

/// A failure of the probe itself or of how it was called.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line asks for something that cannot be done. Says what to type instead.
    #[error("{0}")]
    Usage(String),
    /// A file named on the command line cannot be used.
    #[error("{path}: {why}", path = .path.display())]
    File {
        /// The file as it was named.
        path: PathBuf,
        /// What is wrong with it and what to do.
        why: String,
    },
    /// The result could not be written.
    #[error("cannot write {place}: {source}")]
    Output {
        /// Where it should have gone.
        place: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The search that every file passes found something: nothing was written.
    #[error("{place} was not written: something in it looks like a live secret ({what})")]
    Withheld {
        /// The file that would have been written.
        place: String,
        /// What was found and where, never the secret.
        what: String,
    },
    /// The probe could not set itself up (sockets, trust store, simulator).
    #[error("the probe could not start: {0}")]
    Setup(String),
}

impl Error {
    /// A file that cannot be used, with the reason.
    pub fn file(path: impl Into<PathBuf>, why: impl std::fmt::Display) -> Self {
        Self::File {
            path: path.into(),
            why: why.to_string(),
        }
    }

    /// True where the reader of our output went away (`| head`): not a failure.
    pub fn is_reader_gone(&self) -> bool {
        matches!(self, Self::Output { source, .. } if source.kind() == std::io::ErrorKind::BrokenPipe)
    }
}
