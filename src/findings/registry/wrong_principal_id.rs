//! An assignment exists, and names the client id where the object id belongs.

use super::seen;
use crate::findings::case::Case;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};
use crate::token::claims;

/// The refusal of an identity whose two ids differ. The assignment itself is not on the wire.
pub static RULE: Rule = Rule {
    name: "wrong-principal-id",
    family: Family::Registry,
    owner: Owner::Registry,
    proof: Proof::ControlPlane,
    summary: "the role assignment names the client id instead of the object id",
    page: include_str!("wrong_principal_id.md"),
    examine,
    tell,
    notice: None,
};

/// Only the control plane shows the assignment: never more than possible.
fn examine(case: &Case<'_>) -> Answer {
    if !seen::is_about_a_right(case) {
        return Answer::Silent;
    }
    if let Some(passed) = seen::passes_otherwise(case) {
        return Answer::Refuted(Because::new(seen::PASSES_OTHERWISE).citing(Some(passed)));
    }
    let (object, application) = ids(case);
    if object.is_some() && object == application {
        return Answer::Refuted(
            Because::new("object id and client id of this identity are the same")
                .citing(case.identity_answer()),
        );
    }
    let separate_by = match application {
        Some(id) => format!(
            "whether an assignment's principalId is {id}, the client id (az role assignment list)"
        ),
        None => "whether an assignment's principalId is the client id (az role assignment list)"
            .to_owned(),
    };
    Answer::Consistent(
        Confidence::Possible,
        Because::new("the identity has two ids, and an assignment may name the wrong one")
            .citing(case.identity_answer())
            .citing(seen::exchange(case))
            .separated_by(separate_by),
    )
}

fn ids(case: &Case<'_>) -> (Option<String>, Option<String>) {
    let claims = case.identity_claims();
    (
        claims.and_then(claims::object_id),
        claims.and_then(claims::app_id),
    )
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let object = seen::object_in_words(case);
    let application = ids(case).1.unwrap_or_else(|| "its client id".into());
    Telling::error(
        "the registry refuses its identity at the token exchange (401); a role may name its other id",
    )
    .advise(format!(
        "look for an assignment to {application}; it must name object {object}"
    ))
    .explain(seen::token_in_words(case))
    .explain(seen::refusal_in_words(case))
    .explain(
        "Azure takes a role assignment to a client id without complaint, and it belongs to nobody. Only the list of \
         assignments shows it.",
    )
    .remedy([
        remedy::list_assignments(&observed.view()),
        remedy::remove_dead_assignment(&observed.view()),
    ])
    .remedy(remedy::give_pull_role(&observed.view()))
}
