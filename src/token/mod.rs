//! Tokens, decoded and **not verified**.
//!
//! Nothing here checks a signature, and nothing could: the registry publishes no keys. What is read is
//! what a token *claims*; whether the registry believes it is seen from the registry's answers. A text
//! that is no JWT is no fault either, since tokens may be opaque.

pub mod access;
pub mod audience;
pub mod claims;
pub mod lifetime;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};
use thiserror::Error;

/// Longer texts are not looked into. Real tokens stay below 8 KiB, the limit of most header buffers.
pub const LONGEST: usize = 64 * 1024;

/// A decoded token. No one has checked who wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct Unverified {
    /// The JOSE header, its members in their order.
    pub header: Map<String, Value>,
    /// The payload, its members in their order.
    pub claims: Map<String, Value>,
}

/// Why a text cannot be read as a token. Its `Display` is one sentence and repeats nothing of the text,
/// which may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotAToken {
    /// Nothing at all.
    #[error("the text is empty, so there is no token to read")]
    Empty,
    /// More than [`LONGEST`] bytes.
    #[error("the text has {0} bytes, more than the 65536 that are read as a token")]
    TooLong(usize),
    /// Not three segments.
    #[error(
        "the text is no JWT: it has {0} dots where a JWT has two, so it may be an opaque token"
    )]
    Dots(usize),
    /// Five segments: an encrypted token, which only its recipient can read.
    #[error(
        "the text has five segments, as an encrypted token (JWE) has, which only its recipient can read"
    )]
    Encrypted,
    /// A segment that is not base64url.
    #[error("the text is no JWT: its {0} is not base64url")]
    NotBase64(Segment),
    /// A segment that is not a JSON object.
    #[error("the text is no JWT: its {0} is not a JSON object")]
    NotJson(Segment),
}

/// A segment that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// The first.
    Header,
    /// The second.
    Payload,
}

impl std::fmt::Display for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Header => "first segment (the header)",
            Self::Payload => "second segment (the payload)",
        })
    }
}

/// Decodes a token without verifying it. The signature is not looked at and not kept.
///
/// # Errors
///
/// [`NotAToken`], which is a fact about the text and not a failure of the probe.
pub fn decode(jwt: &str) -> Result<Unverified, NotAToken> {
    let (header, payload) = segments(jwt)?;
    // The library's header type keeps neither order nor unknown members as they were: read it here.
    let header = object(header, Segment::Header)?;
    // The library refuses algorithms it does not know (`none`, ES512) before it looks at the claims.
    let claims = match jsonwebtoken::dangerous::insecure_decode::<Map<String, Value>>(jwt) {
        Ok(data) => data.claims,
        Err(_) => object(payload, Segment::Payload)?,
    };
    Ok(Unverified { header, claims })
}

fn segments(jwt: &str) -> Result<(&str, &str), NotAToken> {
    if jwt.is_empty() {
        return Err(NotAToken::Empty);
    }
    if jwt.len() > LONGEST {
        return Err(NotAToken::TooLong(jwt.len()));
    }
    let mut parts = jwt.split('.');
    match (parts.next(), parts.next(), jwt.matches('.').count()) {
        (Some(header), Some(payload), 2) => Ok((header, payload)),
        (_, _, 4) => Err(NotAToken::Encrypted),
        (_, _, dots) => Err(NotAToken::Dots(dots)),
    }
}

fn object(segment: &str, which: Segment) -> Result<Map<String, Value>, NotAToken> {
    // Padding is forbidden in a JWT, but some issuers write it; a reader has no reason to mind.
    const TOLERANT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::URL_SAFE,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let bytes = TOLERANT
        .decode(segment)
        .map_err(|_| NotAToken::NotBase64(which))?;
    serde_json::from_slice(&bytes).map_err(|_| NotAToken::NotJson(which))
}

