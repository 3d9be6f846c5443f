//! The host only looks like an Azure registry.

use super::withheld;
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Family, Owner, Proof, Rule, Telling};

/// A login server that is none.
pub static RULE: Rule = Rule {
    name: "look-alike-registry",
    family: Family::Safety,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the host only looks like an Azure registry",
    page: include_str!("look_alike_registry.md"),
    examine: |case| super::examine(case, "look-alike-registry"),
    tell,
    notice: None,
};

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let Some((withheld, _)) = withheld(case, "look-alike-registry") else {
        return Telling::error("the host is no Azure registry");
    };
    let host = &withheld.destination;
    Telling::error(format!(
        "{host} is no Azure registry; nothing was sent to it"
    ))
    .advise("correct the host in the image reference; --trust-registry only after checking who runs it")
    .explain(format!(
        "{}. The credential would have gone to {host}. Nothing was sent there, not even a request without a credential, so \
         nothing is known of what answers. {}",
        withheld.because,
        crate::findings::network::UNTESTED
    ))
    .explain(
        "A managed identity's token opens every registry that the identity may use, so it goes only to a name directly under \
         Azure's own suffixes. If this name stands in a deployment, other clients may have sent a credential there.",
    )
    .remedy([
        remedy::leave_withheld(&observed.view()),
        remedy::ask_login_server(&observed.view()),
    ])
}
