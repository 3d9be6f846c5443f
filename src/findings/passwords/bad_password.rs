//! bad-password

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// bad-password
pub static RULE: Rule = Rule {
    name: "bad-password",
    family: Family::Passwords,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("bad_password.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
