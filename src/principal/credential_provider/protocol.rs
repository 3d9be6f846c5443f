//! The exec protocol: what a plugin reads on stdin, what it answers on stdout, and in which order
//! the kubelet uses the answer.
//!
//! Sources: kubernetes `staging/src/k8s.io/kubelet/pkg/apis/credentialprovider/v1/types.go`,
//! `pkg/credentialprovider/plugin/plugin.go` (`ExecPlugin`, `decodeResponse`, `provide`) and
//! `pkg/credentialprovider/keyring.go` (`Add`, `Lookup`).

use super::address::Address;
use super::{duration, match_images};
use crate::secret::Secret;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The versions of the protocol.
pub const VERSIONS: [&str; 3] = [
    "credentialprovider.kubelet.k8s.io/v1",
    "credentialprovider.kubelet.k8s.io/v1beta1",
    "credentialprovider.kubelet.k8s.io/v1alpha1",
];

/// How much of a peer's text an error quotes.
const QUOTED: usize = 60;

/// The request for stdin, one line of JSON. It may hold a service account's token, so all of it is
/// a secret. Only v1 has the members of a service account.
pub fn request(
    image: &str,
    api_version: &str,
    service_account_token: Option<&Secret>,
    annotations: &BTreeMap<String, String>,
) -> Secret {
    let mut request = json!({
        "kind": "CredentialProviderRequest",
        "apiVersion": api_version,
        "image": image,
    });
    if let Some(token) = service_account_token.filter(|_| api_version == VERSIONS[0]) {
        request["serviceAccountToken"] = token.expose().into();
        if !annotations.is_empty() {
            request["serviceAccountAnnotations"] = json!(annotations);
        }
    }
    Secret::new(format!("{request}\n"))
}

/// What a plugin answered.
#[derive(Debug, Clone)]
pub struct Response {
    /// `Image`, `Registry` or `Global`.
    pub cache_key_type: String,
    /// How long the kubelet keeps it, as written; none: the configuration's default.
    pub cache_duration: Option<String>,
    /// The entries in the order in which the kubelet uses them.
    pub auth: Vec<Auth>,
    /// Members that the format has not. A kubelet that decodes strictly refuses the whole answer
    /// for them; which versions do was not settled, so they are reported and not judged.
    pub unknown: Vec<String>,
}

/// One entry.
#[derive(Debug, Clone)]
pub struct Auth {
    /// The images that it is for.
    pub pattern: String,
    /// The user name; empty in the entry that stands for an anonymous pull.
    pub username: String,
    /// The password.
    pub password: Secret,
}

impl Auth {
    /// True for the entry that the kubelet tries like any other and that carries nothing:
    /// Azure's plugin always returns one (`*.azurecr.*`), which is the second, anonymous error of
    /// every refused pull.
    pub fn is_anonymous(&self) -> bool {
        self.username.is_empty() && self.password.expose().is_empty()
    }
}

/// Why an answer cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResponseFault {
    /// Nothing was written.
    #[error("the plugin wrote nothing to stdout")]
    Empty,
    /// It is no JSON object. The text is not quoted: it may hold a credential.
    #[error("what the plugin wrote is not a JSON object (line {line}, column {column})")]
    NotJson {
        /// Where reading stopped.
        line: usize,
        /// Where reading stopped.
        column: usize,
    },
    /// Another version than the one asked for: the kubelet drops the answer.
    #[error(
        "the plugin answered with apiVersion \"{found}\", the configuration says \"{expected}\""
    )]
    ApiVersion {
        /// As configured and as asked.
        expected: String,
        /// As answered.
        found: String,
    },
    /// Another object.
    #[error("the plugin answered with a \"{0}\", not with a CredentialProviderResponse")]
    Kind(String),
    /// A member that the kubelet cannot use; the sentence names it.
    #[error("{0}")]
    Member(String),
}

/// Reads what the plugin wrote, with the kubelet's demands in the kubelet's order.
///
/// # Errors
/// The first demand that it fails.
pub fn response(stdout: &[u8], api_version_expected: &str) -> Result<Response, ResponseFault> {
    let members = object(stdout)?;
    let found = text(&members, "apiVersion")?.unwrap_or_default();
    if found != api_version_expected {
        return Err(ResponseFault::ApiVersion {
            expected: api_version_expected.to_owned(),
            found: quoted(&found),
        });
    }
    let kind = text(&members, "kind")?.unwrap_or_default();
    if kind != "CredentialProviderResponse" {
        return Err(ResponseFault::Kind(quoted(&kind)));
    }
    let mut unknown = strangers(
        &members,
        &[
            "kind",
            "apiVersion",
            "cacheKeyType",
            "cacheDuration",
            "auth",
        ],
        "",
    );
    let mut auth = entries(&members, &mut unknown)?;
    // The key of the index, not the pattern, is what the kubelet sorts by.
    auth.sort_by_key(|entry| std::cmp::Reverse(index_key(&entry.pattern)));
    Ok(Response {
        cache_key_type: cache_key_type(&members)?,
        cache_duration: cache_duration(&members)?,
        auth,
        unknown,
    })
}

