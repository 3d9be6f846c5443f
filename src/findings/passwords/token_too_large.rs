//! token-too-large

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// token-too-large
pub static RULE: Rule = Rule {
    name: "token-too-large",
    family: Family::Passwords,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("token_too_large.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
