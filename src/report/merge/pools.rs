//! Registry × node pool: how many nodes came to what.

use super::row::{Outcome, Row, rank};
use crate::evidence::Node;
use crate::findings::outcome::Verdict;
use crate::report::ReportVerdict;
use serde::Serialize;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;

/// The nodes of a pool that asked a registry.
#[derive(Debug, Clone, Serialize)]
pub struct Pool {
    /// The registry's host.
    pub registry: String,
    /// The cluster, where it is known.
    pub cluster: Option<String>,
    /// The region, where it is known.
    pub region: Option<String>,
    /// The pool's name, where it is known.
    pub pool: Option<String>,
    /// How many nodes.
    pub nodes: usize,
    /// How many of them are not like most of the fleet.
    pub outliers: usize,
    /// How many did not get what was required.
    pub stopped: usize,
    /// What they came to, the worst first.
    pub outcomes: Vec<Counted>,
}

/// How many nodes came to the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The principal's name.
    pub principal: String,
    /// True where the exit code speaks of it.
    pub required: bool,
    /// The verdict.
    pub verdict: Verdict,
    /// The cause.
    pub cause: Option<Cow<'static, str>>,
    /// How many.
    pub nodes: usize,
}

/// What a pool is known by: clusters name their pools alike.
pub(super) type Key<'r> = (Option<&'r str>, Option<&'r str>, Option<&'r str>);

pub(super) fn key(node: &Node) -> Key<'_> {
    (
        node.cluster.as_deref(),
        node.region.as_deref(),
        node.pool.as_deref(),
    )
}

/// The pools, those first of which the most is not as elsewhere.
pub(super) fn of(rows: &[Row]) -> Vec<Pool> {
    let mut at: HashMap<(&str, Key<'_>), usize> = HashMap::new();
    let mut pools: Vec<Pool> = Vec::new();
    for row in rows {
        let mut last = None;
        for outcome in &row.outcomes {
            let index = *at
                .entry((&outcome.registry, key(&row.node)))
                .or_insert_with(|| {
                    pools.push(empty(&outcome.registry, &row.node));
                    pools.len() - 1
                });
            let pool = &mut pools[index];
            if last != Some(index) {
                pool.nodes += 1;
                pool.outliers += usize::from(row.outlier);
                pool.stopped += usize::from(row.verdict != ReportVerdict::Granted);
            }
            last = Some(index);
            add(&mut pool.outcomes, outcome);
        }
    }
    for pool in &mut pools {
        let order = |one: &Counted| (!one.required, rank(one.verdict), Reverse(one.nodes));
        pool.outcomes.sort_by_key(order);
    }
    pools.sort_by(|a, b| order(a).cmp(&order(b)));
    pools
}

/// In thousandths, so that a pool that is off as a whole comes before one with an odd node.
fn order(pool: &Pool) -> impl Ord + '_ {
    let share = |count: usize| Reverse(count * 1000 / pool.nodes.max(1));
    (
        share(pool.outliers),
        share(pool.stopped),
        Reverse(pool.nodes),
        (&pool.cluster, &pool.region, &pool.pool, &pool.registry),
    )
}

fn empty(registry: &str, node: &Node) -> Pool {
    Pool {
        registry: registry.to_owned(),
        cluster: node.cluster.clone(),
        region: node.region.clone(),
        pool: node.pool.clone(),
        nodes: 0,
        outliers: 0,
        stopped: 0,
        outcomes: vec![],
    }
}

fn add(counts: &mut Vec<Counted>, outcome: &Outcome) {
    let known = counts.iter_mut().find(|one| {
        one.principal == outcome.principal
            && one.required == outcome.required
            && one.verdict == outcome.verdict
            && one.cause == outcome.cause
    });
    match known {
        Some(one) => one.nodes += 1,
        None => counts.push(Counted {
            principal: outcome.principal.clone(),
            required: outcome.required,
            verdict: outcome.verdict,
            cause: outcome.cause.clone(),
            nodes: 1,
        }),
    }
}
