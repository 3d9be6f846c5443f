//! The merge's shape, schema `acr-probe.merge/1`, and how it is gathered.

use super::answer::answer;
use super::norm;
use super::pools::{self, Pool, key};
use super::row::Row;
use crate::evidence::{self, Ended};
use crate::report::ReportVerdict;
use serde::Serialize;
use std::collections::HashMap;

/// Schema name and version of a merge.
pub const SCHEMA: &str = "acr-probe.merge/1";

/// The whole merge.
#[derive(Debug, Serialize)]
pub struct Merged {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The worst of the runs.
    pub verdict: ReportVerdict,
    /// The first line: the answer, alone.
    pub answer: String,
    /// How many, and how they ended.
    pub runs: Counts,
    /// Who asked, in the order in which they were met.
    pub principals: Vec<String>,
    /// Registry × node pool, outliers first.
    pub pools: Vec<Pool>,
    /// Node × principal, outliers first.
    pub nodes: Vec<Row>,
    /// The runs that were cut off, by name.
    pub cut_off: Vec<String>,
    /// What could not be used.
    pub damaged: Vec<Damaged>,
}

/// How many runs, and how they ended.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Runs that could be used.
    pub read: usize,
    /// Everything required was granted.
    pub granted: usize,
    /// Something required was refused, or is missing.
    pub denied: usize,
    /// Something required got no answer.
    pub inconclusive: usize,
    /// Without a footer; counted above too.
    pub cut_off: usize,
    /// Not usable; counted nowhere above.
    pub damaged: usize,
    /// The same run again; counted once.
    pub repeated: usize,
    /// Answered by a simulator.
    pub simulated: usize,
}

/// What could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Damaged {
    /// The file.
    pub file: String,
    /// The run, where its id is known.
    pub run: Option<String>,
    /// The node, where its name is known.
    pub node: Option<String>,
    /// What is wrong.
    pub why: String,
}

impl std::fmt::Display for Damaged {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{}", self.file)?;
        match (&self.node, &self.run) {
            (Some(node), _) => write!(to, ", node {node}")?,
            (None, Some(run)) => write!(to, ", run {run}")?,
            (None, None) => {}
        }
        write!(to, ": {}", self.why)
    }
}

/// Rows so far.
#[derive(Debug, Default)]
pub struct Gathered {
    rows: Vec<Row>,
    damaged: Vec<Damaged>,
    repeated: usize,
}

impl Gathered {
    /// Takes what a file gave.
    pub fn take(&mut self, file: &str, ended: &Ended) {
        match ended {
            Ended::Run(recording) => self.rows.push(Row::of(recording, file)),
            Ended::Damaged(damaged) => self.damage(file, damaged),
            Ended::Repeated => self.repeated += 1,
        }
    }

    /// A file that cannot be read at all.
    pub fn unreadable(&mut self, file: &str, why: String) {
        let damaged = evidence::Damaged {
            run: None,
            node: None,
            why,
        };
        self.damage(file, &damaged);
    }

    fn damage(&mut self, file: &str, damaged: &evidence::Damaged) {
        self.damaged.push(Damaged {
            file: file.to_owned(),
            run: damaged.run.clone(),
            node: damaged.node.clone(),
            why: damaged.why.clone(),
        });
    }

    /// The merge.
    ///
    /// # Errors
    /// What was wrong with each, where nothing could be used.
    pub fn merged(self) -> Result<Merged, Vec<Damaged>> {
        let Self {
            mut rows,
            damaged,
            repeated,
        } = self;
        if rows.is_empty() {
            return Err(damaged);
        }
        name(&mut rows);
        norm::mark(&mut rows);
        let pools = pools::of(&rows);
        sort(&mut rows, &pools);
        let runs = counts(&rows, damaged.len(), repeated);
        let cut_off = rows.iter().filter(|row| !row.complete);
        Ok(Merged {
            schema: SCHEMA,
            verdict: verdict(&runs),
            answer: answer(&rows, &pools),
            principals: principals(&rows),
            cut_off: cut_off.map(|row| row.name.clone()).collect(),
            runs,
            pools,
            nodes: rows,
            damaged,
        })
    }
}

/// Denied wins over inconclusive (contract, "Exit codes").
fn verdict(runs: &Counts) -> ReportVerdict {
    match runs {
        Counts { denied: 1.., .. } => ReportVerdict::Denied,
        Counts {
            inconclusive: 1.., ..
        } => ReportVerdict::Inconclusive,
        _ => ReportVerdict::Granted,
    }
}

/// A node's name where it is alone, else with what tells it apart.
fn name(rows: &mut [Row]) {
    let mut of_node: HashMap<String, usize> = HashMap::new();
    let mut of_file: HashMap<String, usize> = HashMap::new();
    for row in rows.iter() {
        *of_file.entry(row.file.clone()).or_default() += 1;
        if let Some(name) = &row.node.name {
            *of_node.entry(name.clone()).or_default() += 1;
        }
    }
    for row in rows {
        row.name = match &row.node.name {
            Some(name) if of_node[name] == 1 => name.clone(),
            Some(name) => format!("{name} ({})", row.observed_at),
            None if of_file[&row.file] == 1 && row.file != "-" => row.file.clone(),
            None => format!("run {}", row.run),
        };
    }
}

/// Outliers first, those of the pools that are furthest off before others; within a pool by name.
fn sort(rows: &mut [Row], pools: &[Pool]) {
    let place: HashMap<_, usize> = pools
        .iter()
        .enumerate()
        .rev()
        .map(|(at, one)| {
            let key = (&one.cluster, &one.region, &one.pool);
            ((key.0.as_deref(), key.1.as_deref(), key.2.as_deref()), at)
        })
        .collect();
    rows.sort_by_cached_key(|row| {
        let place = place.get(&key(&row.node)).copied();
        let is_granted = row.verdict == ReportVerdict::Granted;
        (!row.outlier, place, is_granted, row.name.clone())
    });
}

fn counts(rows: &[Row], damaged: usize, repeated: usize) -> Counts {
    let count = |such: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| such(row)).count();
    let ended = |verdict| count(&|row: &Row| row.verdict == verdict);
    Counts {
        read: rows.len(),
        granted: ended(ReportVerdict::Granted),
        denied: ended(ReportVerdict::Denied),
        inconclusive: ended(ReportVerdict::Inconclusive),
        cut_off: count(&|row| !row.complete),
        damaged,
        repeated,
        simulated: count(&|row| row.simulated),
    }
}

/// Required ones first.
fn principals(rows: &[Row]) -> Vec<String> {
    let mut names: Vec<(bool, String)> = Vec::new();
    for outcome in rows.iter().flat_map(|row| &row.outcomes) {
        match names
            .iter_mut()
            .find(|(_, name)| *name == outcome.principal)
        {
            Some((optional, _)) => *optional &= !outcome.required,
            None => names.push((!outcome.required, outcome.principal.clone())),
        }
    }
    names.sort_by_key(|(optional, _)| *optional);
    names.into_iter().map(|(_, name)| name).collect()
}
