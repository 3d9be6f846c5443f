//! The two tables before they are set: titles, and rows of cells with lines of text. Outliers have rows
//! of their own; what is like most is told in one.

use super::answer::noun;
use super::cells::{Detail, Text, of_node, of_pool};
use super::count::counted;
use super::model::Merged;
use super::pools::{Counted, Key, Pool, key};
use super::row::Row;

/// More outliers than these are counted; the JSON has all.
const SHOWN: usize = 24;
/// As many that are like most have rows of their own; more are told in one.
const FEW: usize = 2;

/// A table before it is set.
#[derive(Default)]
pub(super) struct Sheet {
    pub header: Vec<String>,
    pub rows: Vec<Line>,
    /// What was left out.
    pub more: Option<String>,
}

/// Cells, each of some lines.
type Line = Vec<Vec<Text>>;

/// Both tables of a merge.
pub(super) struct Sheets<'m> {
    merged: &'m Merged,
    detail: Detail,
    /// True for what must be named because not all have the same.
    registries: bool,
    clusters: bool,
    regions: bool,
    pools: bool,
}

impl<'m> Sheets<'m> {
    pub fn of(merged: &'m Merged, detail: Detail) -> Self {
        let all = &merged.pools;
        let differ =
            |of: fn(&Pool) -> Option<&String>| all.iter().any(|one| of(one) != of(&all[0]));
        Self {
            merged,
            detail,
            registries: differ(|one| Some(&one.registry)),
            clusters: differ(|one| one.cluster.as_ref()),
            regions: differ(|one| one.region.as_ref()),
            pools: all.iter().any(|one| one.pool.is_some()),
        }
    }

    /// Registry × node pool.
    pub fn pools(&self) -> Sheet {
        let (odd, rest): (Vec<&Pool>, Vec<&Pool>) =
            self.merged.pools.iter().partition(|one| one.outliers > 0);
        let shown = odd.iter().take(SHOWN);
        let mut rows: Vec<Line> = shown.map(|pool| self.pool_row(pool, None)).collect();
        if rest.len() <= FEW {
            rows.extend(rest.iter().map(|pool| self.pool_row(pool, None)));
        } else {
            let name = match odd.is_empty() {
                true => format!("all {}", rest.len()),
                false => format!("{} others", rest.len()),
            };
            rows.push(self.pool_row(&together(&rest), Some(&name)));
        }
        let noun = noun(&self.merged.nodes);
        let titles = match (self.pools, self.registries) {
            (true, true) => vec!["registry", "pool"],
            (true, false) => vec!["pool"],
            (false, _) => vec!["registry"],
        };
        let mut header: Vec<String> = titles.into_iter().map(str::to_owned).collect();
        header.push(format!("{noun}s"));
        header.extend(self.merged.principals.iter().cloned());
        Sheet {
            header,
            rows,
            more: left_out(odd.len(), "pool"),
        }
    }

    /// `name` stands for several.
    fn pool_row(&self, pool: &Pool, name: Option<&str>) -> Line {
        let own = self.pool_name((
            pool.cluster.as_deref(),
            pool.region.as_deref(),
            pool.pool.as_deref(),
        ));
        let mut row = Vec::new();
        if self.registries || !self.pools {
            let registry = name.filter(|_| !self.pools).unwrap_or(&pool.registry);
            row.push(vec![Text::plain(registry)]);
        }
        if self.pools {
            row.push(vec![Text::plain(name.unwrap_or(&own))]);
        }
        row.push(vec![Text::plain(pool.nodes.to_string())]);
        let cell = |one: &Counted| of_pool(one, pool.nodes, self.detail);
        row.extend(self.merged.principals.iter().map(|principal| {
            let all = pool.outcomes.iter();
            all.filter(|one| one.principal == *principal)
                .map(cell)
                .collect()
        }));
        row
    }

