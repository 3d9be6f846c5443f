//! A Kubernetes Secret for pulling images, as `kubectl get secret -o yaml` or `-o json` prints it.
//!
//! Both types are read, `kubernetes.io/dockerconfigjson` and the old `kubernetes.io/dockercfg`. A
//! list with one Secret in it is that Secret. Which entry counts for an image is
//! [`DockerConfig::choose_as_kubelet`].

use super::docker_config::{DockerConfig, bytes, text};
use super::json;
use crate::evidence::{FileFault, FileRead};
use crate::files::Surroundings;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::path::Path;
use zeroize::Zeroizing;

/// Most names that a fault counts up.
const MOST_NAMED: usize = 5;

/// A Secret that the kubelet can use.
#[derive(Debug, Clone)]
pub struct PullSecret {
    /// Its namespace, where the text says it.
    pub namespace: Option<String>,
    /// Its name, where the text says it.
    pub name: Option<String>,
    /// Which of the two types it is.
    pub kind: PullSecretKind,
    /// What it holds.
    pub config: DockerConfig,
}

/// The two types that the kubelet reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullSecretKind {
    /// `kubernetes.io/dockerconfigjson`
    DockerConfigJson,
    /// `kubernetes.io/dockercfg`, the form before 2015.
    DockerCfg,
}

impl PullSecretKind {
    /// The Secret's `type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::DockerConfigJson => "kubernetes.io/dockerconfigjson",
            Self::DockerCfg => "kubernetes.io/dockercfg",
        }
    }

    /// The key of `data` that the kubelet reads.
    pub fn data_key(self) -> &'static str {
        match self {
            Self::DockerConfigJson => ".dockerconfigjson",
            Self::DockerCfg => ".dockercfg",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        let mut both = [Self::DockerConfigJson, Self::DockerCfg].into_iter();
        both.find(|kind| kind.name() == name)
    }

    fn parse(self, bytes: &[u8]) -> Result<DockerConfig, FileFault> {
        match self {
            Self::DockerConfigJson => DockerConfig::parse(bytes),
            Self::DockerCfg => DockerConfig::parse_old_form(bytes),
        }
    }
}

/// Reads the file. The fact is given in either case.
pub fn read(surroundings: &Surroundings, path: &Path) -> (FileRead, Option<PullSecret>) {
    let mut read = FileRead {
        path: path.display().to_string(),
        shown: Map::new(),
        fault: None,
    };
    let found = bytes(surroundings, path)
        .and_then(|bytes| secret_of(&bytes))
        .and_then(|secret| {
            read.shown = shown(&secret);
            PullSecret::from_value(&secret)
        });
    match found {
        Ok(found) => {
            read.shown.extend(found.config.shown());
            (read, Some(found))
        }
        Err(fault) => {
            read.fault = Some(fault);
            (read, None)
        }
    }
}

impl PullSecret {
    fn from_value(secret: &Value) -> Result<Self, FileFault> {
        let type_name = secret["type"].as_str().unwrap_or("Opaque");
        let kind = PullSecretKind::from_name(type_name).ok_or_else(|| {
            FileFault::Malformed(format!(
                "its type is {type_name}: the kubelet reads {} and {} only",
                PullSecretKind::DockerConfigJson.name(),
                PullSecretKind::DockerCfg.name()
            ))
        })?;
        let held = held(secret, kind.data_key())?;
        let config = kind
            .parse(&held)
            .map_err(|fault| inside(kind, &held, fault))?;
        Ok(Self {
            namespace: metadata(secret, "namespace"),
            name: metadata(secret, "name"),
            kind,
            config,
        })
    }
}

/// The one Secret of a text.
fn secret_of(bytes: &[u8]) -> Result<Value, FileFault> {
    let text = text(bytes)?.trim_start_matches('\u{feff}');
    let documents = match text.trim_start().starts_with('{') {
        true => vec![json::value(text)?],
        false => yaml(text)?,
    };
    let mut objects: Vec<Value> = documents.into_iter().flat_map(items).collect();
    match objects.len() {
        0 => Err(FileFault::Malformed("it holds no Secret".into())),
        1 => secret_alone(objects.remove(0)),
        _ => Err(several(&objects)),
    }
}

