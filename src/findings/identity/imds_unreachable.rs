//! imds-unreachable

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// imds-unreachable
pub static RULE: Rule = Rule {
    name: "imds-unreachable",
    family: Family::Identity,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("imds_unreachable.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
