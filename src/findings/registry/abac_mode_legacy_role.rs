//! abac-mode-legacy-role

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// abac-mode-legacy-role
pub static RULE: Rule = Rule {
    name: "abac-mode-legacy-role",
    family: Family::Registry,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("abac_mode_legacy_role.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
