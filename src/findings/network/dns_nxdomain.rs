//! dns-nxdomain

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// dns-nxdomain
pub static RULE: Rule = Rule {
    name: "dns-nxdomain",
    family: Family::Network,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("dns_nxdomain.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
