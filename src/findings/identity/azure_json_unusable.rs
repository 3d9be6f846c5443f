//! azure-json-unusable

use crate::findings::rule::{Answer, Family, Owner, Rule, Telling};

/// azure-json-unusable
pub static RULE: Rule = Rule {
    name: "azure-json-unusable",
    family: Family::Identity,
    owner: Owner::Nobody,
    summary: "",
    page: include_str!("azure_json_unusable.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error(""),
    notice: None,
};
