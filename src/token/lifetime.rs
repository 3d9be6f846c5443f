//! From when until when a token says it is valid.
//!
//! There is no clock here: the moment to judge by is the one the evidence was observed at, and whose
//! clock that was is for the caller to know.

use serde_json::{Map, Value};

/// `nbf`, `iat` and `exp`, in seconds since 1970.
///
/// The registry dates `nbf` and `iat` back by 15 minutes, so they are not the moment of issue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lifetime {
    /// `nbf`.
    pub not_before: Option<i64>,
    /// `iat`.
    pub issued_at: Option<i64>,
    /// `exp`.
    pub expires: Option<i64>,
}

/// Reads the three moments.
#[must_use]
pub fn lifetime(claims: &Map<String, Value>) -> Lifetime {
    let moment = |name| claims.get(name).and_then(seconds);
    Lifetime {
        not_before: moment("nbf"),
        issued_at: moment("iat"),
        expires: moment("exp"),
    }
}

impl Lifetime {
    /// Whether the token is no longer valid at this moment (RFC 7519: on or after `exp`).
    #[must_use]
    pub fn expired_at(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| now >= expires)
    }

    /// Whether the token is not valid yet at this moment.
    #[must_use]
    pub fn not_yet_valid_at(&self, now: i64) -> bool {
        self.not_before.is_some_and(|not_before| now < not_before)
    }

    /// Seconds until `exp`; negative once it is over.
    #[must_use]
    pub fn seconds_left(&self, now: i64) -> Option<i64> {
        self.expires.map(|expires| expires.saturating_sub(now))
    }

    /// Seconds from `nbf` (`iat` where there is none) to `exp`.
    #[must_use]
    pub fn span(&self) -> Option<i64> {
        let begins = self.not_before.or(self.issued_at)?;
        self.expires.map(|expires| expires.saturating_sub(begins))
    }
}

/// Integers as issued; floats and numeric texts as other issuers and re-serialised copies have them.
fn seconds(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| whole(text.parse().ok()?))
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn whole(seconds: f64) -> Option<i64> {
    // Beyond this the value is no moment but a mistake: 9999-12-31, the last that can be written as a date.
    const LAST: f64 = 253_402_300_799.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "within bounds, and rounded down"
    )]
    (0.0..=LAST)
        .contains(&seconds)
        .then(|| seconds.floor() as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(claims: &Value) -> Lifetime {
        lifetime(claims.as_object().unwrap())
    }

    #[test]
    fn lifetimes() {
        let check = |claims: Value, expected: (Option<i64>, Option<i64>, Option<i64>)| {
            let read = read(&claims);
            assert_eq!(
                (read.not_before, read.issued_at, read.expires),
                expected,
                "{claims}"
            );
        };
        check(
            json!({"nbf": 1, "iat": 2, "exp": 3}),
            (Some(1), Some(2), Some(3)),
        );
        check(
            json!({"nbf": "1506484173", "exp": " 3.9 "}),
            (Some(1_506_484_173), None, Some(3)),
        );
        check(json!({"exp": 1.5e9}), (None, None, Some(1_500_000_000)));
        check(
            json!({"nbf": null, "iat": "soon", "exp": 1e300}),
            (None, None, None),
        );
        check(json!({"exp": "NaN"}), (None, None, None));
    }

    #[test]
    fn moments() {
        let token = read(&json!({"nbf": 100, "exp": 200}));
        assert_eq!(
            [99, 100].map(|now| token.not_yet_valid_at(now)),
            [true, false]
        );
        assert_eq!([199, 200].map(|now| token.expired_at(now)), [false, true]);
        assert_eq!(
            [150, 250].map(|now| token.seconds_left(now)),
            [Some(50), Some(-50)]
        );
        assert_eq!(token.span(), Some(100));
        let none = Lifetime::default();
        assert!(!none.expired_at(i64::MAX) && !none.not_yet_valid_at(i64::MIN));
        assert_eq!((none.span(), none.seconds_left(0)), (None, None));
    }

    proptest! {
        #[test]
        fn any_moment_is_judged(number in any::<f64>(), integer in any::<i64>(), now in any::<i64>()) {
            for value in [json!(number), json!(number.to_string()), json!(integer), json!(integer.to_string())] {
                let read = read(&json!({"nbf": value, "exp": value}));
                prop_assert_eq!(read.expired_at(now), read.expires.is_some_and(|at| at <= now));
                prop_assert_eq!(read.span(), read.expires.map(|_| 0));
                let _ = (read.seconds_left(now), read.not_yet_valid_at(now));
            }
        }
    }
}
