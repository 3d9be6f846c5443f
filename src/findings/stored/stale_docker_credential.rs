//! An old entry is presented where another credential, or none, would do.

use super::{is_stored, presented, renew};
use crate::evidence::{Step, Transaction};
use crate::findings::case::{Case, Judged};
use crate::findings::registry::seen;
use crate::findings::remedy::quote::shell_word;
use crate::findings::remedy::{Remedy, RemedyKind};
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// The stored one is refused; the same name, or nobody, is not.
pub static RULE: Rule = Rule {
    name: "stale-docker-credential",
    family: Family::Stored,
    owner: Owner::Caller,
    proof: Proof::Experiment,
    summary: "an old stored credential is sent where a new one, or none, would do",
    page: include_str!("stale_docker_credential.md"),
    examine,
    tell,
    notice: None,
};

fn examine(case: &Case<'_>) -> Answer {
    if !is_stored(case.this.cell.principal) || !case.is_at(Step::AccessToken, 401) {
        return Answer::Silent;
    }
    let Some((fact, _)) = presented(case) else {
        return Answer::Silent;
    };
    let (text, passed) = match (granted_to_nobody(case), granted_to_the_same(case)) {
        (Some(passed), _) => (
            "the stored credential is refused, and none at all is granted",
            Some(passed),
        ),
        (None, Some(passed)) => (
            "the stored credential is refused, and the same user name is granted from elsewhere",
            answer(passed),
        ),
        (None, None) => return Answer::Silent,
    };
    Answer::Consistent(
        Confidence::Likely,
        Because::new(text)
            .citing(case.decisive())
            .citing(passed)
            .with_fact(Some(fact))
            .separated_by("the same pull after docker logout, or after signing in again"),
    )
}

/// The token that nobody is given for this image: in the row without a credential, or in the experiment.
fn granted_to_nobody<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    let row = granted(case).find(|other| other.cell.principal.kind == "anonymous");
    row.and_then(answer)
        .or_else(|| seen::without_credential(case))
}

/// Another row with the user name of this one, that is granted something of this image.
fn granted_to_the_same<'a>(case: &Case<'a>) -> Option<&'a Judged<'a>> {
    let user = user_name(case)?;
    let (recording, all) = (case.recording, case.all);
    granted(case).find(|this| {
        let other = Case {
            recording,
            all,
            this,
        };
        user_name(&other) == Some(user)
    })
}

/// A credential that is refused is refused for every scope, so any grant beside it counts.
fn granted<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Judged<'a>> + use<'a> {
    case.others().filter(|other| other.outcome.is_allowed())
}

fn user_name<'a>(case: &Case<'a>) -> Option<&'a str> {
    let stored = presented(case).and_then(|(_, shown)| shown.user_name.as_deref());
    stored.or(case.this.cell.principal.identity.user_name.as_deref())
}

fn answer<'a>(passed: &'a Judged<'a>) -> Option<&'a Transaction> {
    passed.trace.last(Step::AccessToken)
}

fn tell(case: &Case<'_>) -> Telling {
    let (from, key) = presented(case).map_or(("its store", ""), |(_, shown)| {
        (
            shown.from.as_str(),
            shown.key.as_deref().unwrap_or_default(),
        )
    });
    let said = case
        .decisive()
        .map(seen::answer_in_words)
        .unwrap_or_default();
    let user = user_name(case).unwrap_or("no user name");
    let telling = Telling::error(
        "the registry refuses the stored credential (401), which stands in the way of one that passes",
    )
    .explain(format!(
        "{from} holds a credential under \"{key}\" ({user}), and it was sent. {said}"
    ));
    match granted_to_nobody(case) {
        Some(passed) => telling
            .advise("take the entry out: this registry lets anybody pull")
            .explain(match passed.experiment {
                Some(_) => seen::experiment_in_words(passed),
                None => "The row anonymous is granted a pull.".to_owned(),
            })
            .explain(
                "A client that finds an entry presents it and does not come back to asking without, so here no credential is \
                 better than an old one.",
            )
            .remedy([sign_out(case), renew::renew(case)]),
        None => {
            let passed = granted_to_the_same(case).map_or("another row", |one| &one.cell.principal.name);
            telling
                .advise("store the present password in this copy too")
                .explain(format!(
                    "{passed} passes with the same user name: the registry knows it, and this copy is old."
                ))
                .remedy([renew::renew(case)])
        }
    }
}

fn sign_out(case: &Case<'_>) -> Remedy {
    let host = &case.this.cell.target.registry;
    Remedy {
        kind: RemedyKind::Check,
        who: "whoever's store it is".into(),
        takes_effect: "at once; for a pull secret with pods that no longer name it".into(),
        text: format!("docker logout {}\n", shell_word(host)),
    }
}
