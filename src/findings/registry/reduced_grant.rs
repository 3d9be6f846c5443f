//! reduced-grant

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// reduced-grant
pub static RULE: Rule = Rule {
    name: "reduced-grant",
    family: Family::Registry,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("reduced_grant.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
