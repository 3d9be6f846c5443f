//! `CredentialProviderConfig`: what the kubelet is told about its plugins
//! (`--image-credential-provider-config`; kubernetes `staging/src/k8s.io/kubelet/config/v1/types.go`).
//!
//! YAML or JSON. What is wrong with it is a fact that names the field. Values of variables and of
//! arguments may be secrets and are never shown.

use super::validate;
use crate::evidence::{FileFault, FileRead};
use crate::files::Surroundings;
use crate::secret::Secret;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// Where the file is on a node of AKS, and in a debug pod that has the host under `/host`.
pub const PLACES: [&str; 2] = [
    "/var/lib/kubelet/credential-provider-config.yaml",
    "/host/var/lib/kubelet/credential-provider-config.yaml",
];

/// A configuration that a kubelet would start with.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// Where it was read.
    pub path: PathBuf,
    /// `kubelet.config.k8s.io/v1`, `…/v1beta1` or `…/v1alpha1`.
    pub api_version: String,
    /// The plugins in the file's order, which is the order of asking.
    pub providers: Vec<Provider>,
    /// Members that the format has not; a kubelet that decodes strictly does not start with them.
    pub unknown: Vec<String>,
}

/// One plugin.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Its name, which is its file's name.
    pub name: String,
    /// The images it is asked for.
    pub match_images: Vec<String>,
    /// How long an answer is kept that says nothing about it.
    pub default_cache_duration: Option<String>,
    /// The version of the exec protocol, such as `credentialprovider.kubelet.k8s.io/v1`.
    pub api_version: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its variables, beside those that it inherits.
    pub env: Vec<(String, Secret)>,
    /// Set where it is given a service account's token.
    pub token_attributes: Option<TokenAttributes>,
}

/// `tokenAttributes`: which service account's token a plugin is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenAttributes {
    /// `serviceAccountTokenAudience`.
    pub audience: String,
    /// `requireServiceAccount`: false lets a pod without one pull as the node.
    pub require_service_account: bool,
    /// `cacheType`: `ServiceAccount` or `Token`; kubelets of 1.33 had none.
    pub cache_type: Option<String>,
    /// Annotations without which the plugin is not asked.
    pub required_annotation_keys: Vec<String>,
    /// Annotations that are handed over if they are there.
    pub optional_annotation_keys: Vec<String>,
}

impl ProviderConfig {
    /// Reads the file. The fact is given in either case.
    pub fn read(surroundings: &Surroundings, path: &Path) -> (FileRead, Option<Self>) {
        let mut read = FileRead {
            path: path.display().to_string(),
            shown: Map::new(),
            fault: None,
        };
        let found = members(surroundings, path).and_then(|members| {
            read.shown = shown(&members);
            validate::config(path, &members)
        });
        match found {
            Ok(found) => (read, Some(found)),
            Err(fault) => {
                read.fault = Some(fault);
                (read, None)
            }
        }
    }
}

fn members(surroundings: &Surroundings, path: &Path) -> Result<Map<String, Value>, FileFault> {
    let bytes = surroundings.read(path).map_err(|error| unread(&error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| FileFault::Malformed("it is not UTF-8 text".into()))?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(FileFault::Malformed("it is empty".into()));
    }
    match parsed(text)? {
        Value::Object(members) => Ok(members),
        _ => Err(FileFault::Malformed(
            "it is neither a YAML mapping nor a JSON object".into(),
        )),
    }
}

fn unread(error: &std::io::Error) -> FileFault {
    match error.kind() {
        std::io::ErrorKind::NotFound => FileFault::Missing("it is not there".into()),
        std::io::ErrorKind::PermissionDenied => FileFault::Unreadable("it may not be read".into()),
        std::io::ErrorKind::IsADirectory => FileFault::Unreadable(
            "it is a folder, whose files newer kubelets merge: name one of the files".into(),
        ),
        _ => FileFault::Unreadable(error.to_string()),
    }
}

/// As the kubelet: JSON where it looks like JSON, else YAML. A parser's message may quote the text,
/// and with it a secret: only the place is kept.
fn parsed(text: &str) -> Result<Value, FileFault> {
    let malformed = |format: &str, line: usize, column: usize| {
        FileFault::Malformed(format!("it is not {format} (line {line}, column {column})"))
    };
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text)
            .map_err(|error| malformed("JSON", error.line(), error.column()));
    }
    serde_yaml_ng::from_str(text).map_err(|error| match error.location() {
        Some(place) => malformed("YAML", place.line(), place.column()),
        None => FileFault::Malformed("it is not one YAML document with plain keys".into()),
    })
}

/// What may be shown: no value of a variable, and no value within an argument.
fn shown(members: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = Map::new();
    for name in ["apiVersion", "kind"] {
        if let Some(Value::String(text)) = members.get(name) {
            shown.insert(name.to_owned(), text.as_str().into());
        }
    }
    let providers = members.get("providers").and_then(Value::as_array);
    let providers: Vec<Value> = providers.into_iter().flatten().map(one_shown).collect();
    shown.insert("providers".to_owned(), providers.into());
    shown
}

fn one_shown(provider: &Value) -> Value {
    let plain = [
        "name",
        "matchImages",
        "defaultCacheDuration",
        "apiVersion",
        "tokenAttributes",
    ];
    let mut shown: Map<String, Value> = plain
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), provider.get(name)?.clone())))
        .collect();
    let list = |name: &str| {
        provider
            .get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    let args: Vec<Value> = list("args").map(argument_shown).collect();
    let names: Vec<&Value> = list("env").filter_map(|one| one.get("name")).collect();
    if !args.is_empty() {
        shown.insert("args".to_owned(), args.into());
    }
    if !names.is_empty() {
        shown.insert("env".to_owned(), json!(names));
    }
    shown.into()
}

/// A path, or a flag without its value; anything else might be a secret.
fn argument_shown(argument: &Value) -> Value {
    let text = argument.as_str().unwrap_or_default();
    match text.split_once('=') {
        Some((flag, _)) if flag.starts_with('-') => format!("{flag}=…").into(),
        None if text.starts_with(['-', '/']) => text.into(),
        _ => "…".into(),
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
