//! Credentials shown to `/oauth2/token`: whom they prove, or how they are refused.
//! *Not* what that principal may do (`grants`).

use super::grants::{Caller, admin_name};
use super::mint;
use super::world::{Moment, World};

/// The user name that goes with a refresh token as password (D).
pub const NO_USER: &str = "00000000-0000-0000-0000-000000000000";

/// The text of a refusal without a more exact one [R for /v2/, L for /oauth2/*].
pub const GENERIC: &str =
    "authentication required, visit https://aka.ms/acr/authorization for more information.";

/// A refused credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    pub status: u16,
    pub message: &'static str,
}

const fn refused(message: &'static str) -> Refused {
    Refused {
        status: 401,
        message,
    }
}

/// Who user name and password prove.
pub fn by_password(
    world: &World,
    moment: Moment,
    user: &str,
    password: &str,
) -> Result<Caller, Refused> {
    if has_junk(user) || has_junk(password) {
        return Err(malformed()); // [L] source-controller#193
    }
    if user == NO_USER || user.is_empty() {
        return by_token_as_password(world, moment, password);
    }
    if mint::looks_like_token(password) && !is_guid(user) {
        return Err(refused(
            "aad access token with sp failed client id must be guid",
        )); // [L] vscode-docker#3780
    }
    let stated = world.stated();
    if user == admin_name(world) {
        let admin = &stated.registry.admin;
        let good = admin.enabled && admin.passwords.iter().any(|known| known == password);
        return if good {
            Ok(Caller::Admin)
        } else {
            Err(refused(GENERIC))
        };
    }
    if let Some(token) = stated.token.iter().find(|token| token.name == user) {
        let good = token.enabled
            && !token.expired
            && token.passwords.iter().any(|known| known == password);
        return if good {
            Ok(Caller::Token(token.name.clone()))
        } else {
            Err(refused(GENERIC))
        };
    }
    let Some(application) = stated.application.iter().find(|one| one.client_id == user) else {
        return Err(refused("Application not registered with AAD.")); // [D, L]
    };
    let good = application.secret.as_deref() == Some(password)
        && !application.expired
        && !application.disabled;
    if !good {
        return Err(refused("Invalid clientid or client secret.")); // [L], wrong or expired alike
    }
    Ok(Caller::Entra(application.object_id.clone()))
}

/// Who an ACR refresh token proves.
pub fn by_refresh_token(world: &World, moment: Moment, token: &str) -> Result<Caller, Refused> {
    let claims = mint::open(world, token).ok_or(refused(GENERIC))?;
    let text = |name: &str| {
        claims
            .get(name)
            .and_then(|value| value.as_str())
            .unwrap_or_default()
    };
    let expires = claims
        .get("exp")
        .and_then(|value| value.as_i64())
        .unwrap_or_default();
    let fits = text("grant_type") == "refresh_token"
        && text("aud") == world.stated().registry.host
        && expires > world.seconds(moment);
    if fits {
        Ok(Caller::Entra(text("sub").to_owned()))
    } else {
        Err(refused(GENERIC))
    }
}

/// A credential that is no credential (L): 500.
pub fn malformed() -> Refused {
    Refused {
        status: 500,
        message: "An error occurred while processing your request.",
    }
}

fn by_token_as_password(world: &World, moment: Moment, password: &str) -> Result<Caller, Refused> {
    let is_entra = mint::claims_of(password).is_some_and(|claims| claims.contains_key("tid"));
    if is_entra || !mint::looks_like_token(password) {
        return Err(refused("Invalid clientid or client secret.")); // [L]
    }
    by_refresh_token(world, moment, password)
}

fn has_junk(text: &str) -> bool {
    text.chars().any(char::is_control) || text.trim() != text
}

fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}
