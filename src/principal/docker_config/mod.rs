//! docker's `config.json`, and which of its entries a client would use for a registry.
//!
//! What matters is what a client *would* take, so the rules are the clients' own, oddities
//! included: [`DockerConfig::choose`] is docker's (docker/cli `cli/config`: `GetCredentialsStore`,
//! `ConvertToHostname`, `decodeAuth`), [`DockerConfig::choose_as_kubelet`] the kubelet's for pull
//! secrets (kubernetes `pkg/credentialprovider/keyring.go`). An entry under a key that is only
//! nearly right is named and never picked: whoever picks it sends one registry's password to another.
//!
//! No helper is started here and nothing is sent. A value that may be secret is a [`Secret`] from
//! the moment it is taken out of the file.

mod entry;
mod helper;
mod key;
mod keyring;
mod text;

pub use helper::{HelperAnswer, helper_answer};
pub use keyring::urls_match;
pub(super) use text::{bytes, text};

use crate::evidence::{FileFault, FileRead};
use crate::files::Surroundings;
use crate::secret::Secret;
use entry::Entry;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use text::{member, object, what_else};

/// What a docker config or pull secret holds, before any registry is chosen.
#[derive(Clone)]
pub struct DockerConfig {
    /// By key, in the file's order.
    auths: Vec<(String, Entry)>,
    /// `credHelpers`: the name of a program by registry.
    helpers: Vec<(String, String)>,
    /// `credsStore`: the name of the program for all others.
    store: Option<String>,
}

/// What a client would use for one registry. A `key` is as the file has it, fit to be shown.
#[derive(Debug, Clone)]
pub enum Choice {
    /// A user name and a password. The password may hold stray blanks: see [`Secret::stray_blanks`].
    Password {
        /// The entry's key.
        key: String,
        /// The user name, never empty.
        user: String,
        /// The password, never empty.
        secret: Secret,
    },
    /// An `identitytoken`: an OAuth2 refresh token, which docker prefers to a password beside it.
    IdentityToken {
        /// The entry's key.
        key: String,
        /// The user name beside it, for ACR the null GUID.
        user: Option<String>,
        /// The token.
        secret: Secret,
    },
    /// An `identitytoken` and no password, in a pull secret: the kubelet does not read that member
    /// and goes on anonymously.
    IdentityTokenUnread {
        /// The entry's key.
        key: String,
    },
    /// A `registrytoken` alone: docker sends it as it is; containerd ignores it and goes on
    /// anonymously.
    RegistryToken {
        /// The entry's key.
        key: String,
    },
    /// A program must be asked. An entry of `auths` beside it does not count.
    Helper {
        /// The key of `credHelpers`, or the registry where `credsStore` speaks for all.
        key: String,
        /// The program's whole name, `docker-credential-…`; it holds no path.
        program: String,
        /// Which member names it.
        from: HelperFrom,
    },
    /// `{}`, or an entry with none of the members that a client reads: it goes on anonymously.
    Empty {
        /// The entry's key.
        key: String,
    },
    /// An entry that cannot be meant.
    Malformed {
        /// The entry's key.
        key: String,
        /// What is wrong with it, never its value.
        why: String,
    },
    /// No entry: the client goes on anonymously.
    Nothing {
        /// Keys that a person may have taken for this registry's.
        near: Vec<String>,
    },
}

/// Which member names a helper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HelperFrom {
    /// `credHelpers`, for this registry.
    CredHelpers,
    /// `credsStore`, for every registry that `credHelpers` does not name.
    CredsStore,
}

impl DockerConfig {
    /// Where docker looks: in `$DOCKER_CONFIG` alone if that is set, else in `~/.docker`. None
    /// where no file is there.
    pub fn place(surroundings: &Surroundings) -> Option<PathBuf> {
        let set = |name| surroundings.variable(name).filter(|text| !text.is_empty());
        let folder = match set("DOCKER_CONFIG") {
            Some(folder) => PathBuf::from(folder),
            None => PathBuf::from(set("HOME").or_else(|| set("USERPROFILE"))?).join(".docker"),
        };
        Some(folder.join("config.json")).filter(|path| surroundings.exists(path))
    }

    /// Reads the file. The fact is given in either case.
    pub fn read(surroundings: &Surroundings, path: &Path) -> (FileRead, Option<Self>) {
        let found = bytes(surroundings, path).and_then(|bytes| Self::parse(&bytes));
        let (shown, fault, found) = match found {
            Ok(found) => (found.shown(), None, Some(found)),
            Err(fault) => (Map::new(), Some(fault), None),
        };
        let path = path.display().to_string();
        (FileRead { path, shown, fault }, found)
    }

    /// True where an entry holds a login, whichever registry it is for.
    pub fn holds_secrets(&self) -> bool {
        self.auths.iter().any(|(_, entry)| entry.holds_secret())
    }

