//! wrong-audience

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// wrong-audience
pub static RULE: Rule = Rule {
    name: "wrong-audience",
    family: Family::Registry,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("wrong_audience.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
