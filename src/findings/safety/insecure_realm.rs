//! The token address is unencrypted, or a name leads to this machine or its link.

use super::withheld;
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::network::UNTESTED;
use crate::findings::remedy;
use crate::findings::rule::{Family, Owner, Proof, Rule, Telling};

/// A credential in clear text, or to an address inside.
pub static RULE: Rule = Rule {
    name: "insecure-realm",
    family: Family::Safety,
    owner: Owner::Registry,
    proof: Proof::Wire,
    summary: "the token address is unencrypted or leads to an internal address",
    page: include_str!("insecure_realm.md"),
    examine: |case| super::examine(case, "insecure-realm"),
    tell,
    notice: None,
};

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let Some((withheld, fact)) = withheld(case, "insecure-realm") else {
        return Telling::error("the way for a credential is not safe");
    };
    let (destination, because) = (&withheld.destination, &withheld.because);
    let telling = if fact.step == Step::Resolve {
        Telling::error(format!(
            "{because}; nothing was sent"
        ))
        .advise("repair the name resolution: a block list, a hosts file or somebody turns the name inwards")
        .explain(format!(
            "{because}. The credential would have gone to that address under the name {destination}. No connection was opened \
             and nothing was sent."
        ))
    } else {
        Telling::error(format!(
            "the registry's challenge wants the credential at an unsafe address ({destination}); nothing was sent"
        ))
        .advise("let the registry or the gateway before it name an https address of its own")
        .explain(format!(
            "The challenge names {destination} as the place where tokens are had; {because}. The credential would have gone \
             there, readable on the way. It was not sent, nor was anything else."
        ))
    };
    telling
        .explain(format!(
            "An Azure registry names https and its own host. A gateway that ends TLS and passes on a challenge made for http \
             does this; so does somebody who wants to read along. {UNTESTED}"
        ))
        .remedy([remedy::leave_withheld(&observed.view())])
}
