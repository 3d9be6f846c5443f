//! What a federated workload presented to Entra, and what Entra says it saw. Read, not judged.

use crate::evidence::{Fact, FileRead, Observation, Transaction};
use crate::findings::case::Case;

/// The token file of a federated workload, as far as it was shown.
pub(super) struct Presented<'a> {
    pub fact: &'a Fact,
    pub file: &'a FileRead,
}

impl Presented<'_> {
    /// A claim of the assertion that is text; of several audiences all.
    pub fn claim(&self, name: &str) -> Option<String> {
        let value = self.file.shown.get(name)?;
        match value.as_array() {
            None => value.as_str().map(str::to_owned),
            Some(list) => {
                let all: Vec<&str> = list.iter().filter_map(|one| one.as_str()).collect();
                (!all.is_empty()).then(|| all.join(", "))
            }
        }
    }

    /// A time of the assertion, in seconds since 1970.
    pub fn time(&self, name: &str) -> Option<i64> {
        self.file.shown.get(name)?.as_i64()
    }
}

/// The federated token file of this row, where it has one that could be read.
pub(super) fn presented<'a>(case: &Case<'a>) -> Option<Presented<'a>> {
    if case.this.cell.principal.kind != "workload-identity" {
        return None;
    }
    case.this
        .trace
        .facts
        .iter()
        .find_map(|fact| match &fact.observation {
            Observation::File(file) if file.fault.is_none() => Some(Presented { fact, file }),
            _ => None,
        })
}

/// What Entra says that it compared: `issuer`, `subject` or `audience`, from its own words.
pub(super) fn seen_by_entra(answer: &Transaction, what: &str) -> Option<String> {
    let (_, text) = answer.identity_error()?;
    let lower = text.to_ascii_lowercase();
    [
        format!("assertion {what} '"),
        format!("assertion {what}: '"),
    ]
    .iter()
    .find_map(|mark| {
        let from = lower.find(mark.as_str())? + mark.len();
        let rest = text.get(from..)?;
        Some(rest.split('\'').next()?.to_owned())
    })
}

/// By whose clock an assertion is judged: Entra's, where it was seen, else the registry's or ours.
pub(super) fn clock(case: &Case<'_>) -> (i64, &'static str) {
    let of_entra = case.decisive().and_then(|answer| {
        let host = answer.host()?;
        case.this
            .trace
            .facts
            .iter()
            .find_map(|fact| match &fact.observation {
                Observation::Clock(clock) if clock.host == host => Some(clock.peer),
                _ => None,
            })
    });
    match of_entra {
        Some(time) => (time, "Entra's clock"),
        None => (case.now(), "the registry's clock"),
    }
}

/// `2026-11-23T20:00:00Z`.
pub(super) fn moment(seconds: i64) -> String {
    let format = time::format_description::well_known::Rfc3339;
    time::OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| time.format(&format).ok())
        .unwrap_or_else(|| format!("{seconds} s since 1970"))
}
