//! Remedies for passwords: the admin user, repository-scoped tokens, service-principal secrets.
//!
//! No text here puts a secret on a command line, and none prints one where it can be avoided.

use super::cluster::name_cluster;
use super::quote::shell_word;
use super::{Observed, Remedy, RemedyKind, say};

/// Is the admin user on?
#[must_use]
pub fn ask_admin(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "{}az acr show -n {} --query adminUserEnabled -o tsv\n",
        o.cloud_line(),
        shell_word(o.registry_name)
    );
    Remedy::new(RemedyKind::Ask, say::REGISTRY_READER, say::READS_ONLY, text)
}

/// Switches the admin user on.
#[must_use]
pub fn enable_admin(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "# the admin user may do everything in the registry; for nodes and pipelines an identity is the better way\n\
         {}az acr update -n {} --admin-enabled true\n",
        o.cloud_line(),
        shell_word(o.registry_name)
    );
    Remedy::new(
        RemedyKind::Az,
        say::REGISTRY_CONTRIBUTOR,
        "at once; new passwords within 60 seconds",
        text,
    )
}

/// Tries the admin user's present password without showing it.
#[must_use]
pub fn admin_password_show(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "{}az acr credential show -n {} --query 'passwords[0].value' -o tsv \\\n  \
         | acr-probe run {} --principal admin --secret admin=-\n\
         # granted here and refused elsewhere: the copy over there is old\n",
        o.cloud_line(),
        shell_word(o.registry_name),
        shell_word(o.image)
    );
    Remedy::new(
        RemedyKind::Check,
        say::REGISTRY_CONTRIBUTOR,
        say::READS_ONLY,
        text,
    )
}

/// State and expiry of a repository-scoped token.
#[must_use]
pub fn token_show(o: &Observed<'_>, token: &str) -> Remedy {
    let text = format!(
        "{}az acr token show -r {} -n {} --query '{{status:status,passwords:credentials.passwords}}' -o json\n",
        o.cloud_line(),
        shell_word(o.registry_name),
        shell_word(token)
    );
    Remedy::new(RemedyKind::Ask, say::REGISTRY_READER, say::READS_ONLY, text)
}

/// Enables a repository-scoped token and gives it a new password.
#[must_use]
pub fn new_token_password(o: &Observed<'_>, token: &str) -> Remedy {
    let (registry, token) = (shell_word(o.registry_name), shell_word(token));
    let text = format!(
        "{cloud}az acr token update -r {registry} -n {token} --status enabled\n\
         ( umask 077; az acr token credential generate -r {registry} -n {token} --password1 \\\n  \
         --query 'passwords[0].value' -o tsv > token-password )\n\
         # the file token-password now holds the password; the old password1 is gone\n",
        cloud = o.cloud_line()
    );
    Remedy::new(
        RemedyKind::Az,
        say::REGISTRY_CONTRIBUTOR,
        "about 60 seconds",
        text,
    )
}

/// When the secrets of an application end.
#[must_use]
pub fn expired_secrets(application_id: Option<&str>) -> Remedy {
    let (lines, application) = application(application_id);
    let text = format!(
        "{lines}az ad app credential list --id {application} --query '[].[displayName,keyId,endDateTime]' -o table\n"
    );
    Remedy::new(
        RemedyKind::Ask,
        "owner of the application",
        say::READS_ONLY,
        text,
    )
}

/// A new secret for a cluster's service principal, and the cluster told of it.
#[must_use]
pub fn new_secret(o: &Observed<'_>, application_id: Option<&str>) -> Remedy {
    let (lines, application) = application(application_id);
    let named = name_cluster(o);
    let text = format!(
        "{cloud}{lines}( umask 077; az ad sp credential reset --id {application} --append --query password -o tsv \\\n  \
         | tr -d '\\n' > sp-secret )\n\
         # every other copy too: pull secrets, pipelines. For the cluster itself, if it runs on this service principal:\n\
         {origin}az aks update-credentials -n {cluster} -g {group} --reset-service-principal \\\n  \
         --service-principal {application} --client-secret @sp-secret\n\
         rm sp-secret\n",
        cloud = o.cloud_line(),
        origin = named.origin,
        cluster = named.cluster,
        group = named.group,
    );
    let who = "owner of the application; Azure Kubernetes Service Contributor on the cluster";
    Remedy::new(
        RemedyKind::Az,
        who,
        "AKS renews its nodes: tens of minutes",
        text,
    )
}

fn application(id: Option<&str>) -> (String, String) {
    match id {
        Some(id) => (String::new(), shell_word(id)),
        None => (
            "# CLIENT_ID: the application (client) id that was used; it was not observed\n"
                .to_owned(),
            "\"${CLIENT_ID:?}\"".to_owned(),
        ),
    }
}
