//! JSON files that hold credentials. serde_json's messages may quote the text, and with it a secret:
//! only the place of a fault is kept.

use crate::evidence::FileFault;
use serde_json::{Map, Value};

/// The value that a text is.
pub(super) fn value(text: &str) -> Result<Value, FileFault> {
    serde_json::from_str(text).map_err(|error| {
        FileFault::Malformed(format!(
            "it is not JSON (line {}, column {})",
            error.line(),
            error.column()
        ))
    })
}

/// The object that a text is.
pub(super) fn object(text: &str) -> Result<Map<String, Value>, FileFault> {
    if text.trim().is_empty() {
        return Err(FileFault::Malformed("it is empty".into()));
    }
    match value(text)? {
        Value::Object(members) => Ok(members),
        _ => Err(FileFault::Malformed("it is JSON, but not an object".into())),
    }
}
