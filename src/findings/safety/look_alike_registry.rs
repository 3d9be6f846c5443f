//! look-alike-registry

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// look-alike-registry
pub static RULE: Rule = Rule {
    name: "look-alike-registry",
    family: Family::Safety,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("look_alike_registry.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
