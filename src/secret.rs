//! A value that is used and never shown.
//!
//! Every password, token and client secret of a run is a [`Secret`]. It has no `Display`, no
//! `Serialize`, and its `Debug` prints `(redacted)`. The only way to the bytes is
//! [`Secret::expose`], so a reader can find every use by searching for that one word. Memory is
//! cleared when a secret is dropped, but the HTTP stack keeps copies of what it sends: no promise
//! is made about those.

use secrecy::{ExposeSecret, SecretString};

/// A secret value: used by the exchange, shown by nothing.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Wraps a value that must not be shown from here on.
    pub fn new(value: impl Into<String>) -> Self {
        Self(SecretString::from(value.into()))
    }

    /// The value itself, for the request that needs it and for the redactor that must know it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The length in characters, which may be shown.
    pub fn length(&self) -> usize {
        self.expose().chars().count()
    }

    /// Where the value has blanks or line breaks that nobody meant to store: a sentence, or `None`.
    ///
    /// A trailing newline in a Basic credential makes the registry answer 500
    /// (fluxcd/source-controller#193), so such a value is reported and not sent.
    pub fn stray_blanks(&self) -> Option<&'static str> {
        let value = self.expose();
        if value.contains(['\n', '\r']) {
            return Some("holds a line break");
        }
        if value.trim() != value {
            return Some("begins or ends with a blank");
        }
        None
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_shows_nothing_of_the_value() {
        assert_eq!(format!("{:?}", Secret::new("hunter2-canary")), "(redacted)");
    }

    #[test]
    fn stray_blanks_are_named() {
        let said = |value: &str| Secret::new(value).stray_blanks();
        assert_eq!(said("pass word"), None);
        assert_eq!(said("password\n"), Some("holds a line break"));
        assert_eq!(said(" password"), Some("begins or ends with a blank"));
    }
}
