//! Bodies of answers: JSON member by member, other text cut and searched; tokens are taken out,
//! decoded, and shown without their signature.

use super::{Redactor, allowed};
use crate::secret::Secret;
use serde_json::{Map, Value};

/// Deeper JSON is replaced whole: no answer of a registry goes further than six.
const DEEPEST: usize = 12;

/// A token that stood in an answer.
pub struct FoundToken {
    /// The member it stood in: `access_token`, `refresh_token`, …
    pub member: String,
    /// The token itself.
    pub token: Secret,
}

/// Members whose value is a credential.
const TOKEN_MEMBERS: &[&str] = &[
    "access_token",
    "refresh_token",
    "id_token",
    "token",
    "registry_token",
];

impl Redactor {
    /// The body as it may be shown, and the tokens that were in it. The tokens are known secrets
    /// from here on.
    pub fn body(&self, bytes: &[u8]) -> (Option<String>, Vec<FoundToken>) {
        if bytes.is_empty() {
            return (None, vec![]);
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return (Some(format!("(binary, {} bytes)", bytes.len())), vec![]);
        };
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return (Some(self.without_mail(&self.text(text))), vec![]);
        };
        if !value.is_object() && !value.is_array() {
            return (Some(self.without_mail(&self.text(text))), vec![]);
        }
        let mut found = Vec::new();
        collect_tokens(&value, 0, &mut found);
        for one in &found {
            self.learn(&one.token);
        }
        let shown = self.value(None, value, 0).to_string();
        let newline = if text.ends_with('\n') { "\n" } else { "" };
        (Some(format!("{shown}{newline}")), found)
    }

    fn value(&self, member: Option<&str>, value: Value, depth: usize) -> Value {
        if depth > DEEPEST {
            return self.removed("nested-value", "").into();
        }
        match value {
            Value::Object(members) => self.object(members, depth),
            Value::Array(items) => items
                .into_iter()
                .map(|item| self.value(member, item, depth + 1))
                .collect(),
            Value::String(text) => self.string(member, &text).into(),
            Value::Null | Value::Bool(_) | Value::Number(_) => self.scalar(member, value),
        }
    }

    fn object(&self, members: Map<String, Value>, depth: usize) -> Value {
        let keep = |(name, value): (String, Value)| {
            let kept = self.value(Some(&name), value, depth + 1);
            (self.text(&name), kept)
        };
        Value::Object(members.into_iter().map(keep).collect())
    }

    fn string(&self, member: Option<&str>, text: &str) -> String {
        match member {
            None => self.text(text),
            Some(name) if allowed::MEMBERS.contains(&name) => self.without_mail(&self.text(text)),
            // An empty token is a fact about the answer, not a secret.
            Some(_) if text.is_empty() => String::new(),
            Some(name) if TOKEN_MEMBERS.contains(&name) => self.removed(name, text),
            Some(_) => self.removed("member", text),
        }
    }

    fn scalar(&self, member: Option<&str>, value: Value) -> Value {
        match member {
            Some(name) if !allowed::MEMBERS.contains(&name) && value.is_number() => {
                self.removed("member", &value.to_string()).into()
            }
            _ => value,
        }
    }
}

fn collect_tokens(value: &Value, depth: usize, found: &mut Vec<FoundToken>) {
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text)
                        if TOKEN_MEMBERS.contains(&name.as_str()) && !text.is_empty() =>
                    {
                        found.push(FoundToken {
                            member: name.clone(),
                            token: Secret::new(text.clone()),
                        });
                    }
                    _ => collect_tokens(value, depth + 1, found),
                }
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_tokens(item, depth + 1, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::Redactor;

    fn check(body: &str, expected: &str, tokens: usize) {
        let (shown, found) = Redactor::default().body(body.as_bytes());
        assert_eq!(shown.as_deref(), Some(expected));
        assert_eq!(found.len(), tokens);
    }

    #[test]
    fn members_are_kept_by_name() {
        check(
            r#"{"access_token":"abcdef"}"#,
            r#"{"access_token":"(redacted access_token, 6 characters)"}"#,
            1,
        );
        check(
            r#"{"refresh_token":"","expires_in":"3599"}"#,
            r#"{"refresh_token":"","expires_in":"3599"}"#,
            0,
        );
        check(
            r#"{"subscription":"s-1"}"#,
            r#"{"subscription":"(redacted member, 3 characters)"}"#,
            0,
        );
        let error =
            r#"{"errors":[{"code":"DENIED","message":"client with IP '1.2.3.4'","detail":null}]}"#;
        check(error, error, 0);
    }

    #[test]
    fn an_empty_body_is_none() {
        let (shown, found) = Redactor::default().body(b"");
        assert!(shown.is_none() && found.is_empty());
    }

    #[test]
    fn deep_nesting_ends() {
        let body = format!("{}{}", "[".repeat(100), "]".repeat(100));
        let (shown, _) = Redactor::default().body(body.as_bytes());
        assert!(shown.unwrap().contains("redacted nested-value"));
    }
}
