//! proxy-in-the-way

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// proxy-in-the-way
pub static RULE: Rule = Rule {
    name: "proxy-in-the-way",
    family: Family::Network,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("proxy_in_the_way.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
