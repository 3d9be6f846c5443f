//! What the tokens claim, side by side. Moments and ids of tokens are left out: they differ by nature.

use super::row::{Row, Value};
use super::side::Focus;
use crate::evidence::{Step, TokenShown};
use crate::findings::outcome::Verdict;
use crate::token::claims;
use serde_json::{Map, Value as Json};

type Claims = Map<String, Json>;

/// Entra gives tokens of random length between these many seconds; the five minutes before `iat` are
/// in it.
const RANDOM: std::ops::RangeInclusive<i64> = 3600..=5700;

/// A claim's title, the step whose token has it, and how it is read.
type Read = (&'static str, Step, fn(&Claims) -> Option<String>);

const CLAIMS: [Read; 4] = [
    ("audience", Step::IdentityToken, audience),
    ("object id", Step::IdentityToken, claims::object_id),
    ("application id", Step::IdentityToken, claims::app_id),
    ("tenant", Step::IdentityToken, claims::tenant),
];

const LIFETIMES: [(&str, Step); 3] = [
    ("identity lifetime", Step::IdentityToken),
    ("refresh lifetime", Step::RefreshToken),
    ("access lifetime", Step::AccessToken),
];

/// A row for each claim that either side shows.
pub(super) fn rows(one: &Focus<'_>, other: &Focus<'_>) -> Vec<Row> {
    let value = |focus: &Focus<'_>, step, read: fn(&Claims) -> Option<String>| {
        reached(focus, step, |token| read(&token.claims))
    };
    let mut rows: Vec<Row> = CLAIMS
        .iter()
        .filter_map(|(what, step, read)| {
            Row::claim(what, value(one, *step, *read), value(other, *step, *read))
        })
        .collect();
    rows.extend(granted(one, other));
    rows.extend(
        LIFETIMES
            .iter()
            .filter_map(|(what, step)| lifetime(what, one, other, *step)),
    );
    rows
}

/// What the access tokens carry, where they differ; equal ones are told at their step.
fn granted(one: &Focus<'_>, other: &Focus<'_>) -> Option<Row> {
    let value = |focus: &Focus<'_>| {
        let actions = &focus.judged.outcome.granted;
        let text = match actions.as_slice() {
            [] => "nothing of what was asked".to_owned(),
            _ => actions.join(", "),
        };
        reached(focus, Step::AccessToken, |_| Some(text))
    };
    Row::claim("granted", value(one), value(other)).filter(|row| row.differs)
}

fn reached(
    focus: &Focus<'_>,
    step: Step,
    read: impl FnOnce(&TokenShown) -> Option<String>,
) -> Value {
    match focus.token(step) {
        Some(token) => Value::of(read(token)),
        None if focus.ended_by(step) && focus.judged.outcome.verdict != Verdict::Untried => {
            not_reached(focus, step)
        }
        None => Value::Absent,
    }
}

/// A password never had the steps of an Entra identity.
fn not_reached(focus: &Focus<'_>, step: Step) -> Value {
    if focus.judged.cell.principal.is_exchanged() || step >= Step::AccessToken {
        Value::NotReached
    } else {
        Value::Absent
    }
}

fn audience(claims: &Claims) -> Option<String> {
    let audience = claims::audience(claims);
    (!audience.is_empty()).then(|| audience.join(", "))
}

fn seconds(focus: &Focus<'_>, step: Step) -> Option<i64> {
    claims::lifetime(&focus.token(step)?.claims).span()
}

/// How long a token holds, where both have one. From when until when is not compared.
fn lifetime(what: &'static str, one: &Focus<'_>, other: &Focus<'_>, step: Step) -> Option<Row> {
    let (own, others) = (seconds(one, step)?, seconds(other, step)?);
    let shown = |seconds| Value::Shown(in_words(seconds));
    let row = Row::claim(what, shown(own), shown(others))?;
    Some(Row {
        differs: row.differs && !is_chance(own, others, step),
        ..row
    })
}

/// A length that Entra draws by lot, or that differs by less than a minute.
fn is_chance(own: i64, others: i64, step: Step) -> bool {
    let is_lot = step == Step::IdentityToken && RANDOM.contains(&own) && RANDOM.contains(&others);
    is_lot || (own - others).abs() < 60
}

fn in_words(seconds: i64) -> String {
    match seconds {
        i64::MIN..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ if seconds % 3600 < 60 => format!("{} h", seconds / 3600),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_in_words() {
        let check = |seconds, expected: &str| assert_eq!(in_words(seconds), expected);
        check(90, "90 s");
        check(4500, "75 min");
        check(86_400, "24 h");
        check(86_700, "24 h 5 min");
    }

    #[test]
    fn what_entra_draws_by_lot_is_no_difference() {
        assert!(is_chance(3900, 5399, Step::IdentityToken));
        assert!(!is_chance(3900, 86_700, Step::IdentityToken));
        assert!(!is_chance(3900, 5399, Step::AccessToken));
        assert!(is_chance(4500, 4501, Step::AccessToken));
    }
}
