//! The machine has several identities, and the client did not say which one it means.

use super::{UNTESTED, refuses_with, stopped_by};
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Family, Owner, Proof, Rule, Telling};

/// IMDS answers, and asks back.
pub static RULE: Rule = Rule {
    name: "multiple-identities",
    family: Family::Identity,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the machine has several identities and none was named",
    page: include_str!("multiple_identities.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    if !refuses_with(case, "multiple user assigned identities") {
        return Answer::Silent;
    }
    Answer::Confirmed(
        Because::new("the identity endpoint says that there are several and asks for an id")
            .citing(stopped_by(case))
            .citing(seen::other_identity(case)),
    )
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let is_kubelet = case.principal() == "kubelet";
    let mut telling =
        Telling::error("this machine has several identities, and the request names none (400)")
            .advise(if is_kubelet {
                "put the kubelet identity's client id into userAssignedIdentityID of azure.json (az aks update does)"
            } else {
                "name the identity that has the role: managed-identity:client-id=ID, for a client AZURE_CLIENT_ID"
            });
    if let Some(answer) = stopped_by(case) {
        telling = telling.explain(seen::answer_in_words(answer));
    }
    if let Some(varied) = seen::other_identity(case) {
        telling = telling.explain(seen::identity_in_words(case, varied));
    }
    telling = telling.explain(
        "With one identity on the machine IMDS needs no id. An add-on or a policy that attaches a second one breaks every \
         client that names none.",
    );
    if let Some(event) = seen::event_in_words(case) {
        telling = telling.explain(event);
    }
    telling = telling.explain(UNTESTED);
    if is_kubelet {
        telling = telling.remedy([remedy::reconcile_identity(&observed.view())]);
    }
    telling.remedy([remedy::name_the_identity(&observed.view())])
}
