//! One region of the registry has not got what another has, or fails where another does not.

use crate::evidence::{Step, Transaction};
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};
use crate::trust;

/// A regional login server beside the global one.
pub static RULE: Rule = Rule {
    name: "geo-replica-routing",
    family: Family::Network,
    owner: Owner::Service,
    proof: Proof::Experiment,
    summary: "one replica of the registry has not got the image, or is ill",
    page: include_str!("geo_replica_routing.md"),
    examine,
    tell,
    notice: None,
};

/// The answer of a regional login server that another replica may not give.
fn answer<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    global(case)?;
    let answer = case.decisive().filter(|one| one.step == Step::Manifest)?;
    let is_of_a_replica = matches!(answer.status, Some(404 | 500..=599));
    (is_of_a_replica && case.stop() == Some(Step::Manifest)).then_some(answer)
}

/// The global login server of the regional one that was asked.
fn global(case: &Case<'_>) -> Option<String> {
    trust::global_of_regional(&case.this.cell.target.registry)
}

/// True where the global login server has what the regional one has not.
pub(in crate::findings) fn is_elsewhere(case: &Case<'_>) -> bool {
    answer(case).is_some() && seen::at_global(case).is_some_and(|one| one.status == Some(200))
}

/// True where another replica was not asked, or did not say that it has not got the image either.
pub(in crate::findings) fn may_be_elsewhere(case: &Case<'_>) -> bool {
    answer(case).is_some() && seen::at_global(case).is_none_or(|one| one.status != Some(404))
}

fn examine(case: &Case<'_>) -> Answer {
    let Some(answer) = answer(case) else {
        return Answer::Silent;
    };
    let beside = seen::at_global(case);
    let because = |text: &str| {
        Because::new(text)
            .citing(Some(answer))
            .citing(beside)
            .separated_by("the same image at the global login server, and az acr replication list")
    };
    match beside.and_then(|one| one.status) {
        // What a regional login server answers is known from documents alone: never proven.
        Some(200) => Answer::Consistent(
            Confidence::Likely,
            because("the same token reads the same manifest at the global login server"),
        ),
        Some(404) if answer.status == Some(404) => {
            Answer::Refuted(because("the global login server has not got it either"))
        }
        _ => Answer::Consistent(
            Confidence::Possible,
            because("a replica may lag behind or be ill; the global login server was not compared"),
        ),
    }
}

fn tell(case: &Case<'_>) -> Telling {
    let observed = case.observed();
    let host = &case.this.cell.target.registry;
    let global = global(case).unwrap_or_default();
    let region = host.split('.').nth(1).unwrap_or_default();
    let status = answer(case).and_then(|one| one.status).unwrap_or_default();
    let reason = match (is_elsewhere(case), status) {
        (true, 404) => {
            format!("the replica in {region} has not got the image (404), and {global} has it")
        }
        (true, _) => format!("the replica in {region} fails ({status}), and {global} does not"),
        (false, _) => format!("the replica in {region} answered {status}; another may not"),
    };
    let mut telling = Telling::error(reason).advise(format!(
        "pull from {global} until the replica in {region} has caught up"
    ));
    if let Some(answer) = answer(case) {
        telling = telling.explain(seen::answer_in_words(answer));
    }
    if let Some(beside) = seen::at_global(case) {
        telling = telling.explain(seen::experiment_in_words(beside));
    }
    telling
        .explain(
            "A push is copied to the other regions after it was accepted, which takes seconds to minutes by size. Whoever asks \
             another region in between is told that it is not there. Identity and role are in order.",
        )
        .remedy([
            remedy::replicas(&observed.view()),
            remedy::use_global(&observed.view(), &global),
            remedy::replica_out(&observed.view(), region),
        ])
}
