//! multiple-identities

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// multiple-identities
pub static RULE: Rule = Rule {
    name: "multiple-identities",
    family: Family::Identity,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("multiple_identities.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
