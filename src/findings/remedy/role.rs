//! The right to pull: which role, to whom, on what, in four languages, and how to see that it works.
//!
//! It prints the role that fits the registry's mode and never both as equals: a registry in
//! ABAC mode does not honour AcrPull, so the wrong one would look done and change nothing.

use super::cluster::name_cluster;
use super::quote::{in_comment, shell_word};
use super::templates::{bicep, other_role, principal_type, terraform};
use super::{Mode, Observed, Remedy, RemedyKind, say};

/// The two built-in roles whose purpose is to pull.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    AcrPull,
    RepositoryReader,
}

impl Role {
    fn for_mode(mode: Mode) -> Self {
        match mode {
            Mode::Unknown | Mode::Rbac => Self::AcrPull,
            Mode::Abac => Self::RepositoryReader,
        }
    }

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::AcrPull => "7f951dda-4ed3-4680-a7ca-43fe172d538d",
            Self::RepositoryReader => "b93aa761-3e63-49ed-ac28-beffa264f7ac",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::AcrPull => "AcrPull",
            Self::RepositoryReader => "Container Registry Repository Reader",
        }
    }
}

const WHO: &str =
    "Owner, User Access Administrator or Role Based Access Control Administrator on the registry";
const EFFECT: &str = "1–10 minutes on the registry; then the kubelet's back-off, up to 5 minutes; a credential \
                      the kubelet already holds stays for 5 or 60 minutes, by provider version";

/// A shell variable that stops the command while it is not set.
const UNKNOWN_ID: &str = "\"${OBJECT_ID:?}\"";

/// Everything that gives the observed principal the right to pull, and shows that it has it.
/// Where the mode is unknown the first remedy is the question that settles it.
#[must_use]
pub fn give_pull_role(o: &Observed<'_>) -> Vec<Remedy> {
    let role = Role::for_mode(o.mode);
    let mut remedies = Vec::new();
    if o.mode == Mode::Unknown {
        remedies.push(ask_mode(o));
    }
    remedies.push(Remedy::new(
        RemedyKind::Az,
        WHO,
        EFFECT,
        assign(o, role, ""),
    ));
    if o.is_kubelet() && role == Role::AcrPull {
        remedies.push(attach(o));
    }
    remedies.push(Remedy::new(RemedyKind::Bicep, WHO, EFFECT, bicep(o, role)));
    remedies.push(Remedy::new(
        RemedyKind::Terraform,
        WHO,
        EFFECT,
        terraform(o, role),
    ));
    remedies.push(check(o));
    remedies.push(order());
    remedies
}

/// The same assignment limited to the observed repository (ABAC mode only); `None` where the
/// repository's name does not belong inside a condition.
#[must_use]
pub fn limit_to_repository(o: &Observed<'_>) -> Option<Remedy> {
    let plain = |c: char| {
        c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '/' | '-')
    };
    if o.repository.is_empty() || !o.repository.chars().all(plain) {
        return None;
    }
    let condition = format!(
        "((!(ActionMatches{{'Microsoft.ContainerRegistry/registries/repositories/content/read'}})) OR \
         (@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase '{}'))",
        o.repository
    );
    let extra = format!(" \\\n  --condition \"{condition}\" --condition-version 2.0");
    let text = format!(
        "# only for roleAssignmentMode AbacRepositoryPermissions; without the condition: every repository\n{}",
        assign(
            &Observed {
                mode: Mode::Abac,
                ..*o
            },
            Role::RepositoryReader,
            &extra
        )
    );
    Some(Remedy::new(RemedyKind::Az, WHO, EFFECT, text))
}

/// The registry's assignments, with the ids to compare them with.
#[must_use]
pub fn list_assignments(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "{}az role assignment list --scope {} --include-inherited \\\n  \
         --query \"[].[principalId,principalType,roleDefinitionName,createdOn]\" -o table\n\
         # a role counts if principalId is {}\n",
        o.cloud_line(),
        o.scope(),
        o.object_id.map_or_else(
            || "the oid of the principal's Entra token (not observed here)".to_owned(),
            |id| format!("{}, the oid of the Entra token", in_comment(id))
        )
    );
    Remedy::new(RemedyKind::Ask, say::REGISTRY_READER, say::READS_ONLY, text)
}

/// Takes away an assignment that names an id which belongs to nobody (a client id, a deleted identity).
#[must_use]
pub fn remove_dead_assignment(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "# PRINCIPAL_ID: the principalId that the list shows and that is nobody's object id\n\
         {}{}az role assignment delete --assignee \"${{PRINCIPAL_ID:?}}\" --scope {}\n",
        o.cloud_line(),
        guard(o),
        o.scope()
    );
    Remedy::new(RemedyKind::Az, WHO, say::MINUTES, text)
}

