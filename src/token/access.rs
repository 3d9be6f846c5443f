//! The `access` claim of a registry access token: what was granted, whatever was asked.
//!
//! Two dialects are in use. Tokens of Entra principals write `type`, `name`, `actions`; anonymous ones
//! `Type`, `Name`, `Actions` (see `testdata/tokens`). An absent claim, `null` and an empty list are
//! three facts and stay apart. This says what a token claims, not what the registry will honour.

use serde_json::{Map, Value};

use super::member;

/// One element of the claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// `repository`, `registry` …
    pub resource_type: String,
    /// The repository, `catalog`, or a pattern (`*`, `team/*`).
    pub name: String,
    /// The actions; `*` stands for all.
    pub actions: Vec<String>,
}

/// What the claim says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// There is no such claim.
    Missing,
    /// The claim is `null`.
    Null,
    /// The elements, possibly none.
    Listed(Vec<Granted>),
    /// The claim has another form; the text says which.
    Unreadable(String),
}

/// Reads the `access` claim.
#[must_use]
pub fn access(claims: &Map<String, Value>) -> Access {
    let elements = match member(claims, "access") {
        None => return Access::Missing,
        Some(Value::Null) => return Access::Null,
        Some(Value::Array(elements)) => elements,
        Some(other) => return Access::Unreadable(format!("access is {}", form(other))),
    };
    let granted = elements
        .iter()
        .enumerate()
        .map(|(index, element)| granted(element).map_err(|why| format!("access[{index}] {why}")));
    granted
        .collect::<Result<_, _>>()
        .map_or_else(Access::Unreadable, Access::Listed)
}

impl Access {
    /// Whether the token claims this action on this repository (or on `catalog`).
    #[must_use]
    pub fn grants(&self, resource_type: &str, repository: &str, action: &str) -> bool {
        self.matching(resource_type, repository)
            .flat_map(|granted| &granted.actions)
            .any(|word| word == action || word == "*")
    }

    /// The actions claimed for this repository, each once, in the token's order; `*` stays `*`.
    #[must_use]
    pub fn granted_actions(&self, resource_type: &str, repository: &str) -> Vec<String> {
        let mut actions: Vec<String> = Vec::new();
        for word in self
            .matching(resource_type, repository)
            .flat_map(|granted| &granted.actions)
        {
            if !actions.contains(word) {
                actions.push(word.clone());
            }
        }
        actions
    }

    fn matching(&self, resource_type: &str, repository: &str) -> impl Iterator<Item = &Granted> {
        let listed: &[Granted] = match self {
            Self::Listed(granted) => granted,
            Self::Missing | Self::Null | Self::Unreadable(_) => &[],
        };
        listed
            .iter()
            .filter(move |g| g.resource_type == resource_type && covers(&g.name, repository))
    }
}

/// `*` covers everything and `team/*` all below `team`; other uses of `*` are not documented.
fn covers(pattern: &str, repository: &str) -> bool {
    if pattern == "*" || pattern == repository {
        return true;
    }
    pattern
        .strip_suffix('*')
        .filter(|prefix| prefix.ends_with('/'))
        .and_then(|prefix| repository.strip_prefix(prefix))
        .is_some_and(|rest| !rest.is_empty())
}

fn granted(element: &Value) -> Result<Granted, String> {
    let Value::Object(element) = element else {
        return Err(format!("is {}", form(element)));
    };
    let text = |name: &str| match member(element, name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Err(format!(".{name} is {}", form(other))),
        None => Err(format!("has no {name}")),
    };
    Ok(Granted {
        resource_type: text("type")?,
        name: text("name")?,
        actions: actions(member(element, "actions"))?,
    })
}

/// No actions and `null` are both "none": a reduced token may say so.
fn actions(value: Option<&Value>) -> Result<Vec<String>, String> {
    let words = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(words)) => words,
        Some(other) => return Err(format!(".actions is {}", form(other))),
    };
    words
        .iter()
        .map(|word| match word.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(format!(".actions holds {}", form(word))),
        })
        .collect()
}

