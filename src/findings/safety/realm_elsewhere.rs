//! realm-elsewhere

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// realm-elsewhere
pub static RULE: Rule = Rule {
    name: "realm-elsewhere",
    family: Family::Safety,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("realm_elsewhere.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
