//! registry-timeout

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// registry-timeout
pub static RULE: Rule = Rule {
    name: "registry-timeout",
    family: Family::Network,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("registry_timeout.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
