//! tls-interception

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// tls-interception
pub static RULE: Rule = Rule {
    name: "tls-interception",
    family: Family::Network,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("tls_interception.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
