//! User names and passwords.

pub mod admin_disabled;
pub mod bad_password;
pub mod bad_username;
pub mod malformed_credential;
pub mod secret_expired;
pub mod token_disabled;
pub mod token_too_large;

#[cfg(test)]
mod tests;

use crate::evidence::{Step, Transaction};
use crate::findings::case::Case;
use crate::findings::registry::seen;
use crate::findings::stored;

/// The user name that goes with an ACR refresh token.
const NULL_USER: &str = "00000000-0000-0000-0000-000000000000";

/// What kind of user name it is, and so what the password belongs to.
#[derive(Debug, Clone, PartialEq)]
enum Holder {
    /// The registry's admin user.
    Admin,
    /// An application, by its id.
    Application(String),
    /// The name that goes with an ACR refresh token.
    RefreshToken,
    /// A repository-scoped token, or whatever else has a plain name.
    Token(String),
}

/// Reads the user name as the registry does: a GUID is an application.
fn holder(case: &Case<'_>) -> Holder {
    let planned = case.this.cell.principal;
    let registry = &case.this.cell.target.registry;
    // A store says its user name only when it is asked for a registry.
    let stored = stored::presented(case).and_then(|(_, shown)| shown.user_name.as_deref());
    let name = planned
        .identity
        .user_name
        .as_deref()
        .or(planned.identity.client_id.as_deref())
        .or(stored);
    match name {
        None if stored::is_identity_token(case) => Holder::RefreshToken,
        None => Holder::Admin,
        Some(name) if planned.name == "admin" || Some(name) == registry.split('.').next() => {
            Holder::Admin
        }
        Some(NULL_USER) => Holder::RefreshToken,
        Some(name) if planned.kind == "service-principal" || is_guid(name) => {
            Holder::Application(name.to_owned())
        }
        Some(name) => Holder::Token(name.to_owned()),
    }
}

/// The name of the repository-scoped token that a row presents, as far as its user name tells.
pub(in crate::findings) fn scope_map_token(case: &Case<'_>) -> Option<String> {
    match holder(case) {
        Holder::Token(name) if case.is_password() && !stored::is_nobodys(case) => Some(name),
        _ => None,
    }
}

/// The user name for a sentence.
fn user_in_words(case: &Case<'_>) -> String {
    match holder(case) {
        Holder::Admin => {
            let named = case.this.cell.principal.identity.user_name.clone();
            named.unwrap_or_else(|| {
                let registry = &case.this.cell.target.registry;
                registry.split('.').next().unwrap_or_default().to_owned()
            })
        }
        Holder::Application(id) => id,
        Holder::RefreshToken => NULL_USER.to_owned(),
        Holder::Token(name) => name,
    }
}

fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups
            .iter()
            .all(|group| group.chars().all(|c| c.is_ascii_hexdigit()))
}

/// True where a user name and password were refused with 401, after the client's last form of asking.
fn is_refused(case: &Case<'_>) -> bool {
    case.is_password() && !stored::is_nobodys(case) && case.is_at(Step::AccessToken, 401)
}

/// True where an answer of the token endpoint holds these words, in any capitals.
fn says(case: &Case<'_>, words: &str) -> bool {
    case.this.trace.at(Step::AccessToken).any(|answer| {
        answer
            .body
            .as_deref()
            .is_some_and(|body| body.to_ascii_lowercase().contains(words))
    })
}

/// A token that the same name and password were given for something else: then the pair is right.
fn given_elsewhere<'a>(case: &Case<'a>) -> Option<&'a Transaction> {
    let registry = &case.this.cell.target.registry;
    case.all
        .iter()
        .filter(|other| {
            other.cell.principal.name == case.principal() && other.cell.target.registry == *registry
        })
        .filter_map(|other| other.trace.last(Step::AccessToken))
        .find(|answer| answer.status == Some(200))
}

/// What was sent and what was answered. Both forms are told, since a client's log shows only one.
fn refusal_in_words(case: &Case<'_>) -> String {
    let answers: Vec<String> = case
        .this
        .trace
        .at(Step::AccessToken)
        .map(seen::answer_in_words)
        .collect();
    let also = if answers.len() > 1 {
        " The runtime asks by POST first and by GET with Basic after that; the last answer counts."
    } else {
        ""
    };
    format!(
        "The user name {} was sent with its password. {}{also} With a password there is no token exchange, so this says nothing \
         about any identity. The manifest was not asked for.",
        user_in_words(case),
        answers.join(" ")
    )
}
