//! Look-alikes: of every two causes that share a wire, the tool says both names (`testdata/pairs.toml`).

use crate::probe::repository;
use crate::{shown, told};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    set: Vec<Set>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    looks: String,
    members: BTreeSet<String>,
    shown: Vec<Way>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Way {
    Scenario(String),
    File(String),
}

impl Way {
    fn name(&self) -> &str {
        match self {
            Self::Scenario(name) | Self::File(name) => name,
        }
    }

    /// The members of the set that one finding says together; the largest such group.
    fn says(&self, members: &BTreeSet<String>) -> BTreeSet<String> {
        let report = match self {
            Self::Scenario(name) => shown::scenario(name).json(),
            Self::File(name) => told::explained(&told::event(name)).json(),
        };
        let of_the_set = |names: BTreeSet<&str>| -> BTreeSet<String> {
            let members = members.iter().filter(|one| names.contains(one.as_str()));
            members.cloned().collect()
        };
        let groups = told::said_together(&report).into_iter().map(of_the_set);
        groups.max_by_key(BTreeSet::len).unwrap_or_default()
    }
}

#[test]
fn of_every_two_look_alikes_both_are_said() {
    let text = std::fs::read_to_string(repository("testdata/pairs.toml")).expect("the sets");
    let table: Table = toml::from_str(&text).expect("it reads");
    let mut wrong = String::new();
    let mut pairs = 0;
    for set in &table.set {
        let said: Vec<_> = set.shown.iter().map(|way| way.says(&set.members)).collect();
        for (way, group) in set.shown.iter().zip(&said) {
            if group.len() < 2 {
                let _ = writeln!(wrong, "{}: {} says {group:?}", set.looks, way.name());
            }
        }
        for (one, other) in two_of(&set.members) {
            pairs += 1;
            let both = |group: &BTreeSet<String>| group.contains(one) && group.contains(other);
            if !said.iter().any(both) {
                let _ = writeln!(wrong, "{}: never {one} beside {other}", set.looks);
            }
        }
    }
    assert!(pairs > 40, "only {pairs} pairs");
    assert!(wrong.is_empty(), "{wrong}");
}

fn two_of(members: &BTreeSet<String>) -> impl Iterator<Item = (&String, &String)> {
    members.iter().enumerate().flat_map(|(at, one)| {
        let later = members.iter().skip(at + 1);
        later.map(move |other| (one, other))
    })
}
