//! Who may do what: roles, scope maps, the admin user, anonymous pull.
//! *Not* how a refusal looks.
//!
//! Sources: (D) Azure built-in roles; container-registry-rbac-abac-repository-permissions;
//! container-registry-token-based-repository-permissions. In RBAC mode AcrPush is read
//! to include metadata, as `az acr` behaves.

use super::mint::Granted;
use super::stated::{Role, StatedRole, StatedToken};
use super::stated_registry::Mode;
use super::world::{Moment, World};

/// The registry's built-in name for an anonymous principal (R).
pub const ANONYMOUS: &str = "acr_anon_pull";

const EVERYTHING: &[&str] = &[
    "pull",
    "push",
    "delete",
    "metadata_read",
    "metadata_write",
    "*",
];

/// Who asks, once its credential is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    Anonymous,
    Admin,
    /// A repository-scoped token, by name.
    Token(String),
    /// An Entra principal, by object id.
    Entra(String),
}

impl Caller {
    /// The claim `sub` ((R) for Entra and anonymous, inferred for the others).
    pub fn subject(&self, world: &World) -> String {
        match self {
            Caller::Anonymous => ANONYMOUS.to_owned(),
            Caller::Admin => admin_name(world).to_owned(),
            Caller::Token(name) => name.clone(),
            Caller::Entra(object) => object.clone(),
        }
    }

    /// How a scenario names it in `[[odd_token]]`.
    pub fn stated_name(&self) -> &str {
        match self {
            Caller::Anonymous => "anonymous",
            Caller::Admin => "admin",
            Caller::Token(name) | Caller::Entra(name) => name,
        }
    }
}

/// The admin user's name: the registry's, without the label of a domain name label (D).
pub fn admin_name(world: &World) -> &str {
    let host = &world.stated().registry.host;
    let label = host.split('.').next().unwrap_or(host);
    label.split('-').next().unwrap_or(label)
}

/// What is granted of `asked`.
pub fn granted(world: &World, moment: Moment, caller: &Caller, asked: &Granted) -> Vec<String> {
    let wildcard = asked.kind == "repository" && asked.name.contains('*');
    if wildcard && world.stated().registry.mode == Mode::Abac {
        return Vec::new();
    }
    let allowed = allowed(world, moment, caller, &asked.kind, &asked.name);
    let actions = asked
        .actions
        .iter()
        .filter(|action| allowed.contains(&spelling(action)));
    actions.cloned().collect()
}

/// Whether an Entra principal has any right here.
pub fn has_any_role(world: &World, moment: Moment, object: &str) -> bool {
    roles(world, moment, object).next().is_some()
}

/// The words of `permissions.actions` in its refresh token [R: read, write, delete].
pub fn permission_words(world: &World, moment: Moment, object: &str) -> Vec<&'static str> {
    let all: Vec<&str> = roles(world, moment, object)
        .flat_map(|role| actions(role.role))
        .copied()
        .collect();
    let words = [("pull", "read"), ("push", "write"), ("delete", "delete")];
    words
        .iter()
        .filter(|(action, _)| all.contains(action))
        .map(|(_, word)| *word)
        .collect()
}

fn allowed(
    world: &World,
    moment: Moment,
    caller: &Caller,
    kind: &str,
    name: &str,
) -> Vec<&'static str> {
    match caller {
        Caller::Anonymous if !world.stated().registry.anonymous_pull => Vec::new(),
        Caller::Anonymous if kind == "registry" => vec!["*"],
        Caller::Anonymous => vec!["pull"],
        Caller::Admin => EVERYTHING.to_vec(),
        Caller::Token(token) => {
            let tokens = &world.stated().token;
            let token = tokens.iter().find(|known| known.name == *token);
            token
                .map(|token| scope_map(token, kind, name))
                .unwrap_or_default()
        }
        Caller::Entra(object) => roles(world, moment, object)
            .filter(|role| covers(role, kind, name))
            .flat_map(|role| match kind {
                "registry" => catalogue(world, role.role),
                _ => actions(role.role),
            })
            .copied()
            .collect(),
    }
}

fn roles<'a>(
    world: &'a World,
    moment: Moment,
    object: &'a str,
) -> impl Iterator<Item = &'a StatedRole> {
    let registry = &world.stated().registry;
    let held = world
        .stated()
        .role
        .iter()
        .filter(move |role| role.object == object);
    held.filter(move |role| moment.since_start >= role.after.as_wait())
        .filter(move |role| match registry.mode {
            Mode::Abac => is_repository_role(role.role),
            Mode::Rbac => !is_repository_role(role.role) || registry.repository_roles_in_rbac,
        })
}

fn is_repository_role(role: Role) -> bool {
    matches!(
        role,
        Role::RepositoryReader
            | Role::RepositoryWriter
            | Role::RepositoryContributor
            | Role::CatalogLister
    )
}

fn covers(role: &StatedRole, kind: &str, name: &str) -> bool {
    match &role.prefix {
        None => true,
        Some(prefix) => kind == "repository" && name.starts_with(prefix.as_str()),
    }
}

fn actions(role: Role) -> &'static [&'static str] {
    match role {
        Role::AcrPull | Role::Reader | Role::RepositoryReader => &["pull", "metadata_read"],
        Role::AcrPush | Role::RepositoryWriter => {
            &["pull", "push", "metadata_read", "metadata_write"]
        }
        Role::AcrDelete => &["delete"],
        Role::Contributor | Role::Owner => EVERYTHING,
        Role::RepositoryContributor => {
            &["pull", "push", "delete", "metadata_read", "metadata_write"]
        }
        Role::CatalogLister => &[],
    }
}

/// AcrPull also lists repositories in RBAC mode; the Catalog Lister does in ABAC mode (D).
fn catalogue(world: &World, role: Role) -> &'static [&'static str] {
    let lists = match world.stated().registry.mode {
        Mode::Abac => role == Role::CatalogLister,
        Mode::Rbac => actions(role).contains(&"pull"),
    };
    if lists { &["*"] } else { &[] }
}

fn scope_map(token: &StatedToken, kind: &str, name: &str) -> Vec<&'static str> {
    if kind != "repository" {
        return Vec::new();
    }
    let fits = token
        .actions
        .iter()
        .filter(|(pattern, _)| match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => *pattern == name,
        });
    let words = fits.flat_map(|(_, words)| words);
    words
        .filter_map(|word| match word.as_str() {
            "content/read" => Some("pull"),
            "content/write" => Some("push"),
            "content/delete" => Some("delete"),
            "metadata/read" => Some("metadata_read"),
            "metadata/write" => Some("metadata_write"),
            _ => None,
        })
        .collect()
}

/// Old az spellings (C).
fn spelling(action: &str) -> &str {
    match action {
        "metadataRead" => "metadata_read",
        "metadataWrite" => "metadata_write",
        other => other,
    }
}
