//! admin-disabled

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// admin-disabled
pub static RULE: Rule = Rule {
    name: "admin-disabled",
    family: Family::Passwords,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("admin_disabled.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
