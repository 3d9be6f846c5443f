//! The anonymous 401 at the end of a kubelet's list. Only pasted text holds such a list
//! (`findings::event`): the probe tells each principal's own attempts apart.

use crate::findings::rule::{Answer, Family, Owner, Proof, Rule, Telling};

/// What the kubelet tries in despair.
pub static RULE: Rule = Rule {
    name: "fallback-noise",
    family: Family::Node,
    owner: Owner::Nobody,
    proof: Proof::Text,
    summary: "the anonymous 401 that ends an event is noise; an earlier message is the cause",
    page: include_str!("fallback_noise.md"),
    examine: |_| Answer::Silent,
    tell: |_| Telling::info("the anonymous 401 at the end is noise"),
    notice: None,
};
