//! service-error

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// service-error
pub static RULE: Rule = Rule {
    name: "service-error",
    family: Family::Service,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("service_error.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
