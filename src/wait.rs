//! `--wait`: try again until the required cells are granted or the time is over. Pure: when to try
//! again, from what the last try showed; the loop itself is in `walk`.

use crate::evidence::{Recording, Transaction, Waited};
use crate::findings::outcome::Verdict;
use crate::report::{Report, ReportVerdict};
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// The first pause; a fresh role rarely works sooner.
const FIRST: Duration = Duration::from_secs(2);
/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_secs(30);

/// A try that follows sooner tells nothing new.
const SHORTEST: Duration = Duration::from_millis(250);
/// Nobody waits longer than a day, whatever an answer says.
const DAY: Duration = Duration::from_secs(86_400);

/// What to do after a try.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// It is over: granted, hopeless, or no time left.
    Stop,
    /// Try again after this pause.
    After(Duration),
}

/// Decides after try number `tries` (counted from 1), `elapsed` after the start.
///
/// `chance` is between 0 and 1: pauses differ by up to a fifth, so that many nodes do not ask at once.
pub fn next(
    recording: &Recording,
    tries: u32,
    elapsed: Duration,
    limit: Duration,
    chance: f64,
) -> Next {
    let report = Report::of(recording);
    if report.verdict == ReportVerdict::Granted || is_hopeless(&report) {
        return Next::Stop;
    }
    let doubled = FIRST
        .saturating_mul(1 << tries.saturating_sub(1).min(8))
        .min(LONGEST);
    let chance = chance.clamp(0.0, 1.0);
    let pause = doubled.mul_f64(0.8 + 0.4 * chance);
    let asked = retry_after(recording).unwrap_or_default();
    // Everybody who was throttled was told the same time: never sooner, and not all at once.
    let pause = pause.max(asked.mul_f64(1.0 + 0.2 * chance));
    let left = limit.saturating_sub(elapsed);
    if pause <= left {
        return Next::After(pause);
    }
    // The time that was given is used up: the last try is when it ends.
    if left >= SHORTEST && asked <= left {
        Next::After(left)
    } else {
        Next::Stop
    }
}

/// Waiting cannot mend a destination that was refused or a credential that cannot be read.
fn is_hopeless(report: &Report<'_>) -> bool {
    let required = report.matrix.iter().filter(|cell| cell.required);
    required
        .into_iter()
        .any(|cell| matches!(cell.verdict, Verdict::Withheld | Verdict::Untried))
}

/// The longest `Retry-After` that was answered, if any: never sooner than that.
fn retry_after(recording: &Recording) -> Option<Duration> {
    recording.transactions.iter().filter_map(asked_for).max()
}

/// Seconds, or a date (RFC 9110, 10.2.3), which is counted from the answer's own.
fn asked_for(answer: &Transaction) -> Option<Duration> {
    let text = answer.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds).min(DAY));
    }
    let date = |text: &str| OffsetDateTime::parse(text.trim(), &Rfc2822).ok();
    let left = date(text)? - date(answer.header("date")?)?;
    Some(Duration::try_from(left).unwrap_or_default().min(DAY))
}

/// What the report says of the wait.
pub fn waited(tries: u32, elapsed: Duration, until_then: Option<String>) -> Waited {
    Waited {
        tries,
        seconds: elapsed.as_secs(),
        until_then,
    }
}

/// The cause of the first required cell that was not granted.
pub fn cause(recording: &Recording) -> Option<String> {
    let report = Report::of(recording);
    report
        .matrix
        .iter()
        .find(|cell| cell.required && cell.verdict != Verdict::Granted)?
        .cause
        .map(str::to_owned)
}

/// `30s`, `10m`, `1h`, or seconds.
///
/// # Errors
/// One sentence.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text} is no duration; write 30s, 10m or 1h");
    let (number, factor) = match text.as_bytes().last() {
        Some(b's') => (&text[..text.len() - 1], 1),
        Some(b'm') => (&text[..text.len() - 1], 60),
        Some(b'h') => (&text[..text.len() - 1], 3600),
        _ => (text, 1),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let seconds = number
        .checked_mul(factor)
        .filter(|seconds| (1..=86_400).contains(seconds))
        .ok_or_else(wrong)?;
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests;
