//! An image or a pattern as the kubelet reads it: a URL without a scheme.
//!
//! The kubelet puts `https://` before both and lets Go's `url.Parse` read them (kubernetes
//! `pkg/credentialprovider/keyring.go`, `ParseSchemelessURL` and `SplitURL`). What Go refuses is
//! refused here: a pattern that cannot be read matches nothing.

/// Characters that Go allows in a host besides letters, digits and what is not ASCII
/// (`net/url`, `shouldEscape` for a host). A backslash, a caret or a blank is not among them.
const IN_A_HOST: &str = "-_.~!$&'()*+,;=:[]<>\"";

/// Host, port and path of an image or of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The host, with wildcards if it is a pattern's.
    pub host: String,
    /// The port in digits; empty where there is none.
    pub port: String,
    /// What follows, percent signs decoded; empty or beginning with `/`.
    pub path: Vec<u8>,
}

impl Address {
    /// Reads host, port and path.
    ///
    /// # Errors
    /// What Go's parser would refuse, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.chars().any(|sign| sign.is_ascii_control()) {
            return Err("it holds a control character".into());
        }
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        let text = text.split_once('?').map_or(text, |(before, _)| before);
        let at = text.find('/').unwrap_or(text.len());
        let (authority, path) = text.split_at(at);
        let authority = authority.rsplit_once('@').map_or(authority, |(_, end)| end);
        let (host, port) = split_port(authority)?;
        Ok(Self {
            host: checked(host)?.to_owned(),
            port: port.to_owned(),
            path: decoded(path)?,
        })
    }

    /// The labels of the host.
    pub fn labels(&self) -> Vec<&str> {
        self.host.split('.').collect()
    }

    /// Host and port as they were written.
    pub fn authority(&self) -> String {
        match self.port.as_str() {
            "" => self.host.clone(),
            port => format!("{}:{port}", self.host),
        }
    }
}

fn split_port(authority: &str) -> Result<(&str, &str), String> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (inner, after) = rest.split_once(']').ok_or("its bracket is not closed")?;
        return match after.strip_prefix(':') {
            Some(port) => Ok((inner, digits(port)?)),
            None if after.is_empty() => Ok((authority, "")),
            None => Err("what follows its bracket is no port".into()),
        };
    }
    match authority.rsplit_once(':') {
        None => Ok((authority, "")),
        Some((host, port)) if !host.contains(':') => Ok((host, digits(port)?)),
        Some(_) => Err("its host has more than one colon".into()),
    }
}

fn digits(port: &str) -> Result<&str, String> {
    if port.bytes().all(|digit| digit.is_ascii_digit()) {
        Ok(port)
    } else {
        Err(format!("\":{port}\" after its host is no port"))
    }
}

fn checked(host: &str) -> Result<&str, String> {
    let odd = host.chars().find(|sign| {
        sign.is_ascii() && !sign.is_ascii_alphanumeric() && !IN_A_HOST.contains(*sign)
    });
    match odd {
        Some(sign) => Err(format!("its host may not hold {sign:?}")),
        None => Ok(host),
    }
}

fn decoded(path: &str) -> Result<Vec<u8>, String> {
    let mut bytes = path.bytes();
    let mut decoded = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                hexadecimal(bytes.next(), bytes.next()).ok_or("a percent sign escapes nothing")?
            }
            plain => plain,
        });
    }
    Ok(decoded)
}

fn hexadecimal(high: Option<u8>, low: Option<u8>) -> Option<u8> {
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn host_port_and_path() {
        for (text, host, port, path) in [
            ("a.azurecr.io/x/y", "a.azurecr.io", "", "/x/y"),
            ("a.azurecr.io", "a.azurecr.io", "", ""),
            ("r.example:5000/x", "r.example", "5000", "/x"),
            ("r.example:/x", "r.example", "", "/x"),
            ("[::1]:5000/x", "::1", "5000", "/x"),
            ("user@r.example/x?q#f", "r.example", "", "/x"),
            ("r.example/a%2Fb", "r.example", "", "/a/b"),
        ] {
            let found = Address::parse(text).unwrap();
            assert_eq!(
                (found.host.as_str(), found.port.as_str(), found.path),
                (host, port, path.as_bytes().to_vec()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_go_refuses() {
        for text in [
            "nginx:latest",
            "a b.example/x",
            "a\\b.example",
            "a\n.example",
            "a:1:2/x",
            "[::1/x",
            "[a]b.example/x",
            "r.example/a%2",
            "r.example/a%zz",
        ] {
            assert!(Address::parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*|[*.:/@%\\[\\]a1]{0,20}") {
            let _ = Address::parse(&text);
        }
    }
}
