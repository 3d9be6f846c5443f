//! arm-audience-disabled

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// arm-audience-disabled
pub static RULE: Rule = Rule {
    name: "arm-audience-disabled",
    family: Family::Registry,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("arm_audience_disabled.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
