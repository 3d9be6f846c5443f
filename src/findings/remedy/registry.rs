//! Remedies on the registry's side other than the right to pull: what to ask it, and what to switch.
//!
//! A switch that opens more than one principal needs says so in its comment.

use super::quote::{in_comment, shell_word};
use super::{Observed, Remedy, RemedyKind, say};

/// Which audience the registry takes: is the one for Azure Resource Manager still on?
#[must_use]
pub fn ask_audience(o: &Observed<'_>) -> Remedy {
    let text = az(
        o,
        &format!("az acr config authentication-as-arm show -r {}", name(o)),
    );
    Remedy::new(RemedyKind::Ask, say::REGISTRY_READER, say::READS_ONLY, text)
}

/// Lets tokens for Azure Resource Manager in again; the last resort behind a newer client.
#[must_use]
pub fn arm_audience_enable(o: &Observed<'_>) -> Remedy {
    let command = format!(
        "az acr config authentication-as-arm update -r {} --status enabled",
        name(o)
    );
    let text = format!(
        "# last resort: better a client or node image that asks for https://containerregistry.azure.net\n{}",
        az(o, &command)
    );
    Remedy::new(
        RemedyKind::Az,
        say::REGISTRY_CONTRIBUTOR,
        "within minutes (not documented more closely)",
        text,
    )
}

/// The registry's tenant, to compare with `tid` of the Entra token.
#[must_use]
pub fn ask_tenant(o: &Observed<'_>) -> Remedy {
    let command = format!(
        "az account show --subscription \"$(az acr show -n {} --query id -o tsv | cut -d/ -f3)\" --query tenantId -o tsv",
        name(o)
    );
    let text = format!("{}# compare with tid in the Entra token\n", az(o, &command));
    Remedy::new(RemedyKind::Ask, say::REGISTRY_READER, say::READS_ONLY, text)
}

/// What helps where principal and registry belong to different tenants.
#[must_use]
pub fn cross_tenant() -> Remedy {
    Remedy::new(
        RemedyKind::Note,
        "Entra administrators of both tenants; Owner or User Access Administrator on the registry",
        "1–10 minutes after the role is assigned",
        "A managed identity cannot be given a role in another tenant. Use a multitenant application: consent to it in the \
         registry's tenant, give its service principal there the role to pull, and let the cluster use it with a secret. \
         Or make a repository-scoped token of the registry and store it as the pods' pull secret.",
    )
}

/// Is the registry open to the network the request came from?
#[must_use]
pub fn ask_public_access(o: &Observed<'_>) -> Remedy {
    let command = format!(
        "az acr show -n {} --query '{{public:publicNetworkAccess,default:networkRuleSet.defaultAction,allowed:networkRuleSet.ipRules}}' -o json",
        name(o)
    );
    Remedy::new(
        RemedyKind::Ask,
        say::REGISTRY_READER,
        say::READS_ONLY,
        az(o, &command),
    )
}

/// Lets one address in; the one that the registry's own answer named.
#[must_use]
pub fn allow_ip(o: &Observed<'_>, ip: &str) -> Remedy {
    let text = format!(
        "# {} is the address the registry saw; a hosted runner or a NAT without a fixed address has another next time\n{}",
        in_comment(ip),
        az(
            o,
            &format!(
                "az acr network-rule add -n {} --ip-address {}",
                name(o),
                shell_word(ip)
            )
        )
    );
    Remedy::new(
        RemedyKind::Az,
        say::REGISTRY_CONTRIBUTOR,
        "a few minutes",
        text,
    )
}

/// Opens the registry's public endpoint.
#[must_use]
pub fn public_access_enable(o: &Observed<'_>) -> Remedy {
    let command = format!("az acr update -n {} --public-network-enabled true", name(o));
    let text = format!(
        "# this opens the registry to every network that its rules allow; better: come through its private endpoint\n{}",
        az(o, &command)
    );
    Remedy::new(
        RemedyKind::Az,
        say::REGISTRY_CONTRIBUTOR,
        "a few minutes",
        text,
    )
}

