//! Files and standard input, line by line, for [`Runs`].

use super::{Damage, Damaged, Ended, Runs};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Result, stdin};
use std::path::Path;

/// No line of ours is longer. The rest of a longer one is passed over.
const LONGEST: u64 = 16 * 1024 * 1024;

/// Reads a file (`-`: standard input) to its end and gives what it holds, run by run.
///
/// # Errors
/// What the system says.
pub fn read_runs(path: &Path, runs: &mut Runs, give: &mut dyn FnMut(Ended)) -> Result<()> {
    if path == Path::new("-") {
        read_lines(stdin().lock(), runs, give)
    } else {
        read_lines(
            BufReader::with_capacity(256 * 1024, File::open(path)?),
            runs,
            give,
        )
    }
}

fn read_lines(mut from: impl BufRead, runs: &mut Runs, give: &mut dyn FnMut(Ended)) -> Result<()> {
    let mut bytes = Vec::new();
    let mut number = 0;
    let read = loop {
        bytes.clear();
        match from.by_ref().take(LONGEST).read_until(b'\n', &mut bytes) {
            Ok(0) => break Ok(()),
            Ok(_) => {}
            Err(error) => break Err(error),
        }
        number += 1;
        if bytes.len() as u64 == LONGEST && !bytes.ends_with(b"\n") {
            from.skip_until(b'\n')?;
        }
        let line = String::from_utf8_lossy(&bytes);
        runs.take(number, &line).into_iter().for_each(&mut *give);
    };
    let (rest, seen) = runs.end();
    rest.into_iter().for_each(&mut *give);
    if read.is_ok() && !seen {
        give(Ended::Damaged(Damaged {
            run: None,
            node: None,
            why: Damage::NotOurs.to_string(),
        }));
    }
    read
}
