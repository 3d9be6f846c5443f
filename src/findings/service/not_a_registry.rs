//! not-a-registry

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// not-a-registry
pub static RULE: Rule = Rule {
    name: "not-a-registry",
    family: Family::Service,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("not_a_registry.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
