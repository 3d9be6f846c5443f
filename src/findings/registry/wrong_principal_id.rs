//! wrong-principal-id

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// wrong-principal-id
pub static RULE: Rule = Rule {
    name: "wrong-principal-id",
    family: Family::Registry,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("wrong_principal_id.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
