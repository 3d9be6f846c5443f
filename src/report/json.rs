//! Anything of ours as JSON. The types are maps with string keys, so nothing can fail.

use serde::Serialize;

/// Indented, ended by a line feed.
pub(super) fn indented(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// In one line, ended by a line feed.
pub(super) fn line(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string(value).unwrap_or_default();
    text.push('\n');
    text
}