fn form(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(claims: Value) -> Access {
        let Value::Object(claims) = claims else {
            panic!("claims are an object")
        };
        access(&claims)
    }

    fn listed(expected: &[(&str, &str, &[&str])]) -> Access {
        let one = |&(kind, name, actions): &(&str, &str, &[&str])| Granted {
            resource_type: kind.to_owned(),
            name: name.to_owned(),
            actions: actions.iter().map(|&word| word.to_owned()).collect(),
        };
        Access::Listed(expected.iter().map(one).collect())
    }

    #[test]
    fn both_dialects_and_all_that_may_be_missing() {
        let check = |claims: Value, expected: Access| {
            assert_eq!(read(claims.clone()), expected, "{claims}")
        };
        check(json!({}), Access::Missing);
        check(json!({"access": null}), Access::Null);
        check(json!({"access": []}), listed(&[]));
        check(
            json!({"access": [{"type":"repository","name":"a","actions":["pull","push"]}]}),
            listed(&[("repository", "a", &["pull", "push"])]),
        );
        check(
            json!({"access": [{"Type":"repository","Name":"*","Actions":["pull"]}]}),
            listed(&[("repository", "*", &["pull"])]),
        );
        check(
            json!({"access": [{"type":"repository","name":"a","actions":[]}]}),
            listed(&[("repository", "a", &[])]),
        );
        check(
            json!({"access": [{"type":"repository","name":"a","actions":null}]}),
            listed(&[("repository", "a", &[])]),
        );
        check(
            json!({"access": [{"type":"repository","name":"a"}]}),
            listed(&[("repository", "a", &[])]),
        );
        let unreadable = |why: &str| Access::Unreadable(why.to_owned());
        check(json!({"access": "all"}), unreadable("access is a text"));
        check(json!({"access": [1]}), unreadable("access[0] is a number"));
        check(
            json!({"access": [{"name":"a"}]}),
            unreadable("access[0] has no type"),
        );
        check(
            json!({"access": [{"type":"t","name":true}]}),
            unreadable("access[0] .name is a boolean"),
        );
        check(
            json!({"access": [{"type":"t","name":"a","actions":"pull"}]}),
            unreadable("access[0] .actions is a text"),
        );
        check(
            json!({"access": [{"type":"t","name":"a","actions":[{}]}]}),
            unreadable("access[0] .actions holds an object"),
        );
    }

    #[test]
    fn grants() {
        let token = listed(&[
            ("repository", "team/app", &["pull"]),
            ("repository", "team/*", &["metadata_read", "pull"]),
            ("repository", "own", &["*"]),
            ("registry", "catalog", &["*"]),
        ]);
        let check = |kind: &str, name: &str, action: &str, expected: bool| {
            assert_eq!(
                token.grants(kind, name, action),
                expected,
                "{kind}:{name}:{action}"
            );
        };
        check("repository", "team/app", "pull", true);
        check("repository", "team/app", "metadata_read", true);
        check("repository", "team/app", "push", false);
        check("repository", "team/deep/app", "pull", true);
        check("repository", "team", "pull", false);
        check("repository", "team/", "pull", false);
        check("repository", "teams/app", "pull", false);
        check("repository", "own", "delete", true);
        check("registry", "catalog", "*", true);
        check("repository", "catalog", "pull", false);
        assert_eq!(
            token.granted_actions("repository", "team/app"),
            ["pull", "metadata_read"]
        );
        assert_eq!(token.granted_actions("repository", "own"), ["*"]);
        assert!(token.granted_actions("repository", "other").is_empty());
        assert!(listed(&[("repository", "*", &["pull"])]).grants(
            "repository",
            "any/thing",
            "pull"
        ));
        assert!(!listed(&[("repository", "te*", &["pull"])]).grants("repository", "team", "pull"));
        assert!(!Access::Null.grants("repository", "a", "pull"));
    }

    proptest! {
        #[test]
        fn any_claim_is_read(kind in any::<String>(), name in any::<String>(), action in any::<String>()) {
            let token = read(json!({"access": [{"Type": kind, "Name": name, "Actions": [action]}]}));
            prop_assert!(token.grants(&kind, &name, &action));
            prop_assert_eq!(token.granted_actions(&kind, &name), [action]);
        }
    }
}
