//! Registry scopes: `type:name:actions`, and the actions that this probe knows by name.
//!
//! A scope is kept word for word, because what was asked is evidence. Entra scopes and the scopes of
//! role assignments are other things and have no place here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One verb of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Read manifests and blobs.
    Pull,
    /// Write manifests and blobs.
    Push,
    /// Delete manifests, blobs and repositories.
    Delete,
    /// List tags and read the attributes of a repository.
    MetadataRead,
    /// Change the attributes of a repository.
    MetadataWrite,
}

impl Action {
    /// Every action, in its order.
    pub const ALL: [Self; 5] = [
        Self::Pull,
        Self::Push,
        Self::Delete,
        Self::MetadataRead,
        Self::MetadataWrite,
    ];

    /// The word as it stands in a scope.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "push",
            Self::Delete => "delete",
            Self::MetadataRead => "metadata_read",
            Self::MetadataWrite => "metadata_write",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(word: &str) -> Result<Self, UnknownAction> {
        Self::ALL
            .into_iter()
            .find(|action| action.as_str() == word)
            .ok_or_else(|| UnknownAction(word.to_owned()))
    }
}

/// A word that is no action.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{0:?} is not an action: use pull, push, delete, metadata_read or metadata_write, or --scope for another one"
)]
pub struct UnknownAction(pub String);

/// `type:name:actions`, word for word.
///
/// The accessors work on any text: a scope that a recording holds may have come from a peer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope {
    raw: String,
}

impl Scope {
    /// The scope of one repository, with the actions in the order given.
    #[must_use]
    pub fn repository(name: &str, actions: &[Action]) -> Self {
        let words: Vec<&str> = actions.iter().map(|action| action.as_str()).collect();
        Self {
            raw: format!("repository:{name}:{}", words.join(",")),
        }
    }

    /// A scope as the user typed it.
    ///
    /// # Errors
    ///
    /// [`ScopeError`] if it is not `type:name:actions`, or holds a character that RFC 6749 section 3.3
    /// does not allow in a scope (a blank would make it two scopes).
    pub fn raw(text: &str) -> Result<Self, ScopeError> {
        if let Some((index, character)) = text.chars().enumerate().find(|&(_, c)| !is_fit(c)) {
            return Err(ScopeError::Character {
                character,
                position: index + 1,
            });
        }
        match split(text) {
            Some((kind, name, actions)) => check_parts(text, kind, name, actions)?,
            None => {
                return Err(ScopeError::Colons {
                    text: text.to_owned(),
                });
            }
        }
        Ok(Self {
            raw: text.to_owned(),
        })
    }

    /// The scope as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// What stands before the first colon: `repository`, `registry`, `artifact-repository` …
    #[must_use]
    pub fn resource_type(&self) -> &str {
        self.raw.split(':').next().unwrap_or_default()
    }

    /// What stands between the first and the last colon; empty where there are not two.
    #[must_use]
    pub fn name(&self) -> &str {
        split(&self.raw).map_or("", |(_, name, _)| name)
    }

    /// The words after the last colon, without empty ones; none where there are not two colons.
    #[must_use]
    pub fn actions(&self) -> Vec<&str> {
        let actions = split(&self.raw).map_or("", |(_, _, actions)| actions);
        actions.split(',').filter(|word| !word.is_empty()).collect()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.raw)
    }
}

/// Why a text is not a scope. Its `Display` is one sentence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScopeError {
    /// Fewer than two colons.
    #[error(
        "the scope {text:?} is not TYPE:NAME:ACTIONS: write it as repository:app:pull or registry:catalog:*"
    )]
    Colons {
        /// What was typed.
        text: String,
    },
    /// Type, name or an action is empty.
    #[error("the scope {text:?} has no {part}: write it as repository:app:pull,push")]
    Part {
        /// What was typed.
        text: String,
        /// Which part is missing.
        part: &'static str,
    },
    /// A character that no scope may hold.
    #[error(
        "the scope has {character:?} at character {position}, which no scope may hold: give several scopes with one --scope each"
    )]
    Character {
        /// The character.
        character: char,
        /// Where, counted in characters from 1.
        position: usize,
    },
}

/// First and last colon, because a name may hold one (`host:port/app`).
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let (kind, rest) = text.split_once(':')?;
    let (name, actions) = rest.rsplit_once(':')?;
    Some((kind, name, actions))
}

