//! clock-skew

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// clock-skew
pub static RULE: Rule = Rule {
    name: "clock-skew",
    family: Family::Network,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("clock_skew.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
