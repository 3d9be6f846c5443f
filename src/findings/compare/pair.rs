//! Two sides, one ask in focus: rows and sentence.

use super::side::{Focus, Side};
use super::{Likeness, Pair, Row, beyond, claims, network, sentence, steps};
use crate::evidence::{Ask, PlannedPrincipal, Step};

/// Compares two sides; none where they were asked for nothing in common.
pub(super) fn compare(a: &Side<'_>, b: &Side<'_>) -> Option<Pair> {
    let common: Vec<(Focus<'_>, Focus<'_>)> = a
        .all()
        .filter_map(|one| Some((one, b.cell(one.judged.cell.ask)?)))
        .collect();
    let (one, other) = focus(&common)?;
    let walked = steps::rows(&one, &other);
    let mut rows = vec![credential(&one, &other)];
    rows.extend(network::before(&one, &other));
    rows.extend(walked.rows);
    rows.extend(claims::rows(&one, &other));
    rows.extend(network::seen(&one, &other));
    rows.extend(beyond::row(a, b, &one, &other));
    let required: Vec<_> = common.iter().filter(|pair| is_required(pair)).collect();
    let is_different = if required.is_empty() {
        !one.is_like(&other)
    } else {
        required.iter().any(|(one, other)| !one.is_like(other))
    };
    Some(Pair {
        a: one.party(),
        b: other.party(),
        scope: one.judged.cell.scope(),
        required: !required.is_empty(),
        verdict: if is_different {
            Likeness::Different
        } else {
            Likeness::Same
        },
        parted_at: walked.parted_at.map(Step::name),
        sentence: sentence::of(&one, &other, walked.parted_at, &rows),
        advice: sentence::advice(&one, &other),
        caution: sentence::caution(&one, &other),
        rows,
    })
}

fn is_required((one, other): &(Focus<'_>, Focus<'_>)) -> bool {
    one.is_required() || other.is_required()
}

/// What is looked at step by step: what the exit codes speak of, else the pull, else the first.
fn focus<'s>(common: &[(Focus<'s>, Focus<'s>)]) -> Option<(Focus<'s>, Focus<'s>)> {
    let is_pull = |pair: &&(Focus<'_>, Focus<'_>)| pair.0.judged.cell.is_pull();
    let differs = |pair: &&(Focus<'_>, Focus<'_>)| is_required(pair) && !pair.0.is_like(&pair.1);
    let found = common.iter().find(differs);
    let found = found.or_else(|| common.iter().find(|pair| is_required(pair)));
    let found = found.or_else(|| common.iter().find(is_pull));
    found.or(common.first()).copied()
}

/// What each holds. Where it was read from is told, and is no difference.
fn credential(one: &Focus<'_>, other: &Focus<'_>) -> Row {
    let principals = [one.judged.cell.principal, other.judged.cell.principal];
    let [own, others] = principals.map(|principal| {
        (
            principal.kind.as_str(),
            principal.identity.user_name.as_deref(),
        )
    });
    let [a, b] = principals.map(holds);
    Row {
        differs: own != others,
        ..Row::fact("credential", a, b)
    }
}

fn holds(principal: &PlannedPrincipal) -> String {
    let user = principal.identity.user_name.as_deref();
    let source = principal.source.split(" (").next().unwrap_or_default();
    match (principal.kind.as_str(), user) {
        ("anonymous", _) => "none".to_owned(),
        ("password", Some(user)) => format!("user {user}, password"),
        ("password", None) => "user name and password".to_owned(),
        (kind, _) => format!("{}, {source}", kind.replace('-', " ")),
    }
}

/// What an ask is called.
pub(super) fn deed(ask: &Ask) -> &str {
    match ask {
        Ask::Action(action) => action,
        Ask::Scope(raw) => raw,
    }
}
