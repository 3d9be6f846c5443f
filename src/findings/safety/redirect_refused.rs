//! redirect-refused

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// redirect-refused
pub static RULE: Rule = Rule {
    name: "redirect-refused",
    family: Family::Safety,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("redirect_refused.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
