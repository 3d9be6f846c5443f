//! insecure-realm

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// insecure-realm
pub static RULE: Rule = Rule {
    name: "insecure-realm",
    family: Family::Safety,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("insecure_realm.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
