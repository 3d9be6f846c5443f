//! What each side proves itself with, as far as it may be shown.

use super::row::Row;
use super::side::Focus;
use crate::evidence::{CredentialForm, CredentialShown, Observation};

/// Which steps a credential has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// None at all.
    Nobody,
    /// Presented by Basic.
    Password,
    /// An Entra identity, whose token is exchanged.
    Identity,
    /// A stored refresh token: the exchange lies behind it.
    RefreshToken,
}

/// What each holds. Where it was read from is told, and is no difference.
pub(super) fn row(one: &Focus<'_>, other: &Focus<'_>) -> Row {
    let nature = |focus: &Focus<'_>| {
        let kind = focus.judged.cell.principal.kind.clone();
        (kind, form(focus), user(focus))
    };
    Row {
        differs: nature(one) != nature(other),
        ..Row::fact("credential", holds(one), holds(other))
    }
}

/// What a cell's credential is.
pub(super) fn form(focus: &Focus<'_>) -> Form {
    let principal = focus.judged.cell.principal;
    if principal.is_exchanged() {
        return Form::Identity;
    }
    match (principal.kind.as_str(), stored(focus)) {
        ("anonymous", _) => Form::Nobody,
        (_, Some(shown)) if shown.form == CredentialForm::IdentityToken => Form::RefreshToken,
        (_, Some(shown)) if shown.form == CredentialForm::Password => Form::Password,
        (_, Some(_)) => Form::Nobody,
        (_, None) => Form::Password,
    }
}

fn holds(focus: &Focus<'_>) -> String {
    let principal = focus.judged.cell.principal;
    let source = principal.source.split(" (").next().unwrap_or_default();
    match (form(focus), user(focus)) {
        (Form::Nobody, _) if principal.kind == "anonymous" => "none".to_owned(),
        (Form::Nobody, _) => format!("none in {source}"),
        (Form::Identity, _) => format!("{}, {source}", principal.kind.replace('-', " ")),
        (Form::RefreshToken, _) => format!("refresh token, {source}"),
        (Form::Password, Some(user)) => format!("user {user}, password"),
        (Form::Password, None) => "user name and password".to_owned(),
    }
}

fn user(focus: &Focus<'_>) -> Option<String> {
    let planned = focus.judged.cell.principal.identity.user_name.clone();
    planned.or_else(|| stored(focus)?.user_name.clone())
}

/// What a store, a helper or a plugin gave.
fn stored<'f>(focus: &'f Focus<'_>) -> Option<&'f CredentialShown> {
    let facts = focus.judged.trace.facts.iter();
    facts
        .filter_map(|fact| match &fact.observation {
            Observation::Credential(shown) => Some(shown),
            _ => None,
        })
        .next_back()
}
