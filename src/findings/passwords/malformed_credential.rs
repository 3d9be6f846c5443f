//! malformed-credential

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// malformed-credential
pub static RULE: Rule = Rule {
    name: "malformed-credential",
    family: Family::Passwords,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("malformed_credential.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