    /// From the text of a `config.json`.
    ///
    /// # Errors
    /// What is wrong with it; the text is never quoted.
    pub fn parse(bytes: &[u8]) -> Result<Self, FileFault> {
        let members = object(bytes)?;
        let auths = member(&members, "auths");
        let helpers = member(&members, "credHelpers");
        let store = member(&members, "credsStore");
        if auths.is_none() && helpers.is_none() && store.is_none() {
            return Err(FileFault::Malformed(what_else(&members).into()));
        }
        Ok(Self {
            auths: entries(object_member(auths, "auths")?),
            helpers: helpers_of(object_member(helpers, "credHelpers")?)?,
            store: match store {
                None => None,
                Some(Value::String(name)) => Some(name.clone()).filter(|name| !name.is_empty()),
                Some(_) => return Err(FileFault::Malformed("credsStore is not a string".into())),
            },
        })
    }

    /// From the text of a `.dockercfg`: the entries at the top level, nothing else.
    ///
    /// # Errors
    /// What is wrong with it; the text is never quoted.
    pub fn parse_old_form(bytes: &[u8]) -> Result<Self, FileFault> {
        let members = object(bytes)?;
        if member(&members, "auths").is_some_and(Value::is_object) {
            return Err(FileFault::Malformed(
                "it has auths: that is the form of config.json, not of .dockercfg".into(),
            ));
        }
        Ok(Self {
            auths: entries(Some(&members)),
            helpers: vec![],
            store: None,
        })
    }

    /// Members that may be shown: host names and names of programs.
    pub fn shown(&self) -> Map<String, Value> {
        let mut shown = Map::new();
        let keys = self.auths.iter().map(|(key, _)| key::shown(key).into());
        shown.insert("auths".into(), Value::Array(keys.collect()));
        if !self.helpers.is_empty() {
            let named =
                |(key, name): &(String, String)| (key::shown(key), helper::shown_name(name).into());
            let helpers = self.helpers.iter().map(named).collect();
            shown.insert("credHelpers".into(), Value::Object(helpers));
        }
        if let Some(store) = &self.store {
            shown.insert("credsStore".into(), helper::shown_name(store).into());
        }
        shown
    }

    /// What docker would use for a registry, given as `host[:port]` as in the image reference.
    ///
    /// A program named in `credHelpers` under exactly this name, else the one in `credsStore`, else
    /// the entry of `auths` under exactly this name, else the first whose key becomes it when
    /// scheme and path are taken off. Case and port count. An empty name in `credHelpers` means the
    /// file.
    pub fn choose(&self, registry: &str) -> Choice {
        let named = self.helpers.iter().find(|(key, _)| key == registry);
        let helper = match named {
            Some((_, name)) => Some((name, HelperFrom::CredHelpers)),
            None => self
                .store
                .as_ref()
                .map(|name| (name, HelperFrom::CredsStore)),
        };
        if let Some((name, from)) = helper.filter(|(name, _)| !name.is_empty()) {
            return helper::choice(registry, name, from);
        }
        let exact = self.auths.iter().find(|(key, _)| key == registry);
        let converted = || {
            let mut auths = self.auths.iter();
            auths.find(|(key, _)| key::hostname(key) == registry)
        };
        match exact.or_else(converted) {
            Some((key, entry)) => entry.as_docker(key::shown(key)),
            None => self.nothing(registry),
        }
    }

    fn nothing(&self, registry: &str) -> Choice {
        let helpers = self.helpers.iter().map(|(key, _)| key);
        let keys = self.auths.iter().map(|(key, _)| key).chain(helpers);
        Choice::Nothing {
            near: key::near(keys, registry),
        }
    }
}

/// A key may hold a password too (`https://user:password@host`): shown is what [`FileRead`] shows.
impl std::fmt::Debug for DockerConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = formatter.debug_tuple("DockerConfig");
        debug.field(&self.shown()).finish()
    }
}

fn object_member<'a>(
    value: Option<&'a Value>,
    name: &str,
) -> Result<Option<&'a Map<String, Value>>, FileFault> {
    match value {
        None => Ok(None),
        Some(Value::Object(members)) => Ok(Some(members)),
        Some(_) => Err(FileFault::Malformed(format!("{name} is not an object"))),
    }
}

fn entries(members: Option<&Map<String, Value>>) -> Vec<(String, Entry)> {
    let members = members.into_iter().flatten();
    members
        .map(|(key, value)| (key.clone(), Entry::from_value(value)))
        .collect()
}

fn helpers_of(members: Option<&Map<String, Value>>) -> Result<Vec<(String, String)>, FileFault> {
    let members = members.into_iter().flatten();
    members
        .map(|(key, value)| match value {
            Value::String(name) => Ok((key.clone(), name.clone())),
            _ => Err(FileFault::Malformed(
                "a member of credHelpers is not a string".into(),
            )),
        })
        .collect()
}

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(super) use tests::told;
