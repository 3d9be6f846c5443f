//! registry-unreachable

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// registry-unreachable
pub static RULE: Rule = Rule {
    name: "registry-unreachable",
    family: Family::Network,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("registry_unreachable.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
