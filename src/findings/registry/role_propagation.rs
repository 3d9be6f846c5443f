//! role-propagation

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// role-propagation
pub static RULE: Rule = Rule {
    name: "role-propagation",
    family: Family::Registry,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("role_propagation.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