/// A member under its name, or under the same name with other capitals: the registry has two dialects.
fn member<'a>(map: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    map.get(name).or_else(|| {
        map.iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn jwt(header: &str, claims: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(header), part(claims), part("signature"))
    }

    fn check(text: &str, expected: Result<Value, NotAToken>) {
        let read = decode(text).map(|token| json!([token.header, token.claims]));
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn tokens() {
        check(
            &jwt(
                r#"{"alg":"RS256","typ":"JWT","kid":"I65Y:TECS"}"#,
                r#"{"a":1}"#,
            ),
            Ok(json!([{"alg":"RS256","typ":"JWT","kid":"I65Y:TECS"}, {"a":1}])),
        );
        check(
            &jwt(r#"{"alg":"none"}"#, r#"{"a":1}"#),
            Ok(json!([{"alg":"none"}, {"a":1}])),
        );
        check(
            &jwt(r#"{"alg":"ES512"}"#, "{}"),
            Ok(json!([{"alg":"ES512"}, {}])),
        );
        check(&jwt("{}", r#"{"a":null}"#), Ok(json!([{}, {"a":null}])));
        check(
            &jwt(r#"{"alg":"ES256","jwk":{"kty":"EC"},"x5c":[]}"#, "{}"),
            Ok(json!([{"alg":"ES256","jwk":{"kty":"EC"},"x5c":[]}, {}])),
        );
        let padded = format!(
            "{}.{}.",
            URL_SAFE.encode(r#"{"alg":"none"}"#),
            URL_SAFE.encode(r#"{"ab":1}"#)
        );
        check(&padded, Ok(json!([{"alg":"none"}, {"ab":1}])));
    }

    #[test]
    fn other_texts() {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#);
        check("", Err(NotAToken::Empty));
        check("opaque", Err(NotAToken::Dots(0)));
        check("a.b", Err(NotAToken::Dots(1)));
        check("a.b.c.d.e", Err(NotAToken::Encrypted));
        check("a.b.c.d.e.f", Err(NotAToken::Dots(5)));
        check("..", Err(NotAToken::NotJson(Segment::Header)));
        check("e30.!.c", Err(NotAToken::NotBase64(Segment::Payload)));
        check(
            "Bearer e30.e30.c",
            Err(NotAToken::NotBase64(Segment::Header)),
        );
        check(&jwt("[]", "{}"), Err(NotAToken::NotJson(Segment::Header)));
        check(&jwt("{}", "[1]"), Err(NotAToken::NotJson(Segment::Payload)));
        check(
            &jwt(r#"{"alg":"RS256"}"#, "\"x\""),
            Err(NotAToken::NotJson(Segment::Payload)),
        );
        check(
            &format!("{header}.*.x"),
            Err(NotAToken::NotBase64(Segment::Payload)),
        );
        check(
            &"x".repeat(LONGEST + 1),
            Err(NotAToken::TooLong(LONGEST + 1)),
        );
        check(
            &jwt("{}", &"[".repeat(20_000)),
            Err(NotAToken::NotJson(Segment::Payload)),
        );
    }

    #[test]
    fn members_keep_their_order() {
        let token = decode(&jwt(
            r#"{"alg":"RS256","typ":"JWT","kid":"k"}"#,
            r#"{"z":1,"a":2}"#,
        ))
        .unwrap();
        assert!(token.header.keys().eq(["alg", "typ", "kid"]));
        assert!(token.claims.keys().eq(["z", "a"]));
    }

    proptest! {
        #[test]
        fn any_text_is_decoded_or_refused(text in any::<String>()) {
            let _ = decode(&text);
        }

        #[test]
        fn nearly_tokens_do_not_panic(header in "[ -~]{0,40}", claims in any::<Vec<u8>>(), signature in "[A-Za-z0-9_.=-]{0,20}") {
            let text = format!("{}.{}.{signature}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
            if let Err(error) = decode(&text) {
                prop_assert!(!error.to_string().is_empty());
            }
        }

        #[test]
        fn what_was_encoded_comes_back(alg in "(RS256|ES256|none|ES512|[a-z]{1,6})", name in any::<String>(), value in any::<String>(), exp in any::<i64>()) {
            let claims = json!({"exp": exp, name: value});
            let token = decode(&jwt(&json!({"alg": alg}).to_string(), &claims.to_string())).unwrap();
            prop_assert_eq!(Value::Object(token.claims), claims);
        }
    }
}
