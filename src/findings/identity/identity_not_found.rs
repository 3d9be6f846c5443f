//! identity-not-found

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// identity-not-found
pub static RULE: Rule = Rule {
    name: "identity-not-found",
    family: Family::Identity,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("identity_not_found.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
