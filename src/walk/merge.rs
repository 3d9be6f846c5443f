//! `merge`: many recordings, one at a time.

use super::give;
use crate::cli;
use crate::error::Error;
use crate::evidence::{Runs, read_runs};
use crate::files::Surroundings;
use crate::report;

/// Many recordings, one at a time: each leaves a row and is let go.
pub(super) fn merge(args: &cli::MergeArgs) -> Result<u8, Error> {
    let mut runs = Runs::default();
    let mut gathered = report::Gathered::default();
    for path in args.all_files()? {
        let file = path.display().to_string();
        let read = read_runs(&path, &mut runs, &mut |ended| gathered.take(&file, &ended));
        if let Err(error) = read {
            gathered.unreadable(&file, format!("cannot read it: {error}"));
        }
    }
    let merged = gathered
        .merged()
        .map_err(|damaged| nothing_usable(&damaged))?;
    let text = match args.format {
        cli::MergeFormat::Json => report::merged_json(&merged),
        cli::MergeFormat::Markdown => report::merged_markdown(&merged),
        cli::MergeFormat::Table => {
            let look = args
                .look
                .resolve(&Surroundings::Machine, args.output.is_none());
            report::merged_table(&merged, &look)
        }
    };
    give(&text, args.output.as_deref())?;
    Ok(merged.verdict.exit_code())
}

fn nothing_usable(damaged: &[report::Unusable]) -> Error {
    let first = damaged.first().map(|one| format!("; {one}"));
    Error::Usage(format!(
        "no recording is usable, {} damaged{}",
        damaged.len(),
        first.unwrap_or_default()
    ))
}
