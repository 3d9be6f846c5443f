//! The registry gave a token, with fewer actions in it than were asked for.

use super::catalog_not_granted::is_of_catalogue;
use super::seen;
use crate::challenge::{self, ChallengeReading};
use crate::evidence::{Ask, Cell, Step};
use crate::findings::case::Case;
use crate::findings::outcome::Verdict;
use crate::findings::passwords;
use crate::findings::remedy;
use crate::findings::rule::{Answer, Because, Confidence, Family, Owner, Proof, Rule, Telling};
use crate::token::claims;

/// 200 from the token endpoint, and not what was asked.
pub static RULE: Rule = Rule {
    name: "reduced-grant",
    family: Family::Registry,
    owner: Owner::Registry,
    proof: Proof::Wire,
    summary: "the registry granted fewer actions than were asked for",
    page: include_str!("reduced_grant.md"),
    examine,
    tell,
    notice: None,
};

/// Where the missing action showed.
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    /// The token's claims leave it out.
    Claims,
    /// No token for it, while the same row is given one for something else here.
    Refused,
    /// The manifest's 401 says that the token does not reach.
    Manifest,
}

fn examine(case: &Case<'_>) -> Answer {
    // A scope map has a name of its own.
    if passwords::scope_map_token(case).is_some() {
        return Answer::Silent;
    }
    let Some(shown) = shown(case) else {
        return Answer::Silent;
    };
    let because = Because::new("the right does not reach this action")
        .citing(case.this.trace.last(Step::AccessToken))
        .citing(case.this.trace.last(Step::Manifest))
        .citing(seen::second_action(case))
        .separated_by(
            "the role or scope map of this principal (az role assignment list, az acr token show)",
        );
    if shown == Shown::Claims && is_no_other_rule(case) {
        return Answer::Confirmed(because);
    }
    Answer::Consistent(Confidence::Likely, because)
}

/// True where a token was given, or is given for something else here, and not for what this cell asks.
pub(super) fn is_short(case: &Case<'_>) -> bool {
    shown(case).is_some()
}

fn shown(case: &Case<'_>) -> Option<Shown> {
    if is_of_catalogue(case) {
        return None;
    }
    let denied = case.this.outcome.verdict == Verdict::Denied;
    if denied && case.is_at(Step::AccessToken, 200) {
        return Some(Shown::Claims);
    }
    if case.is_at(Step::AccessToken, 401) && seen::is_granted_something(case) {
        return Some(Shown::Refused);
    }
    let insufficient = case.is_at(Step::Manifest, 401)
        && case.decisive().is_some_and(|answer| {
            match challenge::read(answer.header_lines("www-authenticate")) {
                ChallengeReading::Bearer(found) => {
                    found.error.as_deref() == Some("insufficient_scope")
                }
                _ => false,
            }
        });
    insufficient.then_some(Shown::Manifest)
}

/// In ABAC mode an empty token has a name of its own; a user name and password may be a scope map's.
fn is_no_other_rule(case: &Case<'_>) -> bool {
    if seen::is_granted_something(case) || case.is_anonymous() {
        return true;
    }
    case.is_entra()
        && case
            .refresh_token()
            .is_some_and(|token| token.kind != "opaque" && !claims::has_aad_identity(&token.claims))
}

fn tell(case: &Case<'_>) -> Telling {
    let missing = missing(case);
    let needed = needed(case, &missing);
    if needed.is_empty() {
        as_it_should_be(case, &missing)
    } else {
        in_the_way(case, &needed)
    }
}

/// What of it stands in somebody's way: a pull, and what the exit code speaks of.
pub(super) fn needed<'a>(case: &Case<'a>, missing: &[Case<'a>]) -> Vec<Case<'a>> {
    missing
        .iter()
        .filter(|one| one.this.cell.is_pull() || case.recording.is_required(&one.this.cell))
        .copied()
        .collect()
}

/// The cells of this row and target that lack their action: they are one finding.
pub(super) fn missing<'a>(case: &Case<'a>) -> Vec<Case<'a>> {
    let (recording, all) = (case.recording, case.all);
    let here = case.here().iter();
    here.filter(|one| one.cell.principal.name == case.principal())
        .map(|this| Case {
            recording,
            all,
            this,
        })
        .filter(|one| shown(one).is_some())
        .collect()
}

