//! firewall-ip

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// firewall-ip
pub static RULE: Rule = Rule {
    name: "firewall-ip",
    family: Family::Network,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("firewall_ip.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