fn secret_alone(object: Value) -> Result<Value, FileFault> {
    let why = match object["kind"].as_str() {
        Some("Secret") => return Ok(object),
        Some(kind) => format!("it is a {kind}, not a Secret"),
        None if object.get("auths").is_some() => {
            "it is a docker config, not a Secret: name it as docker-config:PATH".into()
        }
        None if object.is_object() => "it has no kind: it is not what kubectl prints".into(),
        None => "it is not what kubectl prints".into(),
    };
    Err(FileFault::Malformed(why))
}

/// The parser's messages may quote the text: only the place is kept.
fn yaml(text: &str) -> Result<Vec<Value>, FileFault> {
    let mut documents = Vec::new();
    for document in serde_yaml_ng::Deserializer::from_str(text) {
        let value = Value::deserialize(document).map_err(|error| {
            let place = error.location();
            FileFault::Malformed(place.map_or("it is not YAML".into(), |place| {
                format!(
                    "it is not YAML (line {}, column {})",
                    place.line(),
                    place.column()
                )
            }))
        })?;
        if !value.is_null() {
            documents.push(value);
        }
    }
    Ok(documents)
}

/// The objects of a list (`List`, `SecretList`), else the object itself.
fn items(object: Value) -> Vec<Value> {
    let is_list = object["kind"]
        .as_str()
        .is_some_and(|kind| kind.ends_with("List"));
    match object.get("items") {
        Some(Value::Array(items)) if is_list => items.clone(),
        _ => vec![object],
    }
}

fn several(objects: &[Value]) -> FileFault {
    let name = |object| metadata(object, "name").unwrap_or_else(|| "(no name)".into());
    let mut names: Vec<String> = objects.iter().take(MOST_NAMED).map(name).collect();
    if objects.len() > MOST_NAMED {
        names.push("…".into());
    }
    FileFault::Malformed(format!(
        "it holds {} objects ({}): give a file with the one Secret",
        objects.len(),
        names.join(", ")
    ))
}

/// The bytes under a key: `stringData` as it is, which the API server puts over `data`.
fn held(secret: &Value, key: &str) -> Result<Zeroizing<Vec<u8>>, FileFault> {
    if let Some(text) = secret["stringData"][key].as_str() {
        return Ok(Zeroizing::new(text.as_bytes().to_vec()));
    }
    let packed = match &secret["data"][key] {
        Value::String(text) => Zeroizing::new(text.replace(['\r', '\n'], "")),
        Value::Null => return Err(FileFault::Field(format!("{key} is missing in data"))),
        _ => return Err(FileFault::Field(format!("{key} in data is not a string"))),
    };
    let unpacked = STANDARD.decode(packed.as_bytes()).map(Zeroizing::new);
    unpacked.map_err(|_| {
        let why = match packed.trim_start().starts_with('{') {
            true => "plain JSON, not its base64 (stringData takes it so)",
            false => "not base64",
        };
        FileFault::Field(format!("{key} in data is {why}"))
    })
}

/// A fault of what the Secret holds, with the key it is under.
fn inside(kind: PullSecretKind, held: &[u8], fault: FileFault) -> FileFault {
    let key = kind.data_key();
    let again = std::str::from_utf8(held).map(|text| STANDARD.decode(text.trim()));
    if let Ok(Ok(twice)) = again
        && twice.starts_with(b"{")
    {
        return FileFault::Malformed(format!("{key} is base64 twice"));
    }
    match fault {
        FileFault::Malformed(said) => FileFault::Malformed(format!("{key}: {said}")),
        FileFault::Field(said) => FileFault::Field(format!("{key}: {said}")),
        other @ (FileFault::Missing(_) | FileFault::Unreadable(_)) => other,
    }
}

fn metadata(object: &Value, name: &str) -> Option<String> {
    object["metadata"][name].as_str().map(str::to_owned)
}

/// Who it is; of what it holds the keys' names alone.
fn shown(secret: &Value) -> Map<String, Value> {
    let mut shown = Map::new();
    for name in ["namespace", "name"] {
        if let Some(text) = metadata(secret, name) {
            shown.insert(name.into(), text.into());
        }
    }
    if let Some(type_name) = secret["type"].as_str() {
        shown.insert("type".into(), type_name.into());
    }
    let keys: Vec<Value> = ["data", "stringData"]
        .into_iter()
        .filter_map(|part| secret[part].as_object())
        .flat_map(|members| members.keys().map(|key| key.as_str().into()))
        .collect();
    shown.insert("keys".into(), Value::Array(keys));
    shown
}

#[cfg(test)]
mod tests;
