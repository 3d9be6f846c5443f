//! `merge`: recordings of many nodes or clusters.

use super::output::LookArgs;
use crate::error::Error;
use std::path::{Path, PathBuf};

/// `merge FILE…`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kubectl logs -n acr-probe -l app=acr-probe --tail=-1 --prefix | acr-probe merge -
      every node's recording out of the pods' logs
  acr-probe merge recordings/
      every file of a folder
  acr-probe merge east.ndjson west.ndjson --format markdown
      two clusters, for a ticket

Lines of others, --prefix and --timestamps of kubectl logs, and runs that are mixed line by line are read.
The exit code is that of the worst run: 1 denied, 3 inconclusive, 0 granted; damaged recordings are counted
and named, 2 where none is usable.")]
pub struct MergeArgs {
    /// Recordings, logs that hold some, or folders of them; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// How to write the merge
    #[arg(long, value_enum, default_value_t = MergeFormat::Table, help_heading = "Output")]
    pub format: MergeFormat,
    /// Write it here instead of to standard output, whole or not at all
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Width, colour and signs.
    #[command(flatten)]
    pub look: LookArgs,
}

/// The formats of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum MergeFormat {
    /// For a person at a terminal.
    Table,
    /// For programs.
    Json,
    /// For a ticket or a pipeline's summary.
    Markdown,
}

impl MergeArgs {
    /// The files, with those of each folder in its place, by name.
    ///
    /// # Errors
    /// Standard input named twice.
    pub fn all_files(&self) -> Result<Vec<PathBuf>, Error> {
        let stdin = self.files.iter().filter(|file| *file == Path::new("-"));
        if stdin.count() > 1 {
            return Err(Error::Usage(
                "merge - -: standard input can be read once".to_owned(),
            ));
        }
        let mut all = Vec::new();
        for file in &self.files {
            match of_folder(file) {
                Some(files) => all.extend(files),
                None => all.push(file.clone()),
            }
        }
        Ok(all)
    }
}

/// The files right below a folder, hidden ones left out. None where it is no folder, or one that cannot
/// be read: whoever opens it says why.
fn of_folder(path: &Path) -> Option<Vec<PathBuf>> {
    let entries = std::fs::read_dir(path).ok()?;
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let is_wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.is_file() && !name.starts_with('.')
    };
    let mut files: Vec<PathBuf> = paths.filter(is_wanted).collect();
    files.sort();
    Some(files)
}
