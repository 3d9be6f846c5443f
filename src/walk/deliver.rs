//! From evidence to files and standard output. Every file is searched for live secrets before any is
//! written, so that either all of them are clean or none appears.

use super::{print, say};
use crate::cli::OutputArgs;
use crate::error::Error;
use crate::evidence::{Recording, to_lines, write_folder, write_whole};
use crate::files::Surroundings;
use crate::report;
use crate::{pseudonym, scan, ticket};
use std::path::{Path, PathBuf};

/// Keeps the evidence, writes the report and the ticket, and says what the exit code is.
pub(super) fn deliver(recording: &Recording, output: &OutputArgs) -> Result<u8, Error> {
    let mut outbox = Outbox::default();
    let renamed;
    let recording = match output.pseudonyms()? {
        Some(path) => {
            let (shown, names) = pseudonym::apply(recording);
            outbox.file(&path, names.table(&recording.header.run).into_bytes())?;
            renamed = shown;
            &renamed
        }
        None => recording,
    };
    let look = output.look(&Surroundings::Machine);
    let text = report::render(recording, output.format, &look);
    if let Some(path) = &output.record {
        outbox.file(path, to_lines(recording).into_bytes())?;
    }
    if let Some(path) = &output.output {
        outbox.file(path, text.clone().into_bytes())?;
    }
    if let Some(path) = &output.ticket {
        outbox.ticket(path, ticket::files(recording))?;
    }
    outbox.write()?;
    if output.output.is_none() {
        print(&text)?;
    }
    Ok(report::exit_code(recording))
}

/// To a file, whole or not at all, or to standard output.
pub(super) fn give(text: &str, to: Option<&Path>) -> Result<(), Error> {
    let Some(path) = to else {
        return print(text);
    };
    let mut outbox = Outbox::default();
    outbox.file(path, text.as_bytes().to_vec())?;
    outbox.write()
}

/// What is about to be written.
#[derive(Default)]
struct Outbox(Vec<(PathBuf, Parcel)>);

enum Parcel {
    File(Vec<u8>),
    Folder(Vec<ticket::File>),
}

impl Outbox {
    /// Takes a file that was searched and is clean.
    fn file(&mut self, path: &Path, bytes: Vec<u8>) -> Result<(), Error> {
        refuse_secrets(path, &bytes)?;
        self.0.push((path.to_owned(), Parcel::File(bytes)));
        Ok(())
    }

    /// Takes a ticket whose files were searched and are clean, as an archive or as a folder.
    fn ticket(&mut self, path: &Path, files: Vec<ticket::File>) -> Result<(), Error> {
        for file in &files {
            refuse_secrets(&path.join(file.name), file.content.as_bytes())?;
        }
        let parcel = if is_folder(path) {
            Parcel::Folder(files)
        } else {
            Parcel::File(ticket::archive(&files).map_err(|error| failed(path, error))?)
        };
        self.0.push((path.to_owned(), parcel));
        Ok(())
    }

    fn write(self) -> Result<(), Error> {
        for (path, parcel) in self.0 {
            let written = match &parcel {
                Parcel::File(bytes) => write_whole(&path, bytes),
                Parcel::Folder(files) => {
                    let files: Vec<_> = files
                        .iter()
                        .map(|file| (file.name, file.content.as_bytes()))
                        .collect();
                    write_folder(&path, &files)
                }
            };
            written.map_err(|error| failed(&path, error))?;
        }
        Ok(())
    }
}

/// A folder is named by the slash at its end, or is there.
fn is_folder(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b"/") || path.is_dir()
}

fn failed(path: &Path, source: std::io::Error) -> Error {
    Error::Output {
        place: path.display().to_string(),
        source,
    }
}

/// The search that every file passes.
fn refuse_secrets(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let outcome = scan::search_bytes(&path.display().to_string(), bytes);
    let (line, what) = match (outcome.hits.first(), outcome.unread.first()) {
        (Some(hit), _) => (hit.line, hit.kind.name().to_owned()),
        (None, Some(unread)) => (0, unread.why.clone()),
        (None, None) => return Ok(()),
    };
    let at = if line > 0 {
        format!(" in its line {line}")
    } else {
        String::new()
    };
    Err(Error::Withheld {
        place: path.display().to_string(),
        what: format!("{what}{at}"),
    })
}

/// `scan FILE`: where something was found, what could not be looked into, and what that comes to.
pub(super) fn search(path: &Path) -> Result<u8, Error> {
    let outcome = scan::search(path).map_err(|error| Error::file(path, error))?;
    let mut text = String::new();
    for hit in &outcome.hits {
        text.push_str(&format!(
            "{}: line {}: {}\n",
            hit.place,
            hit.line,
            hit.kind.name()
        ));
    }
    for unread in &outcome.unread {
        text.push_str(&format!(
            "{}: not looked into: {}\n",
            unread.place, unread.why
        ));
    }
    print(&text)?;
    say(&summary(&outcome));
    Ok(outcome.exit_code())
}

fn summary(outcome: &scan::Outcome) -> String {
    let files = match outcome.searched {
        1 => "1 file".to_owned(),
        many => format!("{many} files"),
    };
    match (outcome.hits.len(), outcome.unread.len()) {
        (0, 0) => format!("clean: {files} searched, nothing looks like a live secret\n"),
        (0, unread) => format!("not clean: {unread} not looked into; nothing found in {files}\n"),
        (1, _) => "not clean: 1 place looks like a live secret\n".to_owned(),
        (hits, _) => format!("not clean: {hits} places look like a live secret\n"),
    }
}
