//! bad-username

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// bad-username
pub static RULE: Rule = Rule {
    name: "bad-username",
    family: Family::Passwords,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("bad_username.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
