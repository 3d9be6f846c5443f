//! What a kubelet demands of its configuration before it starts (kubernetes
//! `pkg/credentialprovider/plugin/config.go`, `decode` and `validateCredentialProviderConfig`).
//!
//! Not demanded here: well-formed annotation keys, and `cacheType`, which 1.33 did not know.

use super::address::Address;
use super::config::{Provider, ProviderConfig, TokenAttributes};
use super::{duration, protocol};
use crate::evidence::FileFault;
use crate::secret::Secret;
use serde_json::{Map, Value};
use std::path::Path;

/// The versions of the file.
const VERSIONS: [&str; 3] = [
    "kubelet.config.k8s.io/v1",
    "kubelet.config.k8s.io/v1beta1",
    "kubelet.config.k8s.io/v1alpha1",
];

type Members = Map<String, Value>;

/// A mapping with its place in the file, for sentences.
struct At<'a> {
    members: &'a Members,
    place: String,
}

fn field(said: impl Into<String>) -> FileFault {
    FileFault::Field(said.into())
}

/// The configuration.
pub fn config(path: &Path, members: &Members) -> Result<ProviderConfig, FileFault> {
    let file = At {
        members,
        place: String::new(),
    };
    let api_version = file.one_of("apiVersion", &VERSIONS)?;
    file.one_of("kind", &["CredentialProviderConfig"])?;
    let mut unknown = file.strangers(&["apiVersion", "kind", "providers"]);
    let listed = match members.get("providers") {
        Some(Value::Array(listed)) if !listed.is_empty() => listed,
        None | Some(Value::Null | Value::Array(_)) => {
            return Err(field("providers is missing or empty"));
        }
        Some(_) => return Err(field("providers is not a list")),
    };
    let mut providers: Vec<Provider> = Vec::new();
    for (index, value) in listed.iter().enumerate() {
        let at = At::new(value, format!("providers[{index}]"))?;
        let provider = provider(&at, &mut unknown)?;
        if providers.iter().any(|one| one.name == provider.name) {
            return Err(field(format!("{}.name is there twice", at.place)));
        }
        providers.push(provider);
    }
    Ok(ProviderConfig {
        path: path.to_path_buf(),
        api_version,
        providers,
        unknown,
    })
}

fn provider(at: &At<'_>, unknown: &mut Vec<String>) -> Result<Provider, FileFault> {
    unknown.extend(at.strangers(&[
        "name",
        "matchImages",
        "defaultCacheDuration",
        "apiVersion",
        "args",
        "env",
        "tokenAttributes",
    ]));
    let api_version = at.one_of("apiVersion", &protocol::VERSIONS)?;
    let token_attributes = match at.members.get("tokenAttributes") {
        None | Some(Value::Null) => None,
        Some(_) if api_version != protocol::VERSIONS[0] => {
            return Err(at.wrong(
                "tokenAttributes",
                "is allowed with the exec protocol's v1 only",
            ));
        }
        Some(value) => {
            let at = At::new(value, at.name("tokenAttributes"))?;
            Some(token_attributes(&at, unknown)?)
        }
    };
    Ok(Provider {
        name: name(at)?,
        match_images: match_images(at)?,
        default_cache_duration: Some(cache_duration(at)?),
        api_version,
        args: at.texts("args")?,
        env: variables(at)?,
        token_attributes,
    })
}

/// A name that could lead out of the plugins' folder is refused.
fn name(at: &At<'_>) -> Result<String, FileFault> {
    let name = at.required("name")?;
    if name == "." || name == ".." || name.contains(['/', ' ', '\0']) {
        return Err(at.wrong(
            "name",
            "is no file name: no slash, no blank, not \".\" or \"..\"",
        ));
    }
    Ok(name)
}

fn match_images(at: &At<'_>) -> Result<Vec<String>, FileFault> {
    let patterns = at.texts("matchImages")?;
    if patterns.is_empty() {
        return Err(at.wrong("matchImages", "is missing or empty"));
    }
    for (index, pattern) in patterns.iter().enumerate() {
        Address::parse(pattern).map_err(|why| {
            at.wrong(
                &format!("matchImages[{index}]"),
                &format!("cannot be read: {why}"),
            )
        })?;
    }
    Ok(patterns)
}

