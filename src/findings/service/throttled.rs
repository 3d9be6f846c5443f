//! throttled

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// throttled
pub static RULE: Rule = Rule {
    name: "throttled",
    family: Family::Service,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("throttled.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
