//! wrong-identity-assigned

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// wrong-identity-assigned
pub static RULE: Rule = Rule {
    name: "wrong-identity-assigned",
    family: Family::Registry,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("wrong_identity_assigned.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