fn words(cell: &Cell<'_>) -> String {
    match cell.ask {
        Ask::Action(action) => match action.as_str() {
            "metadata_read" => "read metadata".into(),
            "metadata_write" => "write metadata".into(),
            other => other.to_owned(),
        },
        Ask::Scope(raw) => raw.clone(),
    }
}

/// The missing actions in words.
pub(super) fn listed(missing: &[Case<'_>]) -> String {
    let words: Vec<String> = missing.iter().map(|one| words(&one.this.cell)).collect();
    words.join(" or ")
}

/// What the row is granted on this repository, by its own cells and by an experiment; none where nothing.
pub(super) fn granted_in_words(case: &Case<'_>) -> Option<String> {
    let own = case.all.iter().filter(|one| {
        one.cell.principal.name == case.principal()
            && one.cell.target.image == case.this.cell.target.image
    });
    let mut granted: Vec<String> = Vec::new();
    let experiment = seen::second_action(case).and_then(seen::action_of);
    for action in own
        .flat_map(|one| one.outcome.granted.clone())
        .chain(experiment)
    {
        if !granted.contains(&action) {
            granted.push(action);
        }
    }
    (!granted.is_empty()).then(|| granted.join(", "))
}

fn as_it_should_be(case: &Case<'_>, missing: &[Case<'_>]) -> Telling {
    let repository = &case.this.cell.target.repository;
    let (principal, missing) = (case.principal(), listed(missing));
    let may_pull = case.here().iter().any(|one| {
        one.cell.principal.name == principal
            && one.cell.is_pull()
            && (one.outcome.is_allowed() || one.outcome.verdict == Verdict::Missing)
    });
    let sentence = match (may_pull, case.is_anonymous(), case.is_entra()) {
        (true, true, _) => {
            format!(
                "{principal} may pull {repository} and not {missing}: what anonymous pull gives"
            )
        }
        (true, _, true) => {
            format!("{principal} may pull {repository} and not {missing}: what AcrPull gives")
        }
        (true, ..) => format!("{principal} may pull {repository} and not {missing}"),
        (false, ..) => format!("{principal} has no right to {missing} on {repository}"),
    };
    Telling::info(sentence).explain(
        "The token was given and leaves these actions out; they were read from its claims and not tried. Nothing here requires \
         them, so there is nothing to mend.",
    )
}

fn in_the_way(case: &Case<'_>, missing: &[Case<'_>]) -> Telling {
    let observed = case.observed();
    let listed = listed(missing);
    let granted = match case.this.outcome.granted.as_slice() {
        [] => "nothing".to_owned(),
        some => some.join(", "),
    };
    let reason = match shown(case) {
        Some(Shown::Manifest) => {
            "the token was given, and the registry says it does not reach (401 insufficient_scope)"
                .to_owned()
        }
        Some(Shown::Refused) => {
            format!("the registry gives it a token, but not for {listed} (401)")
        }
        Some(Shown::Claims) | None => {
            format!("the registry gives it a token without {listed}")
        }
    };
    let mut telling = Telling::error(reason)
        .advise(format!("give it a role or scope map that carries {listed}"))
        .explain(format!(
            "/oauth2/token answers 200 also to those who have only part of the rights, or none here: what it granted stands in \
             the token. Asked: {listed}; granted for that: {granted}."
        ));
    if case.is_entra() {
        telling = telling.explain(seen::token_in_words(case));
    }
    if let Some(answer) = seen::second_action(case) {
        telling = telling.explain(seen::experiment_in_words(answer));
    }
    if let Some(answer) = case.this.trace.last(Step::Manifest) {
        telling = telling.explain(seen::answer_in_words(answer));
    }
    let telling = telling.explain(
        "Which role gives what is not to be inferred from its name: documents disagree whether Reader may pull.",
    );
    if case.is_entra() && missing.iter().any(|one| one.this.cell.is_pull()) {
        return telling
            .remedy(remedy::give_pull_role(&observed.view()))
            .remedy([remedy::list_assignments(&observed.view())]);
    }
    match &case.this.cell.principal.identity.user_name {
        Some(user) if !case.is_entra() => {
            telling.remedy([remedy::token_show(&observed.view(), user)])
        }
        _ => telling.remedy([remedy::list_assignments(&observed.view())]),
    }
}