fn cache_duration(at: &At<'_>) -> Result<String, FileFault> {
    let text = at.required("defaultCacheDuration")?;
    match duration::seconds(&text) {
        Some(seconds) if seconds >= 0.0 => Ok(text),
        _ => Err(at.wrong(
            "defaultCacheDuration",
            "is no duration of zero or more, such as 10m",
        )),
    }
}

fn variables(at: &At<'_>) -> Result<Vec<(String, Secret)>, FileFault> {
    let listed = at.list("env")?.iter().enumerate();
    listed
        .map(|(index, value)| {
            let at = At::new(value, at.name(&format!("env[{index}]")))?;
            let name = at.required("name")?;
            if name.contains(['=', '\0']) {
                return Err(at.wrong("name", "is no variable's name"));
            }
            let value = at.text("value")?.unwrap_or_default();
            if value.contains('\0') {
                return Err(at.wrong("value", "holds a null character"));
            }
            Ok((name, Secret::new(value)))
        })
        .collect()
}

fn token_attributes(at: &At<'_>, unknown: &mut Vec<String>) -> Result<TokenAttributes, FileFault> {
    let (needed, welcome) = (
        "requiredServiceAccountAnnotationKeys",
        "optionalServiceAccountAnnotationKeys",
    );
    unknown.extend(at.strangers(&[
        "serviceAccountTokenAudience",
        "requireServiceAccount",
        "cacheType",
        needed,
        welcome,
    ]));
    let found = TokenAttributes {
        audience: at.required("serviceAccountTokenAudience")?,
        require_service_account: match at.members.get("requireServiceAccount") {
            Some(Value::Bool(flag)) => *flag,
            _ => return Err(at.wrong("requireServiceAccount", "is neither true nor false")),
        },
        cache_type: match at.text("cacheType")? {
            None => None,
            Some(_) => Some(at.one_of("cacheType", &["ServiceAccount", "Token"])?),
        },
        required_annotation_keys: at.texts(needed)?,
        optional_annotation_keys: at.texts(welcome)?,
    };
    if !found.require_service_account && !found.required_annotation_keys.is_empty() {
        return Err(at.wrong(needed, "is set, but requireServiceAccount is false"));
    }
    let both = |key: &String| found.optional_annotation_keys.contains(key);
    if found.required_annotation_keys.iter().any(both) {
        return Err(at.wrong(needed, "names a key that is optional too"));
    }
    Ok(found)
}

impl<'a> At<'a> {
    fn new(value: &'a Value, place: String) -> Result<Self, FileFault> {
        match value {
            Value::Object(members) => Ok(Self { members, place }),
            _ => Err(field(format!("{place} is not a mapping"))),
        }
    }

    fn name(&self, member: &str) -> String {
        match self.place.as_str() {
            "" => member.to_owned(),
            place => format!("{place}.{member}"),
        }
    }

    fn wrong(&self, member: &str, what: &str) -> FileFault {
        field(format!("{} {what}", self.name(member)))
    }

    fn text(&self, member: &str) -> Result<Option<String>, FileFault> {
        match self.members.get(member) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.wrong(member, "is not a string")),
        }
    }

    fn required(&self, member: &str) -> Result<String, FileFault> {
        match self.text(member)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(self.wrong(member, "is missing")),
        }
    }

    fn one_of(&self, member: &str, known: &[&str]) -> Result<String, FileFault> {
        let text = self.required(member)?;
        if known.contains(&text.as_str()) {
            return Ok(text);
        }
        let found: String = text.chars().take(60).collect();
        Err(self.wrong(
            member,
            &format!("is \"{found}\", not {}", known.join(" or ")),
        ))
    }

    fn list(&self, member: &str) -> Result<&'a [Value], FileFault> {
        match self.members.get(member) {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(listed)) => Ok(listed),
            Some(_) => Err(self.wrong(member, "is not a list")),
        }
    }

    fn texts(&self, member: &str) -> Result<Vec<String>, FileFault> {
        let texts = self.list(member)?.iter().map(|one| match one {
            Value::String(text) if !text.contains('\0') => Ok(text.clone()),
            _ => Err(self.wrong(member, "holds something that is not a string")),
        });
        texts.collect()
    }

    fn strangers(&self, known: &[&str]) -> Vec<String> {
        let names = self.members.keys();
        names
            .filter(|name| !known.contains(&name.as_str()))
            .map(|name| self.name(name))
            .collect()
    }
}