fn object(stdout: &[u8]) -> Result<Map<String, Value>, ResponseFault> {
    if stdout.iter().all(u8::is_ascii_whitespace) {
        return Err(ResponseFault::Empty);
    }
    serde_json::from_slice(stdout).map_err(|error| ResponseFault::NotJson {
        line: error.line(),
        column: error.column(),
    })
}

fn text(members: &Map<String, Value>, name: &str) -> Result<Option<String>, ResponseFault> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ResponseFault::Member(format!("{name} is not a string"))),
    }
}

fn quoted(text: &str) -> String {
    let signs = text.chars().filter(|sign| !sign.is_control());
    signs.take(QUOTED).collect()
}

fn strangers(members: &Map<String, Value>, known: &[&str], before: &str) -> Vec<String> {
    let names = members
        .keys()
        .filter(|name| !known.contains(&name.as_str()));
    names
        .map(|name| format!("{before}{}", quoted(name)))
        .collect()
}

fn cache_key_type(members: &Map<String, Value>) -> Result<String, ResponseFault> {
    let found = text(members, "cacheKeyType")?.unwrap_or_default();
    match found.as_str() {
        "Image" | "Registry" | "Global" => Ok(found),
        other => Err(ResponseFault::Member(format!(
            "cacheKeyType is \"{}\", not Image, Registry or Global: the kubelet drops the answer",
            quoted(other)
        ))),
    }
}

fn cache_duration(members: &Map<String, Value>) -> Result<Option<String>, ResponseFault> {
    let found = text(members, "cacheDuration")?;
    match &found {
        Some(text) if duration::seconds(text).is_none() => Err(ResponseFault::Member(format!(
            "cacheDuration is \"{}\", which is no duration",
            quoted(text)
        ))),
        _ => Ok(found),
    }
}

fn entries(
    members: &Map<String, Value>,
    unknown: &mut Vec<String>,
) -> Result<Vec<Auth>, ResponseFault> {
    let entries = match members.get("auth") {
        None | Some(Value::Null) => return Ok(vec![]),
        Some(Value::Object(entries)) => entries,
        Some(_) => return Err(ResponseFault::Member("auth is not an object".into())),
    };
    entries
        .iter()
        .map(|(pattern, value)| entry(pattern, value, unknown))
        .collect()
}

fn entry(pattern: &str, value: &Value, unknown: &mut Vec<String>) -> Result<Auth, ResponseFault> {
    let wrong = |what: &str| ResponseFault::Member(format!("auth[\"{}\"]{what}", quoted(pattern)));
    let members = value
        .as_object()
        .ok_or_else(|| wrong(" is not an object"))?;
    let member = |name: &str| {
        let found = text(members, name).map_err(|_| wrong(&format!(".{name} is not a string")))?;
        Ok::<_, ResponseFault>(found.unwrap_or_default())
    };
    let before = format!("auth[\"{}\"].", quoted(pattern));
    unknown.extend(strangers(members, &["username", "password"], &before));
    Ok(Auth {
        pattern: pattern.to_owned(),
        username: member("username")?,
        password: Secret::new(member("password")?),
    })
}

/// The key under which the keyring files an entry: host and path without a scheme, `/v1` and `/v2`
/// left out. None: the entry is passed over.
fn index_key(pattern: &str) -> Option<String> {
    let schemeless = ["https://", "http://"]
        .into_iter()
        .find_map(|scheme| pattern.strip_prefix(scheme))
        .unwrap_or(pattern);
    let address = Address::parse(schemeless).ok()?;
    let path = String::from_utf8_lossy(&address.path).into_owned();
    let path = match path.get(..4) {
        Some("/v1/" | "/v2/") => &path[3..],
        _ => path.as_str(),
    };
    Some(match path {
        "" | "/" => address.authority(),
        path => format!("{}{path}", address.authority()),
    })
}

impl Response {
    /// The entries that the kubelet tries for an image, one after the other, as it orders them.
    pub fn for_image(&self, image: &str) -> Vec<&Auth> {
        lookup([self], image)
    }
}

/// The entries of all plugins that were asked, as the kubelet tries them: the keyring's index is
/// sorted backwards, so that a longer key comes before what it begins with and a name before a
/// wildcard; every match counts, the empty one included. Under one key the first provider's entry
/// comes first, and both are tried (the API's documentation says that only the first is).
pub fn lookup<'a>(responses: impl IntoIterator<Item = &'a Response>, image: &str) -> Vec<&'a Auth> {
    let image = match_images::asked_for(image);
    let mut found: Vec<(String, &Auth)> = responses
        .into_iter()
        .flat_map(|response| &response.auth)
        .filter_map(|auth| Some((index_key(&auth.pattern)?, auth)))
        .filter(|(key, _)| match_images::matches(key, image).is_ok())
        .collect();
    found.sort_by(|(one, _), (other, _)| other.cmp(one));
    found.into_iter().map(|(_, auth)| auth).collect()
}

#[cfg(test)]
#[path = "protocol_tests.rs"]
mod tests;
