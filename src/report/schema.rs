//! The published schemas (JSON Schema, 2020-12): made from the types by the test below, which also holds
//! what the probe writes against them.

#[cfg(test)]
mod tests;

/// Of `--format json`, a run's and a pasted text's.
pub const REPORT: &str = include_str!("schema/report.json");
/// Of one line of a recording, and so of `--format ndjson`.
pub const RECORDING: &str = include_str!("schema/recording.json");
/// Of a comparison.
pub const COMPARE: &str = include_str!("schema/compare.json");
