//! secret-expired

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// secret-expired
pub static RULE: Rule = Rule {
    name: "secret-expired",
    family: Family::Passwords,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("secret_expired.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
