//! `WWW-Authenticate`: what a registry says a client has to do.
//!
//! The grammar (RFC 9110 section 11.6.1, several challenges to a line and several lines) is read by
//! `http-auth`; this module decides what was found. It does not judge whether a realm may see a
//! credential, and it changes no value: realm and service are text from an untrusted peer.

use http_auth::ChallengeRef;
use http_auth::parser::ChallengeParser;

/// The parameters that are read.
const PARAMETERS: [&str; 5] = ["realm", "service", "scope", "error", "error_description"];

/// One Bearer challenge, its values unescaped and otherwise as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The scheme as sent (`Bearer`, `bearer`).
    pub scheme: String,
    /// The address of the token endpoint.
    pub realm: Option<String>,
    /// What the registry calls itself.
    pub service: Option<String>,
    /// What has to be asked for; absent on `/v2/`.
    pub scope: Option<String>,
    /// `invalid_token` or `insufficient_scope`.
    pub error: Option<String>,
    /// A text beside the error. Never seen from Azure.
    pub error_description: Option<String>,
}

/// What the header lines of one answer amount to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChallengeReading {
    /// There is no such header.
    None,
    /// One complete Bearer challenge.
    Bearer(Challenge),
    /// Challenges, but none a Bearer; for instance Basic after a refused password.
    NoBearer {
        /// The schemes, as sent and in order.
        schemes: Vec<String>,
    },
    /// No Bearer challenge, and a line that cannot be read.
    Broken {
        /// The line as sent.
        header: String,
        /// What is wrong with it, and where.
        why: String,
    },
    /// Two or more Bearer challenges, even if they are equal: clients differ in which one they take.
    Several(Vec<Challenge>),
    /// One Bearer challenge without a realm, a service, or both.
    Incomplete {
        /// What there is.
        challenge: Challenge,
        /// `realm`, `service`, or `realm and service`.
        missing: &'static str,
    },
}

/// Reads the values of all `WWW-Authenticate` lines of one answer.
pub fn read<'a>(headers: impl IntoIterator<Item = &'a str>) -> ChallengeReading {
    let mut found = Found::default();
    for header in headers {
        found.header(header);
    }
    found.into_reading()
}

#[derive(Default)]
struct Found {
    schemes: Vec<String>,
    bearers: Vec<Challenge>,
    broken: Option<(String, String)>,
}

impl Found {
    /// A broken line does not hide the challenges before the break, nor those of other lines:
    /// a proxy may add a Negotiate line of its own that this grammar refuses.
    fn header(&mut self, header: &str) {
        if header.trim().is_empty() {
            return self.break_at(header, "the header is empty".to_owned());
        }
        for item in ChallengeParser::new(header) {
            match item {
                Ok(challenge) => self.challenge(header, &challenge),
                Err(error) => return self.break_at(header, position(&error.to_string())),
            }
        }
    }

    fn challenge(&mut self, header: &str, challenge: &ChallengeRef<'_>) {
        self.schemes.push(challenge.scheme.to_owned());
        if !challenge.scheme.eq_ignore_ascii_case("bearer") {
            return;
        }
        match repeated(challenge) {
            Some(name) => self.break_at(header, format!("the parameter {name} occurs twice")),
            None => self.bearers.push(bearer(challenge)),
        }
    }

    fn break_at(&mut self, header: &str, why: String) {
        self.broken.get_or_insert_with(|| (header.to_owned(), why));
    }

    fn into_reading(mut self) -> ChallengeReading {
        if self.bearers.len() > 1 {
            return ChallengeReading::Several(self.bearers);
        }
        if let Some(challenge) = self.bearers.pop() {
            return complete(challenge);
        }
        if let Some((header, why)) = self.broken {
            return ChallengeReading::Broken { header, why };
        }
        if self.schemes.is_empty() {
            return ChallengeReading::None;
        }
        ChallengeReading::NoBearer {
            schemes: self.schemes,
        }
    }
}

/// The parser's message repeats the whole line with an arrow in it; the line is kept elsewhere.
fn position(message: &str) -> String {
    let end = message.find(": ").unwrap_or(message.len());
    message[..end].to_owned()
}

/// A parameter must not occur twice, and clients differ in which of two they take: with two realms
/// one client's token endpoint is not another's. Parameters that no one reads may do as they like.
fn repeated(challenge: &ChallengeRef<'_>) -> Option<&'static str> {
    let count = |wanted: &str| {
        let named = |(name, _): &&(&str, _)| name.eq_ignore_ascii_case(wanted);
        challenge.params.iter().filter(named).count()
    };
    PARAMETERS.into_iter().find(|name| count(name) > 1)
}

fn bearer(challenge: &ChallengeRef<'_>) -> Challenge {
    let value = |wanted: &str| {
        challenge
            .params
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.to_unescaped())
    };
    Challenge {
        scheme: challenge.scheme.to_owned(),
        realm: value("realm"),
        service: value("service"),
        scope: value("scope"),
        error: value("error"),
        error_description: value("error_description"),
    }
}

