//! What goes to support: the reports, the recording, what was removed from it, what to search the
//! registry's own logs by, and the checksums. Pure: from a recording to files, always the same bytes for
//! the same evidence.

mod archive;
mod redactions;
mod support;
#[cfg(test)]
mod tests;

pub use archive::archive;

use crate::evidence::{Recording, to_lines};
use crate::report::{Format, Look, render};

/// The reports of a ticket.
const REPORTS: &[(&str, Format)] = &[
    ("report.html", Format::Html),
    ("report.md", Format::Markdown),
    ("report.json", Format::Json),
    ("report.txt", Format::Table),
];

/// How a ticket looks, whoever made it on whatever terminal.
const LOOK: Look = Look {
    width: 100,
    colour: false,
    ascii: false,
};

/// A file of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: &'static str,
    /// What is in it.
    pub content: String,
}

/// The files of a ticket, the checksums last.
pub fn files(recording: &Recording) -> Vec<File> {
    let mut files: Vec<File> = REPORTS
        .iter()
        .map(|(name, format)| File {
            name,
            content: render(recording, *format, &LOOK),
        })
        .collect();
    files.push(File {
        name: "recording.jsonl",
        content: to_lines(recording),
    });
    files.push(File {
        name: "redactions.md",
        content: redactions::page(recording),
    });
    files.push(File {
        name: "support.md",
        content: support::page(recording),
    });
    files.sort_by_key(|file| file.name);
    files.push(File {
        name: "SHA256SUMS",
        content: checksums(&files),
    });
    files
}

/// As `sha256sum` writes and checks them.
fn checksums(files: &[File]) -> String {
    let line = |file: &File| {
        let digest = ring::digest::digest(&ring::digest::SHA256, file.content.as_bytes());
        let hex: String = digest
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{hex}  {}\n", file.name)
    };
    files.iter().map(line).collect()
}
