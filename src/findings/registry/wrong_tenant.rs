//! wrong-tenant

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// wrong-tenant
pub static RULE: Rule = Rule {
    name: "wrong-tenant",
    family: Family::Registry,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("wrong_tenant.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
