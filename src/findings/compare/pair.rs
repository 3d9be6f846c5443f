//! Two sides, one ask in focus: rows and sentence.

use super::side::{Focus, Side};
use super::{Likeness, Pair, Row, beyond, claims, credential, network, sentence, steps};
use crate::evidence::{Ask, Step};
use crate::findings::outcome::Verdict;

/// Compares two sides; none where they were asked for nothing in common.
pub(super) fn compare(a: &Side<'_>, b: &Side<'_>) -> Option<Pair> {
    let common: Vec<(Focus<'_>, Focus<'_>)> = a
        .all()
        .filter_map(|one| Some((one, b.cell(one.judged.cell.ask)?)))
        .collect();
    let (one, other) = focus(&common)?;
    let walked = steps::rows(&one, &other);
    let mut rows = vec![credential::row(&one, &other)];
    rows.extend(outcome(&one, &other));
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

/// Of a side that was not tried no step tells that it ended otherwise.
fn outcome(one: &Focus<'_>, other: &Focus<'_>) -> Option<Row> {
    let verdicts = [one, other].map(|focus| focus.judged.outcome.verdict);
    let is_told = verdicts.contains(&Verdict::Untried) && verdicts[0] != verdicts[1];
    let [a, b] = verdicts.map(|verdict| verdict.name().to_owned());
    is_told.then(|| Row::fact("outcome", a, b))
}

/// What an ask is called.
pub(super) fn deed(ask: &Ask) -> &str {
    match ask {
        Ask::Action(action) => action,
        Ask::Scope(raw) => raw,
    }
}