/// What the login server is called, word for word.
#[must_use]
pub fn ask_login_server(o: &Observed<'_>) -> Remedy {
    let command = format!("az acr show -n {} --query loginServer -o tsv", name(o));
    let text = format!(
        "{}# the image reference must begin with exactly this, in lower case; it began with {}\n",
        az(o, &command),
        in_comment(o.login_server)
    );
    Remedy::new(RemedyKind::Ask, say::REGISTRY_READER, say::READS_ONLY, text)
}

/// The tags the repository holds.
#[must_use]
pub fn show_tags(o: &Observed<'_>) -> Remedy {
    let command = format!(
        "az acr repository show-tags -n {} --repository {} --orderby time_desc --top 20 -o tsv",
        name(o),
        shell_word(o.repository)
    );
    let text = format!(
        "{}# if the repository itself is not found: az acr repository list -n {} -o tsv\n",
        az(o, &command),
        name(o)
    );
    Remedy::new(
        RemedyKind::Ask,
        "anyone who may list tags there (AcrPull, or Repository Reader in ABAC mode)",
        say::READS_ONLY,
        text,
    )
}

/// Try again until it is granted, and say how long it took.
#[must_use]
pub fn wait(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "acr-probe run {} --principal {} --wait 10m\n",
        shell_word(o.image),
        shell_word(o.principal)
    );
    Remedy::new(
        RemedyKind::Check,
        "whoever ran this probe, in the same place",
        "it ends as soon as the pull is granted",
        text,
    )
}

/// Microsoft's own check, from the administrator's desk.
#[must_use]
pub fn second_opinion(o: &Observed<'_>) -> Remedy {
    let command = format!(
        "az acr check-health -n {} --repository {} -y",
        name(o),
        shell_word(o.repository)
    );
    let text = format!(
        "{}# it tests whoever is signed in to az, not the node; it asks for push and delete too, so a principal that may only pull looks faulty there\n",
        az(o, &command)
    );
    Remedy::new(
        RemedyKind::Check,
        "anyone signed in to az",
        say::READS_ONLY,
        text,
    )
}

/// Nothing to do: a private registry refuses anonymous clients.
#[must_use]
pub fn leave_anonymous() -> Remedy {
    Remedy::new(
        RemedyKind::Note,
        "nobody",
        say::AT_ONCE,
        "This is how a private registry answers. Do not open it for the sake of a node: give the node's identity the role to pull.",
    )
}

/// Opens every repository of the registry to everybody, for those who want that.
#[must_use]
pub fn enable_anonymous(o: &Observed<'_>) -> Remedy {
    let command = format!("az acr update -n {} --anonymous-pull-enabled true", name(o));
    let text = format!(
        "# every repository becomes readable by everybody; Standard and Premium only; all anonymous clients share one rate limit\n{}",
        az(o, &command)
    );
    Remedy::new(
        RemedyKind::Az,
        say::REGISTRY_CONTRIBUTOR,
        say::MINUTES,
        text,
    )
}

/// No credential was sent, and none should be until the host's owner has explained the answer.
#[must_use]
pub fn leave_withheld(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "No credential was sent to {host}. Find out who owns the host and why it answers like this before any client logs in \
         there. If it is a front of your own, checked and meant to see credentials, name it with --trust-registry HOST.",
        host = in_comment(o.login_server)
    );
    Remedy::new(
        RemedyKind::Note,
        "whoever owns the host, and whoever is responsible for the credential",
        say::AT_ONCE,
        text,
    )
}

/// A support request with what support asks for.
#[must_use]
pub fn open_ticket(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "acr-probe run {} --principal {} --record acr-probe.jsonl\n\
         # support wants the correlation id and the time of the refused request; both are in it, secrets are not\n",
        shell_word(o.image),
        shell_word(o.principal)
    );
    Remedy::new(
        RemedyKind::Check,
        "whoever may open a support request",
        "when support answers",
        text,
    )
}

fn name(o: &Observed<'_>) -> String {
    shell_word(o.registry_name)
}

fn az(o: &Observed<'_>, command: &str) -> String {
    format!("{}{command}\n", o.cloud_line())
}
