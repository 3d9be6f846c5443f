//! Credential helpers: which program, and what its answer to `get` means
//! (docker/docker-credential-helpers `client/client.go`). No program is started here.

use super::{Choice, HelperFrom, member};
use crate::secret::Secret;
use serde_json::Value;

/// What every helper's name begins with.
const PREFIX: &str = "docker-credential-";
/// What a helper prints where it holds nothing for the registry.
const NOT_FOUND: &str = "credentials not found in native keychain";
/// The user name that marks an identity token.
const TOKEN_USER: &str = "<token>";

/// What a helper answered to `get`.
#[derive(Debug, Clone)]
pub enum HelperAnswer {
    /// A user name and a password, neither empty.
    Password {
        /// The user name.
        user: String,
        /// The password.
        secret: Secret,
    },
    /// An identity token: the user name was `<token>`.
    IdentityToken(Secret),
    /// Nothing for this registry: the client goes on anonymously.
    Nothing,
    /// Not an answer of the protocol; it is never quoted.
    Malformed(String),
}

/// Reads what a helper printed.
pub fn helper_answer(stdout: &[u8]) -> HelperAnswer {
    let malformed = |why: &str| HelperAnswer::Malformed(why.into());
    let Ok(text) = std::str::from_utf8(stdout) else {
        return malformed("the answer is not UTF-8 text");
    };
    if text.trim() == NOT_FOUND {
        return HelperAnswer::Nothing;
    }
    if text.trim().is_empty() {
        return malformed("it printed nothing");
    }
    // Like the clients, the first value is read and what follows it is not.
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let Some(Ok(Value::Object(members))) = values.next() else {
        return malformed("the answer is not a JSON object");
    };
    let part = |name: &str| match member(&members, name) {
        None => Some(""),
        Some(value) => value.as_str(),
    };
    match (part("Username"), part("Secret")) {
        (Some(""), Some("")) => HelperAnswer::Nothing,
        (Some(_), Some("")) => malformed("it gave a user name and no secret"),
        (Some(""), Some(_)) => malformed("it gave a secret and no user name"),
        (Some(TOKEN_USER), Some(secret)) => HelperAnswer::IdentityToken(Secret::new(secret)),
        (Some(user), Some(secret)) => HelperAnswer::Password {
            user: user.to_owned(),
            secret: Secret::new(secret),
        },
        (None, _) => malformed("Username is not a string"),
        (_, None) => malformed("Secret is not a string"),
    }
}

/// The program of a name. A name with a path in it is refused: it would start a file of anybody's.
pub(super) fn choice(registry: &str, name: &str, from: HelperFrom) -> Choice {
    let key = registry.to_owned();
    if !is_name(name) {
        return Choice::Malformed {
            key,
            why: "the helper's name cannot be part of a program's name".into(),
        };
    }
    Choice::Helper {
        key,
        program: format!("{PREFIX}{name}"),
        from,
    }
}

/// A helper's name as it may be shown.
pub(super) fn shown_name(name: &str) -> String {
    if name.is_empty() || is_name(name) {
        name.to_owned()
    } else {
        format!("(no program's name: {} characters)", name.chars().count())
    }
}

fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::{HelperAnswer, helper_answer};

    fn said(answer: &str) -> String {
        match helper_answer(answer.as_bytes()) {
            HelperAnswer::Password { user, secret } => format!("{user} {}", secret.expose()),
            HelperAnswer::IdentityToken(secret) => format!("token {}", secret.expose()),
            HelperAnswer::Nothing => "nothing".into(),
            HelperAnswer::Malformed(_) => "malformed".into(),
        }
    }

    #[test]
    fn answers() {
        for (answer, meaning) in [
            (r#"{"ServerURL":"r","Username":"u","Secret":"s"}"#, "u s"),
            (r#"{"Username":"u","Secret":"s"} more"#, "u s"),
            (r#"{"Username":"<token>","Secret":"t"}"#, "token t"),
            ("credentials not found in native keychain\n", "nothing"),
            (r#"{"ServerURL":"","Username":"","Secret":""}"#, "nothing"),
            ("", "malformed"),
            ("error getting credentials", "malformed"),
            (r#"{"Username":"u"}"#, "malformed"),
            (r#"{"Secret":"s"}"#, "malformed"),
            (r#"{"Username":7,"Secret":"s"}"#, "malformed"),
            (r#"["u","s"]"#, "malformed"),
        ] {
            assert_eq!(said(answer), meaning, "{answer}");
        }
        assert!(matches!(helper_answer(&[0xff]), HelperAnswer::Malformed(_)));
    }

    #[test]
    fn an_answer_is_never_shown() {
        for answer in [
            r#"{"Username":"u","Secret":"Stored-canary-1"}"#,
            r#"{"Username":"<token>","Secret":"Stored-canary-1"}"#,
            r#"{"Username":"","Secret":"Stored-canary-1"}"#,
            "failed: Stored-canary-1",
        ] {
            let shown = format!("{:?}", helper_answer(answer.as_bytes()));
            assert!(!shown.contains("canary"), "{shown}");
        }
    }
}
