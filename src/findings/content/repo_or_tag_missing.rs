//! repo-or-tag-missing

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// repo-or-tag-missing
pub static RULE: Rule = Rule {
    name: "repo-or-tag-missing",
    family: Family::Content,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("repo_or_tag_missing.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
