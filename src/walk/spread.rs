//! `--spread`: one probe of many that start at once.
//!
//! A registry throttles exchanges, so each begins at a moment of its own. And a pod that has ended frees
//! its place at once: it stays until the time is over, so that the scheduler, told to put no two of them on
//! one node, has put one on each.

use super::{Signals, chance, deliver, probe, say};
use crate::cli::{OutputArgs, Prepared};
use crate::error::Error;
use std::time::{Duration, Instant};

/// Probes within the time, and stays until it is over. Without one: probes.
pub(super) async fn within(
    spread: Option<Duration>,
    prepared: Prepared,
    output: &OutputArgs,
) -> Result<u8, Error> {
    let Some(spread) = spread else {
        let walked = probe(prepared).await?;
        let code = deliver(&walked.recording, output)?;
        return Ok(walked.signal.unwrap_or(code));
    };
    let end = Instant::now() + spread;
    let begin = spread.mul_f64(chance());
    say(&format!(
        "begins in {} s, ends in {} s at the earliest\n",
        begin.as_secs(),
        spread.as_secs()
    ));
    if let Some(signal) = sleep(begin).await? {
        return Ok(signal);
    }
    let walked = probe(prepared).await?;
    let code = deliver(&walked.recording, output)?;
    if let Some(signal) = walked.signal {
        return Ok(signal);
    }
    // A signal now ends the staying; what was asked for is done.
    sleep(end.saturating_duration_since(Instant::now())).await?;
    Ok(code)
}

/// The exit code of the signal that came first, if one did.
async fn sleep(time: Duration) -> Result<Option<u8>, Error> {
    let mut signals = Signals::new()?;
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        () = signals.arrive() => {}
    }
    Ok(signals.arrived)
}