    /// Node × principal: nodes of one pool that show the same are one row.
    pub fn nodes(&self) -> Sheet {
        let (odd, rest): (Vec<&Row>, Vec<&Row>) =
            self.merged.nodes.iter().partition(|row| row.outlier);
        let groups = groups(&odd);
        let mut rows = Vec::new();
        for group in groups.iter().take(SHOWN) {
            self.node_rows(group, &mut rows);
        }
        if rest.len() <= FEW {
            rest.iter()
                .for_each(|row| self.node_rows(&[row], &mut rows));
        } else {
            rows.push(self.rest_row(&rest));
        }
        let registry = self.registries.then_some("registry");
        let pool = self.pools.then_some("pool");
        let titles = registry
            .into_iter()
            .chain([noun(&self.merged.nodes)])
            .chain(pool);
        let titles = titles.map(str::to_owned);
        Sheet {
            header: titles
                .chain(self.merged.principals.iter().cloned())
                .collect(),
            rows,
            more: left_out(groups.len(), "group"),
        }
    }

    /// One row for each registry.
    fn node_rows(&self, group: &[&Row], rows: &mut Vec<Line>) {
        let first = group[0];
        let mut names = vec![Text::plain(first.name.clone())];
        if group.len() > 1 {
            names.push(Text::plain(format!("and {} more like it", group.len() - 1)));
        }
        let all = first.outcomes.iter();
        let mut registries: Vec<&str> = all.map(|one| one.registry.as_str()).collect();
        registries.dedup();
        for registry in registries {
            let mut row = Vec::new();
            if self.registries {
                row.push(vec![Text::plain(registry)]);
            }
            row.push(names.clone());
            if self.pools {
                row.push(vec![Text::plain(self.pool_name(key(&first.node)))]);
            }
            row.extend(self.node_cells(first, Some(registry)));
            rows.push(row);
        }
    }

    /// All that are like most.
    fn rest_row(&self, rest: &[&Row]) -> Line {
        let mut row = Vec::new();
        if self.registries {
            row.push(vec![]);
        }
        let count = match rest.len() == self.merged.nodes.len() {
            true => format!("all {}", counted(rest.len(), noun(&self.merged.nodes))),
            false => format!("{} others", rest.len()),
        };
        row.push(vec![Text::plain(count)]);
        if self.pools {
            row.push(vec![]);
        }
        row.extend(self.node_cells(rest[0], None));
        row
    }

    fn node_cells(&self, row: &Row, registry: Option<&str>) -> Line {
        let cells = self.merged.principals.iter().map(|principal| {
            let own = row.outcomes.iter().find(|one| {
                one.principal == *principal && registry.is_none_or(|host| one.registry == host)
            });
            own.map(|one| of_node(one, row.complete, self.detail))
                .unwrap_or_default()
        });
        cells.collect()
    }

    /// `aks-prod/gpu, japaneast`, as far as it must be said.
    fn pool_name(&self, (cluster, region, pool): Key<'_>) -> String {
        let mut text = String::new();
        if self.clusters {
            text += &format!("{}/", cluster.unwrap_or("unknown"));
        }
        text += pool.unwrap_or("unknown");
        if self.regions {
            text += &format!(", {}", region.unwrap_or("unknown region"));
        }
        text
    }
}

/// Pools that are like most, as one.
fn together(pools: &[&Pool]) -> Pool {
    let mut all = pools[0].clone();
    for pool in &pools[1..] {
        all.nodes += pool.nodes;
        if all.registry != pool.registry {
            all.registry = String::new();
        }
        for counted in &pool.outcomes {
            let known = all.outcomes.iter_mut().find(|one| {
                (&one.principal, one.verdict, &one.cause)
                    == (&counted.principal, counted.verdict, &counted.cause)
            });
            match known {
                Some(one) => one.nodes += counted.nodes,
                None => all.outcomes.push(counted.clone()),
            }
        }
    }
    all
}

/// Of one pool, those that show the same.
fn groups<'r>(rows: &[&'r Row]) -> Vec<Vec<&'r Row>> {
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    for row in rows {
        // The rows are sorted by pool, so that a group is among the last few.
        let mut last = groups.iter_mut().rev().take(16);
        match last.find(|group| are_alike(group[0], row)) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

fn are_alike(one: &Row, other: &Row) -> bool {
    key(&one.node) == key(&other.node)
        && one.complete == other.complete
        && one.outcomes == other.outcomes
}

fn left_out(count: usize, noun: &str) -> Option<String> {
    let more = count.saturating_sub(SHOWN);
    let more = (more > 0).then(|| counted(more, noun));
    more.map(|more| format!("{more} more that are not like most: --format json has all"))
}
