//! Which of two rules wins where both would account for a stop: `testdata/precedence.toml`, held against the
//! catalogue's order.

use crate::probe::repository;
use crate::told;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    order: Vec<Order>,
    free: BTreeMap<String, String>,
}

/// One rule before others, and why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    first: String,
    before: Vec<String>,
    because: String,
}

#[test]
fn every_rule_stands_where_it_must() {
    let text = std::fs::read_to_string(repository("testdata/precedence.toml")).expect("the order");
    let table: Table = toml::from_str(&text).expect("it reads");
    let rules = told::rules();
    let place = |name: &str| {
        let place = rules.iter().position(|rule| rule == name);
        place.unwrap_or_else(|| panic!("there is no rule {name}"))
    };
    let mut wrong = String::new();
    let mut held = BTreeSet::new();
    for order in &table.order {
        assert!(!order.because.is_empty() && !order.before.is_empty());
        for later in &order.before {
            if place(&order.first) >= place(later) {
                let (first, because) = (&order.first, &order.because);
                let _ = writeln!(wrong, "{first} must stand before {later}: {because}");
            }
            held.extend([order.first.as_str(), later]);
        }
    }
    for rule in &rules {
        let is_free = table.free.contains_key(rule);
        if held.contains(rule.as_str()) == is_free {
            let _ = writeln!(wrong, "{rule} is in a pair, or free with the reason");
        }
    }
    assert!(table.free.keys().all(|name| rules.contains(name)));
    assert!(wrong.is_empty(), "{wrong}");
}
