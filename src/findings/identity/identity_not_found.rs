//! The machine was asked for the token of an identity that is not attached to it.

use super::{UNTESTED, refuses_with, stopped_by};
use crate::evidence::Transaction;
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Family, Owner, Proof, Rule, Telling};

/// IMDS answers, and knows no such identity.
pub static RULE: Rule = Rule {
    name: "identity-not-found",
    family: Family::Identity,
    owner: Owner::Caller,
    proof: Proof::Wire,
    summary: "the identity asked for is not attached to this machine",
    page: include_str!("identity_not_found.md"),
    examine,
    tell,
    notice: None,
};

/// IMDS's words, and those of App Service and Container Apps.
const UNKNOWN: [&str; 2] = ["identity not found", "managed identity found for specified"];

fn examine(case: &Case<'_>) -> Answer {
    if !UNKNOWN.iter().any(|words| refuses_with(case, words)) {
        return Answer::Silent;
    }
    Answer::Confirmed(
        Because::new("the identity endpoint says that it knows no such identity")
            .citing(stopped_by(case))
            .citing(seen::other_identity(case)),
    )
}

/// The id that was asked for, with what kind of id it is.
fn asked(answer: &Transaction) -> Option<(&'static str, String)> {
    [
        ("client id", "client_id"),
        ("object id", "object_id"),
        ("resource id", "msi_res_id"),
    ]
    .into_iter()
    .find_map(|(words, name)| Some((words, seen::asked(answer, name)?)))
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let asked = stopped_by(case).and_then(asked);
    let telling = match &asked {
        Some((kind, id)) => Telling::error(format!(
            "no identity with the {kind} {id} is attached to this machine"
        ))
        .advise(format!(
            "attach the identity with the {kind} {id}, or correct the id"
        )),
        None => Telling::error("this machine has no identity of its own, and none was named")
            .advise("name the identity, or attach one"),
    };
    let mut telling = telling;
    if let Some(answer) = stopped_by(case) {
        telling = telling.explain(seen::answer_in_words(answer));
    }
    telling = telling.explain(match asked {
        Some((kind, _)) => format!(
            "The identity endpoint gives tokens only for identities attached to the machine or app it is asked on. The {kind} comes from {}. An identity \
             that was deleted and made again has the same name and new ids.",
            case.this.cell.principal.source
        ),
        None => "No id was asked for, so the endpoint looked for the system-assigned identity, and there is none.".to_owned(),
    });
    if let Some(varied) = seen::other_identity(case) {
        telling = telling.explain(seen::identity_in_words(case, varied));
    }
    if let Some(event) = seen::event_in_words(case) {
        telling = telling.explain(event);
    }
    let first = if case.principal() == "kubelet" {
        remedy::reconcile_identity(&observed.view())
    } else {
        remedy::name_the_identity(&observed.view())
    };
    telling
        .explain(UNTESTED)
        .remedy([first, remedy::attach_identity(&observed.view())])
}
