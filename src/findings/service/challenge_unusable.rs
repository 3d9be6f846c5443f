//! challenge-unusable

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// challenge-unusable
pub static RULE: Rule = Rule {
    name: "challenge-unusable",
    family: Family::Service,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("challenge_unusable.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