fn complete(challenge: Challenge) -> ChallengeReading {
    let lacks = |value: &Option<String>| value.as_deref().is_none_or(|v| v.trim().is_empty());
    let missing = match (lacks(&challenge.realm), lacks(&challenge.service)) {
        (false, false) => return ChallengeReading::Bearer(challenge),
        (true, false) => "realm",
        (false, true) => "service",
        (true, true) => "realm and service",
    };
    ChallengeReading::Incomplete { challenge, missing }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REALM: &str = "https://r.azurecr.io/oauth2/token";
    const PLAIN: &str =
        r#"Bearer realm="https://r.azurecr.io/oauth2/token",service="r.azurecr.io""#;

    /// One line for a reading, so that the tables below can be read.
    fn told(reading: &ChallengeReading) -> String {
        let part = |value: &Option<String>| value.as_deref().unwrap_or("-").to_owned();
        let one = |c: &Challenge| {
            let parts = [&c.realm, &c.service, &c.scope, &c.error].map(part);
            format!("{} {}", c.scheme, parts.join(" "))
        };
        match reading {
            ChallengeReading::None => "none".to_owned(),
            ChallengeReading::Bearer(c) => one(c),
            ChallengeReading::NoBearer { schemes } => format!("no bearer: {}", schemes.join(" ")),
            ChallengeReading::Broken { why, .. } => format!("broken: {why}"),
            ChallengeReading::Several(all) => format!("{} bearers", all.len()),
            ChallengeReading::Incomplete { missing, .. } => format!("no {missing}"),
        }
    }

    fn check(headers: &[&str], expected: &str) {
        assert_eq!(
            told(&read(headers.iter().copied())),
            expected,
            "{headers:?}"
        );
    }

    #[test]
    fn as_azure_sends_them() {
        check(&[PLAIN], &format!("Bearer {REALM} r.azurecr.io - -"));
        let scope = format!(r#"{PLAIN},scope="repository:oci-artifact:pull,push""#);
        check(
            &[&scope],
            &format!("Bearer {REALM} r.azurecr.io repository:oci-artifact:pull,push -"),
        );
        let error = format!(r#"{PLAIN},scope="repository:app:delete",error="insufficient_scope""#);
        check(
            &[&error],
            &format!("Bearer {REALM} r.azurecr.io repository:app:delete insufficient_scope"),
        );
        check(
            &[r#"Basic realm="Azure Container Registry""#],
            "no bearer: Basic",
        );
    }

    #[test]
    fn as_others_might() {
        let plain = format!("Bearer {REALM} r.azurecr.io - -");
        check(&[], "none");
        check(&[r#"Basic realm="x""#, PLAIN], &plain);
        check(&[&format!(r#"Basic realm="x", {PLAIN}"#)], &plain);
        check(&[&format!(r#"{PLAIN}, Basic realm="x""#)], &plain);
        check(&[r#"bearer REALM = "a" , Service=b"#], "bearer a b - -");
        check(&[r#"Bearer realm="a\"b",service="c""#], "Bearer a\"b c - -");
        check(
            &[
                r#"Bearer realm="a",service="b",error="invalid_token",error_description="x, y",new=1"#,
            ],
            "Bearer a b - invalid_token",
        );
        check(&["Negotiate, NTLM"], "no bearer: Negotiate NTLM");
        check(&["Negotiate dG9rZW4=", PLAIN], &plain);
        check(&[PLAIN, PLAIN], "2 bearers");
        check(
            &[&format!(r#"{PLAIN}, Bearer realm="b",service="c""#)],
            "2 bearers",
        );
    }

    #[test]
    fn of_no_use() {
        check(&["Bearer"], "no realm and service");
        check(&[r#"Bearer service="b""#], "no realm");
        check(&[r#"Bearer realm="a""#], "no service");
        check(&[r#"Bearer realm="a",service=" ""#], "no service");
        check(&[""], "broken: the header is empty");
        check(
            &[r#"Bearer realm="a" service="b""#],
            "broken: invalid byte at byte 24",
        );
        check(
            &[r#"Bearer realm="a",service="b"#],
            "broken: unexpected EOF in quoted param value at byte 27",
        );
        check(
            &[r#"Bearer realm=https://r.azurecr.io/t,service=b"#],
            "broken: invalid byte at byte 18",
        );
        check(
            &[r#"Bearer realm="ä",service="b""#],
            "broken: invalid byte at byte 14",
        );
        check(
            &[r#"Bearer realm="a",realm="b",service="c""#],
            "broken: the parameter realm occurs twice",
        );
        check(
            &["Negotiate dG9rZW4="],
            "broken: unexpected EOF expecting param value at byte 18",
        );
    }

    #[test]
    fn a_broken_line_is_kept_as_sent() {
        let header = r#"Bearer realm="a" service="b""#;
        let ChallengeReading::Broken { header: kept, .. } = read([header]) else {
            panic!("not broken")
        };
        assert_eq!(kept, header);
    }

    proptest! {
        #[test]
        fn any_text_is_read(lines in proptest::collection::vec(any::<String>(), 0..4)) {
            let _ = read(lines.iter().map(String::as_str));
        }

        #[test]
        fn nearly_headers_are_read(line in "(Bearer|Basic|x)?[ ,=a-z\"\\\\äB]{0,40}") {
            let reading = read([line.as_str()]);
            prop_assert_ne!(reading, ChallengeReading::None);
        }

        #[test]
        fn quoted_values_come_back(realm in "[ -~]{0,20}[!-~]", service in "[!-~]{1,20}") {
            let quote = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
            let line = format!("Bearer realm=\"{}\",service=\"{}\"", quote(&realm), quote(&service));
            let ChallengeReading::Bearer(challenge) = read([line.as_str()]) else {
                return Err(TestCaseError::fail(line));
            };
            prop_assert_eq!(challenge.realm, Some(realm));
            prop_assert_eq!(challenge.service, Some(service));
        }
    }
}
