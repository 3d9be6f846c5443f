//! Tokens as they may be shown: of the header and the claims, what is known to be safe; who a person is,
//! only where the user asked for it.

use super::{Redactor, allowed};
use serde_json::{Map, Value};

impl Redactor {
    /// The header of a token.
    pub fn token_header(&self, header: Map<String, Value>) -> Map<String, Value> {
        let keep = |(name, value): (String, Value)| {
            let value = if allowed::TOKEN_HEADER.contains(&name.as_str()) {
                self.kept(value)
            } else {
                self.removed("token-header", &plain(&value)).into()
            };
            (self.text(&name), value)
        };
        header.into_iter().map(keep).collect()
    }

    /// The claims of a token.
    pub fn claims(&self, claims: Map<String, Value>) -> Map<String, Value> {
        claims
            .into_iter()
            .map(|(name, value)| self.claim(name, value))
            .collect()
    }

    fn claim(&self, name: String, value: Value) -> (String, Value) {
        let is_personal = allowed::PERSONAL.contains(&name.as_str());
        let shown = if is_personal && !self.reveals_ids {
            self.removed(&name, &plain(&value)).into()
        } else if is_personal || allowed::CLAIMS.contains(&name.as_str()) {
            self.kept(value)
        } else {
            self.removed("claim", &plain(&value)).into()
        };
        (self.text(&name), shown)
    }

    /// A value that may be shown: secrets are searched for in its texts, and addresses of mail masked.
    fn kept(&self, value: Value) -> Value {
        match value {
            Value::String(text) => self.without_mail(&self.text(&text)).into(),
            Value::Array(items) => items.into_iter().map(|item| self.kept(item)).collect(),
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| (self.text(&name), self.kept(value)))
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) => value,
        }
    }

    /// Masks addresses of mail, in which user names of Entra are, unless they may be shown.
    pub(super) fn without_mail(&self, text: &str) -> String {
        if self.reveals_ids || !text.contains('@') {
            return text.to_owned();
        }
        let is_end = |sign: char| {
            !(sign.is_alphanumeric() || matches!(sign, '@' | '.' | '_' | '-' | '+' | '#' | '%'))
        };
        let mut shown = String::with_capacity(text.len());
        for piece in text.split_inclusive(is_end) {
            let end = piece.chars().next_back().filter(|sign| is_end(*sign));
            let word = &piece[..piece.len() - end.map_or(0, char::len_utf8)];
            // The full stop of a sentence is not part of the address.
            let address = word.trim_end_matches('.');
            if is_mail(address) {
                shown.push_str(&self.removed("mail-address", address));
                shown.push_str(&piece[address.len()..]);
            } else {
                shown.push_str(piece);
            }
        }
        shown
    }
}

fn is_mail(word: &str) -> bool {
    word.split_once('@').is_some_and(|(local, host)| {
        let last = host.rsplit('.').next().unwrap_or_default();
        !local.is_empty()
            && !host.contains('@')
            && host.contains('.')
            && last.len() >= 2
            && last.chars().all(char::is_alphabetic)
    })
}

/// The value's length is that of its text.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::Redactor;
    use serde_json::{Map, Value, json};

    fn map(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn claims_are_kept_by_name() {
        let claims = map(json!({
            "oid": "3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55", "exp": 1795571737, "rh": "1.AX0", "groups": ["a", "b"],
            "access": [{"type": "repository", "name": "guestbook", "actions": ["pull"]}],
            "upn": "jane@contoso.com", "name": "Jane Doe", "sub": "jane@contoso.com"
        }));
        let shown = Redactor::default().claims(claims.clone());
        assert_eq!(
            Value::Object(shown),
            json!({
                "oid": "3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55", "exp": 1795571737,
                "rh": "(redacted claim, 5 characters)", "groups": "(redacted claim, 9 characters)",
                "access": [{"type": "repository", "name": "guestbook", "actions": ["pull"]}],
                "upn": "(redacted upn, 16 characters)", "name": "(redacted name, 8 characters)",
                "sub": "(redacted mail-address, 16 characters)"
            })
        );
        let revealed = Redactor::revealing(true).claims(claims);
        assert_eq!(revealed["upn"], "jane@contoso.com");
        assert_eq!(revealed["sub"], "jane@contoso.com");
        assert_eq!(revealed["rh"], "(redacted claim, 5 characters)");
    }

    #[test]
    fn mail_in_a_sentence_is_masked() {
        let shown = |text: &str| Redactor::default().without_mail(text);
        assert_eq!(
            shown("User account 'jane.doe+x@contoso.com' is unknown, see a@b.io."),
            "User account '(redacted mail-address, 22 characters)' is unknown, see (redacted mail-address, 6 characters)."
        );
        for text in [
            "image@sha256:abc",
            "https://x.azurecr.io@evil/",
            "a@b",
            "@contoso.com",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn a_tokens_header_is_kept_by_name() {
        let header = map(json!({"alg": "RS256", "kid": "k", "x5c": ["MIIC"], "nonce": "n"}));
        let shown = Redactor::default().token_header(header);
        assert_eq!(
            Value::Object(shown),
            json!({"alg": "RS256", "kid": "k", "x5c": "(redacted token-header, 8 characters)", "nonce": "(redacted token-header, 1 characters)"})
        );
    }
}
