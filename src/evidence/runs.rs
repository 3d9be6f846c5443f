//! Runs out of a stream: lines of many recordings, mixed with each other and with lines that are not ours
//! (`kubectl logs` of many pods). A run is given as soon as its footer is there, so that ten thousand of
//! them never lie in memory together.

use super::lines::{Line, OPENING, damaged, headless};
use super::{Damage, Recording};
use std::collections::{HashMap, HashSet};

/// How many bytes of lines are held for runs that have not ended. One takes some tens of thousands, and
/// those of a log that is read pod by pod end one after the other.
const HELD: usize = 128 * 1024 * 1024;

/// What a stream gave.
#[derive(Debug)]
pub enum Ended {
    /// A run; it is not `complete` where the stream ended before its footer.
    Run(Box<Recording>),
    /// A run that cannot be used.
    Damaged(Damaged),
    /// A run that was there before: the same recording twice.
    Repeated,
}

/// A run that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// Its id, where it is known.
    pub run: Option<String>,
    /// Its node, where the header could be read.
    pub node: Option<String>,
    /// What is wrong, in one sentence.
    pub why: String,
}

/// Runs that have begun and not ended, and the ids of those that have.
#[derive(Debug, Default)]
pub struct Runs {
    open: HashMap<String, Open>,
    done: HashSet<String>,
    /// Bytes of the lines of open runs.
    held: usize,
    /// Counts lines, to know which run was not heard of for longest.
    clock: u64,
    /// True where a line of ours was seen since [`Runs::end`].
    seen: bool,
}

#[derive(Debug)]
struct Open {
    recording: Recording,
    bytes: usize,
    began: u64,
    heard: u64,
}

impl Runs {
    /// Takes one line, counted from 1 in its file, and gives what ended with it.
    pub fn take(&mut self, number: usize, raw: &str) -> Vec<Ended> {
        let mut ended = Vec::new();
        // A pod that was killed leaves half a line, and the next one's begins behind it.
        for (start, _) in raw.match_indices(OPENING) {
            self.seen = true;
            self.clock += 1;
            match Line::read(&raw[start..]) {
                Ok(line) => {
                    self.line(&line, number, raw.len() - start, &mut ended);
                    break;
                }
                Err(error) => self.unreadable(&raw[start..], number, &error, &mut ended),
            }
        }
        if self.held > HELD {
            ended.extend(self.let_go());
        }
        ended
    }

    /// The end of a file: what is still open was cut off. False where nothing in it was ours.
    pub fn end(&mut self) -> (Vec<Ended>, bool) {
        let mut open: Vec<Open> = self.open.drain().map(|(_, open)| open).collect();
        open.sort_by_key(|one| one.began);
        self.held = 0;
        let runs = open.into_iter().map(|one| one.recording);
        let ended = runs.map(|recording| {
            self.done.insert(recording.header.run.clone());
            Ended::Run(Box::new(recording))
        });
        let ended = ended.collect();
        (ended, std::mem::take(&mut self.seen))
    }

    fn line(&mut self, line: &Line<'_>, number: usize, bytes: usize, ended: &mut Vec<Ended>) {
        if line.kind == "header" {
            self.begin(line, number, bytes, ended);
            return;
        }
        let Some(open) = self.open.get_mut(&*line.run) else {
            if self.done.insert(line.run.clone().into_owned()) {
                ended.push(damage(&line.run, None, &headless(&line.run, number)));
            }
            return;
        };
        open.bytes += bytes;
        open.heard = self.clock;
        self.held += bytes;
        match line.add_to(&mut open.recording, number) {
            Err(error) => ended.extend(self.spoil(&line.run, &error)),
            Ok(()) if open.recording.complete => {
                let recording = self.close(&line.run);
                ended.extend(recording.map(|one| Ended::Run(Box::new(one))));
            }
            Ok(()) => {}
        }
    }

    fn begin(&mut self, line: &Line<'_>, number: usize, bytes: usize, ended: &mut Vec<Ended>) {
        if self.done.contains(&*line.run) {
            ended.push(Ended::Repeated);
            return;
        }
        let run = line.run.clone().into_owned();
        let recording = match line.begin(number) {
            Ok(recording) => recording,
            Err(error) => {
                ended.push(damage(&run, None, &error));
                self.done.insert(run);
                return;
            }
        };
        // A header again before a footer: the same log, cut off, twice.
        if let Some(before) = self.open.remove(&run) {
            self.held -= before.bytes;
            ended.push(Ended::Repeated);
        }
        self.held += bytes;
        let clock = self.clock;
        let open = Open {
            recording,
            bytes,
            began: clock,
            heard: clock,
        };
        self.open.insert(run, open);
    }

    /// A line that is no JSON. One that only ends too early is left to the footer, which counts: where
    /// that is missing too, the run was cut off here.
    fn unreadable(
        &mut self,
        text: &str,
        number: usize,
        error: &serde_json::Error,
        ended: &mut Vec<Ended>,
    ) {
        let run = run_of(text).unwrap_or_default().to_owned();
        let is_half = error.is_eof() || text[OPENING.len()..].contains(OPENING);
        if (is_half && self.open.contains_key(&run)) || self.done.contains(&run) {
            return;
        }
        let why = damaged(number, error);
        match self.spoil(&run, &why) {
            Some(one) => ended.push(one),
            None => {
                ended.push(damage(&run, None, &why));
                self.done.insert(run);
            }
        }
    }

    /// An open run that cannot be used any more.
    fn spoil(&mut self, run: &str, why: &Damage) -> Option<Ended> {
        let recording = self.close(run)?;
        Some(damage(run, recording.header.node.name, why))
    }

    fn close(&mut self, run: &str) -> Option<Recording> {
        let open = self.open.remove(run)?;
        self.held -= open.bytes;
        self.done.insert(run.to_owned());
        Some(open.recording)
    }

    /// Gives up the run that was not heard of for longest.
    fn let_go(&mut self) -> Option<Ended> {
        let oldest = self.open.iter().min_by_key(|(_, open)| open.heard);
        let run = oldest.map(|(run, _)| run.clone())?;
        let recording = self.close(&run)?;
        Some(Ended::Damaged(Damaged {
            run: Some(run),
            node: recording.header.node.name,
            why: format!(
                "its footer did not come before {} MiB of other unfinished runs",
                HELD / 1024 / 1024
            ),
        }))
    }
}

fn damage(run: &str, node: Option<String>, why: &Damage) -> Ended {
    Ended::Damaged(Damaged {
        run: (!run.is_empty()).then(|| run.to_owned()),
        node,
        why: why.to_string(),
    })
}

/// The run's id in a line that does not read: it stands near the beginning.
fn run_of(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("\"run\":\"")?;
    Some(after.split_once('"')?.0)
}

#[cfg(test)]
mod tests;
