//! Text of files that hold credentials: read, named if it is something else, never quoted.

use crate::evidence::FileFault;
use crate::files::Surroundings;
use crate::principal::json;
use serde_json::{Map, Value};
use std::path::Path;

/// The bytes of a file that holds credentials.
pub(in crate::principal) fn bytes(
    surroundings: &Surroundings,
    path: &Path,
) -> Result<Vec<u8>, FileFault> {
    surroundings.read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => FileFault::Missing("it is not there".into()),
        std::io::ErrorKind::PermissionDenied => {
            FileFault::Unreadable("it may not be read by this user".into())
        }
        _ => FileFault::Unreadable(error.to_string()),
    })
}

/// The text, or which other encoding it is in: Windows PowerShell's `>` writes UTF-16.
pub(in crate::principal) fn text(bytes: &[u8]) -> Result<&str, FileFault> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(FileFault::Malformed(
            "it is UTF-16 text (PowerShell's > writes that), not UTF-8".into(),
        ));
    }
    std::str::from_utf8(bytes).map_err(|_| FileFault::Malformed("it is not UTF-8 text".into()))
}

/// The object that a JSON text is.
pub(super) fn object(bytes: &[u8]) -> Result<Map<String, Value>, FileFault> {
    let text = text(bytes)?;
    if text.starts_with('\u{feff}') {
        return Err(FileFault::Malformed(
            "it begins with a byte-order mark, which docker and the kubelet do not read over"
                .into(),
        ));
    }
    json::object(text)
}

/// A member by name. The clients are written in Go, whose JSON reader takes any case; null is none.
pub(super) fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let folded = || {
        let mut all = members.iter();
        all.find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    members
        .get(name)
        .or_else(folded)
        .filter(|value| !value.is_null())
}

/// What an object without any place for credentials seems to be.
pub(super) fn what_else(members: &Map<String, Value>) -> &'static str {
    let is_entry = |value: &Value| value.get("auth").is_some() || value.get("username").is_some();
    if members.contains_key("accessToken") || members.contains_key("refreshToken") {
        return "it is the answer of `az acr login --expose-token`, not a docker config";
    }
    if members.get("kind").is_some_and(|kind| kind == "Secret") {
        return "it is a Kubernetes Secret, not a docker config: name it as pull-secret:FILE";
    }
    if members.values().any(is_entry) {
        return "its entries are at the top level, as in the old .dockercfg: docker reads those under auths";
    }
    "it has none of auths, credHelpers and credsStore"
}