fn check_parts(text: &str, kind: &str, name: &str, actions: &str) -> Result<(), ScopeError> {
    let missing = |part| {
        Err(ScopeError::Part {
            text: text.to_owned(),
            part,
        })
    };
    if kind.is_empty() {
        return missing("resource type");
    }
    if name.is_empty() {
        return missing("name");
    }
    if actions.split(',').any(str::is_empty) {
        return missing("action, or an empty one");
    }
    Ok(())
}

/// `scope-token` of RFC 6749: printable ASCII without blank, quote and backslash.
const fn is_fit(c: char) -> bool {
    matches!(c, '\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: Result<(&str, &str, &[&str]), &str>) {
        match (Scope::raw(text), expected) {
            (Ok(scope), Ok((kind, name, actions))) => {
                assert_eq!(
                    (scope.resource_type(), scope.name()),
                    (kind, name),
                    "{text:?}"
                );
                assert_eq!(scope.actions(), actions, "{text:?}");
                assert_eq!(scope.to_string(), text);
            }
            (Err(error), Err(part)) => {
                let said = error.to_string();
                assert!(said.contains(part), "{text:?}: {said}");
            }
            (read, _) => panic!("{text:?} gave {read:?}"),
        }
    }

    #[test]
    fn scopes() {
        check(
            "repository:guestbook:pull",
            Ok(("repository", "guestbook", &["pull"])),
        );
        check(
            "repository:team/app:pull,push",
            Ok(("repository", "team/app", &["pull", "push"])),
        );
        check("registry:catalog:*", Ok(("registry", "catalog", &["*"])));
        check("repository:*:*", Ok(("repository", "*", &["*"])));
        check(
            "repository:host:5000/app:pull",
            Ok(("repository", "host:5000/app", &["pull"])),
        );
        check(
            "repository:app:metadataRead",
            Ok(("repository", "app", &["metadataRead"])),
        );
        check(
            "repository(plugin):app:pull",
            Ok(("repository(plugin)", "app", &["pull"])),
        );
        check("", Err("not TYPE:NAME:ACTIONS"));
        check("guestbook", Err("not TYPE:NAME:ACTIONS"));
        check("repository:guestbook", Err("not TYPE:NAME:ACTIONS"));
        check(":app:pull", Err("no resource type"));
        check("repository::pull", Err("no name"));
        check("repository:app:", Err("no action"));
        check("repository:app:pull,,push", Err("empty one"));
        check(
            "repository:a:pull repository:b:pull",
            Err("' ' at character 18"),
        );
        check("repository:\"a\":pull", Err("at character 12"));
        check("repository:ä:pull", Err("'ä' at character 12"));
    }

    #[test]
    fn made_scopes_read_as_typed_ones() {
        let made = Scope::repository("team/app", &[Action::Pull, Action::MetadataRead]);
        assert_eq!(
            Scope::raw("repository:team/app:pull,metadata_read"),
            Ok(made)
        );
        assert!(Scope::repository("app", &[]).actions().is_empty());
    }

    #[test]
    fn actions_read_back() {
        for action in Action::ALL {
            assert_eq!(action.as_str().parse(), Ok(action));
            assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
        }
        assert!(Action::ALL.is_sorted());
        assert!("Pull".parse::<Action>().is_err());
        assert!(
            "*".parse::<Action>()
                .unwrap_err()
                .to_string()
                .contains("--scope")
        );
    }

    proptest! {
        #[test]
        fn any_text_can_be_looked_at(text in any::<String>()) {
            let _ = Scope::raw(&text);
            let quoted = serde_json::to_string(&text).unwrap();
            let scope: Scope = serde_json::from_str(&quoted).unwrap();
            prop_assert_eq!(serde_json::to_string(&scope).unwrap(), quoted);
            prop_assert_eq!(scope.as_str(), &text);
            let _ = (scope.resource_type(), scope.name(), scope.actions());
        }

        #[test]
        fn parts_make_the_whole(kind in "[a-z-]{1,9}", name in "[a-z0-9/:.*]{1,20}", actions in "[a-z_*]{1,9}(,[a-z_]{1,9}){0,3}") {
            let text = format!("{kind}:{name}:{actions}");
            let scope = Scope::raw(&text).unwrap();
            prop_assert_eq!(format!("{}:{}:{}", scope.resource_type(), scope.name(), scope.actions().join(",")), text);
        }
    }
}
