//! Whose credential a row shows, in a few words.

use super::images;
use crate::report::{Principal, Report};

/// Identity and source: `3f6d2c1e-…, azure.json`.
pub(in crate::report) fn long(report: &Report<'_>, principal: &Principal<'_>) -> String {
    if principal.kind == "anonymous" {
        return "nobody".to_owned();
    }
    let short = short(report, principal);
    let source = source(principal.source);
    let has_user = principal.identity.user_name.is_some() || is_admin(principal);
    match &principal.untried {
        Some(_) => short,
        None if has_user => format!("{short}, by password"),
        None if short == source => short,
        None => format!("{short}, {source}"),
    }
}

/// The identity alone, else the source.
pub(super) fn short(report: &Report<'_>, principal: &Principal<'_>) -> String {
    let identity = &principal.identity;
    if principal.kind == "anonymous" {
        return "nobody".to_owned();
    }
    if let Some(user) = &identity.user_name {
        return if is_uuid(user) {
            abridged(user)
        } else {
            user.clone()
        };
    }
    if let Some(id) = identity.object_id.as_ref().or(identity.client_id.as_ref()) {
        return abridged(id);
    }
    if let Some(name) = identity
        .resource_id
        .as_deref()
        .and_then(|id| id.rsplit('/').next())
    {
        return name.to_owned();
    }
    if principal.untried.is_some() {
        return "–".to_owned();
    }
    if is_admin(principal)
        && let Some(registry) = images::one_registry(report)
    {
        let name = registry.split('.').next().unwrap_or(registry);
        return name.to_owned();
    }
    source(principal.source)
}

/// The registry's admin user is called as the registry is.
fn is_admin(principal: &Principal<'_>) -> bool {
    principal.name == "admin" && principal.kind == "password"
}

/// The principal's name, ids in it abridged.
pub(super) fn abridged_name(name: &str) -> String {
    let mut out = String::new();
    for part in name.split_inclusive([':', '=', '/']) {
        let (word, end) = match part.char_indices().last() {
            Some((at, ':' | '=' | '/')) => part.split_at(at),
            _ => (part, ""),
        };
        out.push_str(&if is_uuid(word) {
            abridged(word)
        } else {
            word.to_owned()
        });
        out.push_str(end);
    }
    out
}

/// The first group of a UUID; anything else stays.
fn abridged(id: &str) -> String {
    if !is_uuid(id) {
        return id.to_owned();
    }
    let first = id.split('-').next().unwrap_or(id);
    format!("{first}-…")
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text
            .chars()
            .all(|one| one == '-' || one.is_ascii_hexdigit())
}

/// Where the credential comes from, without the path in brackets.
fn source(source: &str) -> String {
    let bare = source.split(" (").next().unwrap_or(source);
    if !bare.starts_with('/') {
        return bare.to_owned();
    }
    bare.rsplit('/').next().unwrap_or(bare).to_owned()
}
