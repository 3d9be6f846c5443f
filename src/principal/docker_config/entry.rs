//! One entry of `auths`, as docker reads it and as the kubelet does.

use super::{Choice, member};
use crate::secret::Secret;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;
use zeroize::Zeroizing;

/// Go's base64 readers do not look at the bits that are left over.
const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
const PADDED: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    CONFIG.with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);
const UNPADDED: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    CONFIG.with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Whose reading: the kubelet takes base64 without padding too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Docker,
    Kubelet,
}

/// The members that a client reads. An empty one is as good as none.
#[derive(Clone, Default)]
pub(super) struct Entry {
    auth: Option<Secret>,
    username: Option<String>,
    password: Option<Secret>,
    identity_token: Option<Secret>,
    has_registry_token: bool,
    /// What makes every reader give up.
    fault: Option<String>,
}

/// A user name and a password, either possibly empty.
type Login = (String, Secret);

impl Entry {
    /// True for anything that a login could be made of.
    pub(super) fn holds_secret(&self) -> bool {
        let found = [&self.auth, &self.password, &self.identity_token];
        self.has_registry_token || found.into_iter().any(Option::is_some)
    }

    /// Never fails: what is wrong is kept until the entry is chosen.
    pub(super) fn from_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::default(),
            Value::Object(members) => {
                let mut fault = None;
                let mut text = |name: &str| match member(members, name) {
                    None => None,
                    Some(Value::String(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
                    Some(_) => {
                        fault = Some(format!("{name} is not a string"));
                        None
                    }
                };
                Self {
                    auth: text("auth").map(Secret::new),
                    username: text("username"),
                    password: text("password").map(Secret::new),
                    identity_token: text("identitytoken").map(Secret::new),
                    has_registry_token: text("registrytoken").is_some(),
                    fault,
                }
            }
            _ => Self {
                fault: Some("the entry is not an object".into()),
                ..Self::default()
            },
        }
    }

    /// What docker would send. `key` is fit to be shown.
    pub(super) fn as_docker(&self, key: String) -> Choice {
        let login = match self.login(Reader::Docker) {
            Ok(login) => login,
            Err(why) => return Choice::Malformed { key, why },
        };
        if let Some(token) = &self.identity_token {
            return Choice::IdentityToken {
                key,
                user: login.map(|(user, _)| user),
                secret: token.clone(),
            };
        }
        self.by_login(key, login)
    }

    /// What the kubelet would hand to the container runtime. `key` is fit to be shown.
    pub(super) fn as_kubelet(&self, key: String) -> Choice {
        let login = match self.login(Reader::Kubelet) {
            Ok(login) => login,
            Err(why) => return Choice::Malformed { key, why },
        };
        let has_password = login
            .as_ref()
            .is_some_and(|(_, secret)| secret.length() > 0);
        if self.identity_token.is_some() && !has_password {
            return Choice::IdentityTokenUnread { key };
        }
        self.by_login(key, login)
    }

    /// Why the kubelet cannot read this entry, which costs it the whole Secret.
    pub(super) fn fault_for_kubelet(&self) -> Option<String> {
        self.login(Reader::Kubelet).err()
    }

    fn by_login(&self, key: String, login: Option<Login>) -> Choice {
        let malformed = |why: &str| Choice::Malformed {
            key: key.clone(),
            why: why.into(),
        };
        match login {
            None if self.has_registry_token => Choice::RegistryToken { key },
            None => Choice::Empty { key },
            Some((user, secret)) if user.is_empty() && secret.length() == 0 => {
                malformed("user name and password are empty")
            }
            Some((user, _)) if user.is_empty() => malformed("it has a password and no user name"),
            Some((_, secret)) if secret.length() == 0 => {
                malformed("it has a user name and no password")
            }
            Some((user, secret)) => Choice::Password { key, user, secret },
        }
    }

    /// `auth` counts before `username` and `password`.
    fn login(&self, reader: Reader) -> Result<Option<Login>, String> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        if let Some(auth) = &self.auth {
            return decode(auth.expose(), reader).map(Some);
        }
        if self.username.is_none() && self.password.is_none() {
            return Ok(None);
        }
        let user = self.username.clone().unwrap_or_default();
        let secret = self.password.clone().unwrap_or_else(|| Secret::new(""));
        Ok(Some((user, secret)))
    }
}

/// base64 of `user:password`, split at the first colon: a password may hold more of them.
fn decode(auth: &str, reader: Reader) -> Result<Login, String> {
    // Go's readers pass over line breaks, and over no other blank.
    let packed = Zeroizing::new(auth.replace(['\r', '\n'], ""));
    let engine = match reader {
        Reader::Kubelet if !packed.ends_with('=') => &UNPADDED,
        Reader::Kubelet | Reader::Docker => &PADDED,
    };
    let bytes = engine.decode(packed.as_bytes()).map(Zeroizing::new);
    let bytes = bytes.map_err(|_| not_base64(&packed))?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| "auth is base64 of something that is not text".to_owned())?;
    let (user, password) = text.split_once(':').ok_or_else(|| no_colon(text))?;
    if user.is_empty() && reader == Reader::Docker {
        return Err("auth has no user name before the colon".into());
    }
    // docker takes the zero bytes off that an old writer left.
    let password = match reader {
        Reader::Docker => password.trim_matches('\0'),
        Reader::Kubelet => password,
    };
    Ok((user.to_owned(), Secret::new(password)))
}

/// Which other thing was put where base64 of `user:password` belongs.
fn not_base64(auth: &str) -> String {
    let why = if auth.starts_with("eyJ") && auth.matches('.').count() == 2 {
        "auth is a token as it is, not base64 of user:password"
    } else if auth.contains(':') {
        "auth is plain user:password, not its base64"
    } else if auth.contains(char::is_whitespace) {
        "auth is not base64: it holds a blank"
    } else if UNPADDED.decode(auth).is_ok() {
        "auth is base64 without its final =, which docker does not read"
    } else if auth.contains(['-', '_']) {
        "auth is not standard base64: it has the characters of the URL form (- or _)"
    } else {
        "auth is not base64"
    };
    why.into()
}

fn no_colon(text: &str) -> String {
    let inner = PADDED.decode(text.trim()).map(Zeroizing::new);
    let why = if inner.is_ok_and(|inner| inner.contains(&b':')) {
        "auth is base64 twice"
    } else if text.starts_with("eyJ") {
        "auth is base64 of a token alone: the user name and the colon before it are missing"
    } else {
        "auth has no colon between user name and password"
    };
    why.into()
}
