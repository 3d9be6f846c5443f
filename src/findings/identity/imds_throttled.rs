//! imds-throttled

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// imds-throttled
pub static RULE: Rule = Rule {
    name: "imds-throttled",
    family: Family::Identity,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("imds_throttled.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
