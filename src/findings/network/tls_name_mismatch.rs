//! tls-name-mismatch

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// tls-name-mismatch
pub static RULE: Rule = Rule {
    name: "tls-name-mismatch",
    family: Family::Network,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("tls_name_mismatch.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