fn ask_mode(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "{}az acr show -n {} --query roleAssignmentMode -o tsv\n\
         # LegacyRegistryPermissions, or nothing: AcrPull. AbacRepositoryPermissions: {}\n",
        o.cloud_line(),
        shell_word(o.registry_name),
        Role::RepositoryReader.name()
    );
    Remedy::new(RemedyKind::Ask, say::REGISTRY_READER, say::READS_ONLY, text)
}

fn assign(o: &Observed<'_>, role: Role, extra: &str) -> String {
    let (first, object_id) = object_id(o);
    format!(
        "{first}{other}{cloud}{guard}\
         az role assignment create --assignee-object-id {object_id} \\\n  \
         --assignee-principal-type {principal_type} \\\n  \
         --role {role_id} \\\n  \
         --scope {scope}{extra}   # role: {role_name}\n",
        other = other_role(o, "#"),
        cloud = o.cloud_line(),
        guard = guard(o),
        principal_type = principal_type(o),
        role_id = role.id(),
        role_name = role.name(),
        scope = o.scope(),
    )
}

/// Stops before an empty scope: az takes that for the whole subscription.
fn guard(o: &Observed<'_>) -> String {
    format!(
        "az acr show -n {} -o none && \\\n",
        shell_word(o.registry_name)
    )
}

/// The lines that must come first, and the word for the object id.
fn object_id(o: &Observed<'_>) -> (String, String) {
    if let Some(id) = o.object_id {
        return (String::new(), shell_word(id));
    }
    let word = UNKNOWN_ID.to_owned();
    if !o.is_kubelet() {
        let lines = "# OBJECT_ID: the principal's object id (oid), not its client id; it was not observed. From the client id:\n\
                     #   az ad sp show --id CLIENT_ID --query id -o tsv\n";
        return (lines.to_owned(), word);
    }
    let named = name_cluster(o);
    let lines = format!(
        "# the object id was not observed; this asks AKS for the kubelet's\n{}\
         OBJECT_ID=\"$(az aks show -n {} -g {} --query identityProfile.kubeletidentity.objectId -o tsv)\"\n",
        named.origin, named.cluster, named.group
    );
    (lines, word)
}

fn attach(o: &Observed<'_>) -> Remedy {
    let named = name_cluster(o);
    let abac = match o.mode {
        Mode::Unknown => "# it assigns AcrPull: no use on a registry in ABAC mode\n",
        Mode::Rbac | Mode::Abac => "",
    };
    let text = format!(
        "{}{}{abac}az aks update -n {} -g {} --attach-acr {}   # role: AcrPull\n",
        o.cloud_line(),
        named.origin,
        named.cluster,
        named.group,
        shell_word(o.registry_name)
    );
    let who = format!("{WHO}, and Contributor on the cluster");
    Remedy::new(RemedyKind::Az, &who, EFFECT, text)
}

fn check(o: &Observed<'_>) -> Remedy {
    let image = shell_word(o.image);
    let mut text = format!(
        "acr-probe run {image} --principal {} --wait 10m\n",
        shell_word(o.principal)
    );
    if o.is_kubelet() {
        text.push_str(&show_kubelet(o));
    }
    let assignee = o
        .object_id
        .map_or_else(|| UNKNOWN_ID.to_owned(), shell_word);
    if o.object_id.is_none() {
        text.push_str("# OBJECT_ID: the principal's object id, as in the role assignment above\n");
    }
    text.push_str(&format!(
        "az role assignment list --assignee {assignee} \\\n  --scope {} --include-inherited -o table\n",
        o.scope()
    ));
    text.push_str(
        "# POD, NAMESPACE: a pod of this image; see: kubectl get pods -A -o wide\n\
         kubectl describe pod \"${POD:?}\" -n \"${NAMESPACE:?}\"   # expected: Successfully pulled image\n",
    );
    Remedy::new(
        RemedyKind::Check,
        "anyone with the rights to read; the probe runs on the node",
        say::READS_ONLY,
        text,
    )
}

fn show_kubelet(o: &Observed<'_>) -> String {
    let named = name_cluster(o);
    let expected = o
        .object_id
        .map(|id| format!("   # objectId should be {}", in_comment(id)));
    format!(
        "{}az aks show -n {} -g {} --query identityProfile.kubeletidentity -o json{}\n",
        named.origin,
        named.cluster,
        named.group,
        expected.unwrap_or_default()
    )
}

fn order() -> Remedy {
    Remedy::new(
        RemedyKind::Note,
        "whoever owns the deployment pipeline",
        "from the next deployment on",
        "Assign the role together with the infrastructure (registry, cluster, then the role), and deploy the \
         application afterwards. A push from CI proves nothing here: CI pushes with its own credential. On a new \
         cluster a pod can be there before the role works; wait with acr-probe --wait before the first rollout.",
    )
}
