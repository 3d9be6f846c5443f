//! Remedies in Entra's directory: applications, tenants, clouds, sign-ins.

use super::quote::{in_comment, shell_word};
use super::{Cloud, Observed, Remedy, RemedyKind, say};

const ADMINISTRATOR: &str = "Cloud Application Administrator of the tenant";
const CALLER: &str = "whoever configured this client";

/// The application, as the tenant that az is signed in to knows it.
#[must_use]
pub fn find_application(o: &Observed<'_>, client_id: Option<&str>) -> Remedy {
    let (first, id) = client(client_id);
    let text = format!(
        "{}{first}az account show --query tenantId -o tsv   # is it the tenant that was asked?\n\
         az ad sp show --id {id} --query '[displayName,appId,id,appOwnerOrganizationId,accountEnabled]' -o json\n\
         # the client must name appId; id is the object id\n",
        o.cloud_line()
    );
    Remedy::new(
        RemedyKind::Ask,
        "any member of the tenant, signed in to az",
        say::READS_ONLY,
        text,
    )
}

/// A service principal in this tenant for another tenant's application.
#[must_use]
pub fn provision_application(o: &Observed<'_>, client_id: Option<&str>) -> Remedy {
    let (first, id) = client(client_id);
    let text = format!(
        "# only for a multitenant application of another tenant; az must be signed in to the tenant that was asked\n\
         {}{first}az ad sp create --id {id}\n\
         # it has a new object id here, and needs a role on the registry\n",
        o.cloud_line()
    );
    Remedy::new(RemedyKind::Az, ADMINISTRATOR, say::MINUTES, text)
}

/// Lets a disabled application sign in again.
#[must_use]
pub fn enable_application(o: &Observed<'_>, client_id: Option<&str>) -> Remedy {
    let (first, id) = client(client_id);
    let text = format!(
        "# ask first who disabled it, and why: it may have been after a leak\n\
         {}{first}az ad sp update --id {id} --set accountEnabled=true\n",
        o.cloud_line()
    );
    Remedy::new(RemedyKind::Az, ADMINISTRATOR, say::MINUTES, text)
}

/// The tenant of the registry's subscription, and those that az knows.
#[must_use]
pub fn find_tenant(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "{}az account list --query '[].[name,tenantId]' -o table\n\
         # the tenant of the application, not always that of the registry; then: AZURE_TENANT_ID\n",
        o.cloud_line()
    );
    Remedy::new(RemedyKind::Ask, CALLER, say::READS_ONLY, text)
}

/// Entra's authority in a cloud (learn.microsoft.com, "National clouds").
#[must_use]
pub fn authority_host(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Public => "https://login.microsoftonline.com",
        Cloud::UsGov => "https://login.microsoftonline.us",
        Cloud::China => "https://login.partner.microsoftonline.cn",
    }
}

/// The way to Entra's authority.
#[must_use]
pub fn reach_entra(o: &Observed<'_>, host: &str) -> Vec<Remedy> {
    let address = format!("https://{host}/common/v2.0/.well-known/openid-configuration");
    let text = format!(
        "# in the client's own network namespace: any status means reachable; 000 means no answer\n\
         curl -sS -m 5 -o /dev/null -w '%{{http_code}}\\n' {}\n\
         acr-probe run {} --principal {} --wait 5m\n",
        shell_word(&address),
        shell_word(o.image),
        shell_word(o.principal)
    );
    let note = format!(
        "Let outbound TCP 443 to {} pass: in the firewall (service tag AzureActiveDirectory), in the client's network policy, \
         and in the proxy if there is one.",
        in_comment(host)
    );
    vec![
        Remedy::new(
            RemedyKind::Note,
            "whoever runs the firewall, the network policy or the proxy",
            say::MINUTES,
            note,
        ),
        Remedy::new(
            RemedyKind::Check,
            "whoever ran this probe, in the same place",
            say::READS_ONLY,
            text,
        ),
    ]
}

/// The authority of the registry's cloud, tried and then configured.
#[must_use]
pub fn right_authority(o: &Observed<'_>) -> Vec<Remedy> {
    let host = authority_host(o.cloud);
    let text = format!(
        "acr-probe run {} --principal {} --authority-host {host}\n",
        shell_word(o.image),
        shell_word(o.principal)
    );
    let note = format!(
        "The client must ask {host}: in a pod or pipeline by AZURE_AUTHORITY_HOST, on a node by the cloud in azure.json, for az by \
         az cloud set -n {} and a new az login. The application must be registered in that cloud; a tenant of another cloud \
         cannot be used.",
        o.cloud.az_name()
    );
    vec![
        Remedy::new(
            RemedyKind::Check,
            "whoever ran this probe, in the same place",
            say::READS_ONLY,
            text,
        ),
        Remedy::new(
            RemedyKind::Note,
            CALLER,
            "with the client's next start",
            note,
        ),
    ]
}

/// Signs in anew.
#[must_use]
pub fn sign_in(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "{}az login\naz account show --query '[user.name,tenantId]' -o tsv\n",
        o.cloud_line()
    );
    Remedy::new(
        RemedyKind::Az,
        "the user who is signed in to az on this machine",
        say::AT_ONCE,
        text,
    )
}

/// What Entra's error wants changed, where there is no command for it.
#[must_use]
pub fn as_entra_says(change: &str, who: &str) -> Remedy {
    let mut text = change.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text.push('.');
    Remedy::new(
        RemedyKind::Note,
        who,
        "with the next token; a policy may need minutes",
        text,
    )
}

/// The lines that must come first, and the word for the client id.
pub(super) fn client(id: Option<&str>) -> (String, String) {
    match id {
        Some(id) => (String::new(), shell_word(id)),
        None => (
            "# CLIENT_ID: the application (client) id that was used; it was not observed\n"
                .to_owned(),
            "\"${CLIENT_ID:?}\"".to_owned(),
        ),
    }
}
