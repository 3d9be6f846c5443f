//! The kubelet's own limit on pulls. It speaks before any request, so no recording shows it: pasted text
//! does (`findings::event`).

use crate::findings::rule::{Answer, Family, Owner, Proof, Rule, Telling};

/// `registryPullQPS` is used up.
pub static RULE: Rule = Rule {
    name: "kubelet-qps",
    family: Family::Node,
    owner: Owner::Caller,
    proof: Proof::Text,
    summary: "the kubelet holds its own pulls back; the registry was not asked",
    page: include_str!("kubelet_qps.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::error("the kubelet holds its own pulls back; the registry was not asked"),
    notice: None,
};
