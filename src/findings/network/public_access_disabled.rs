//! public-access-disabled

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// public-access-disabled
pub static RULE: Rule = Rule {
    name: "public-access-disabled",
    family: Family::Network,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("public_access_disabled.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
