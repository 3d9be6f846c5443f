//! A repository-scoped token is good, and its scope map does not carry the action.

use super::reduced_grant::{self, listed};
use super::seen;
use crate::evidence::Step;
use crate::findings::case::Case;
use crate::findings::passwords;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};

/// What a user name that is neither the admin's nor an application's is given too little of.
pub static RULE: Rule = Rule {
    name: "scope-map-missing-action",
    family: Family::Registry,
    owner: Owner::Registry,
    proof: Proof::Experiment,
    summary: "the scope map of a repository-scoped token does not carry the action",
    page: include_str!("scope_map_missing_action.md"),
    examine,
    tell,
    notice: None,
};

/// Only the control plane says what a user name is, so it is never more than likely.
fn examine(case: &Case<'_>) -> Answer {
    if passwords::scope_map_token(case).is_none() || !reduced_grant::is_short(case) {
        return Answer::Silent;
    }
    let text = match seen::second_action(case) {
        Some(_) => "the same token is granted another action of this repository",
        None if seen::is_granted_something(case) => {
            "the same token is granted something of this repository, and not this"
        }
        None => "the token is good, and what it is granted leaves this out",
    };
    Answer::Consistent(
        Confidence::Likely,
        Because::new(text)
            .citing(case.this.trace.last(Step::AccessToken))
            .citing(case.this.trace.last(Step::Manifest))
            .citing(seen::second_action(case))
            .citing(seen::sibling(case))
            .separated_by("the scope map of the token (az acr token show, az acr scope-map show)"),
    )
}

fn tell(case: &Case<'_>) -> Telling {
    let missing = reduced_grant::missing(case);
    let needed = reduced_grant::needed(case, &missing);
    if needed.is_empty() {
        return as_it_should_be(case, &missing);
    }
    in_the_way(case, &needed)
}

fn as_it_should_be(case: &Case<'_>, missing: &[Case<'_>]) -> Telling {
    let (principal, repository) = (case.principal(), &case.this.cell.target.repository);
    let missing = listed(missing);
    Telling::info(format!(
        "the scope map of {principal} does not let it {missing} on {repository}"
    ))
    .explain(
        "The token was given and leaves these actions out; they were read from its claims and not tried. Nothing here requires \
         them, so there is nothing to mend.",
    )
}

fn in_the_way(case: &Case<'_>, needed: &[Case<'_>]) -> Telling {
    let observed = case.observed();
    let repository = &case.this.cell.target.repository;
    let name = passwords::scope_map_token(case).unwrap_or_default();
    let listed = listed(needed);
    let others = reduced_grant::granted_in_words(case);
    let reason = match &others {
        Some(others) => {
            format!(
                "the scope map of token {name} gives it {others} on {repository}, and not {listed}"
            )
        }
        None => format!("the scope map of token {name} gives it nothing on {repository}"),
    };
    let mut telling = Telling::error(reason)
        .advise(format!("give token {name} a scope map that lets it {listed} on {repository}"))
        .explain(
            "The user name and its password are good: the token endpoint gave an access token (200). What the scope map does not \
             carry it leaves out without a word, and the refusal comes one step later. content/read is the right to pull; tags \
             are listed with metadata/read, which is another right.",
        );
    if let Some(answer) = seen::second_action(case) {
        telling = telling.explain(seen::experiment_in_words(answer));
    }
    if let Some(answer) = seen::sibling(case) {
        telling = telling.explain(seen::experiment_in_words(answer));
    }
    if let Some(answer) = case.this.trace.last(Step::Manifest) {
        telling = telling.explain(seen::answer_in_words(answer));
    }
    let actions: Vec<&'static str> = needed.iter().filter_map(scope_map_word).collect();
    telling.remedy([
        remedy::scope_map_show(&observed.view(), &name),
        remedy::scope_map_add(&observed.view(), &name, &actions),
    ])
}

/// The scope map's word for what a cell asks.
fn scope_map_word(case: &Case<'_>) -> Option<&'static str> {
    let asked = case.this.cell.asked();
    Some(match asked.first()?.as_str() {
        "pull" => "content/read",
        "push" => "content/write",
        "delete" => "content/delete",
        "metadata_read" => "metadata/read",
        "metadata_write" => "metadata/write",
        _ => return None,
    })
}
