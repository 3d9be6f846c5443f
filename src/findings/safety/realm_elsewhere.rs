//! The challenge asks to send the credential to another host than the registry.

use super::withheld;
use crate::findings::case::Case;
use crate::findings::network::UNTESTED;
use crate::findings::remedy;
use crate::findings::rule::{Family, Owner, Proof, Rule, Telling};

/// A token endpoint that is not the registry's own.
pub static RULE: Rule = Rule {
    name: "realm-elsewhere",
    family: Family::Safety,
    owner: Owner::Registry,
    proof: Proof::Wire,
    summary: "the challenge sends the credential to another host than the registry",
    page: include_str!("realm_elsewhere.md"),
    examine: |case| super::examine(case, "realm-elsewhere"),
    tell,
    notice: None,
};

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let host = &case.this.cell.target.registry;
    let Some((withheld, _)) = withheld(case, "realm-elsewhere") else {
        return Telling::error("the challenge points away from the registry");
    };
    let destination = &withheld.destination;
    Telling::error(format!(
        "the registry's challenge wants the credential at {destination}, which is not its own address; nothing was sent"
    ))
    .advise("find out who owns that address before any client logs in")
    .explain(format!(
        "{host} answered 401 and named {destination} as the place where tokens are had; {}. The credential would have gone \
         there. It was not sent, nor was anything else. {UNTESTED}",
        withheld.because
    ))
    .explain(
        "An Azure registry names its own host. A proxy or gateway that passes another registry's challenge on does this, a \
         registry of another make, or somebody who collects credentials. Clients that do not check have sent theirs already: if \
         nobody can explain the address, renew those.",
    )
    .remedy([
        remedy::leave_withheld(&observed.view()),
        remedy::ask_login_server(&observed.view()),
    ])
}
