//! Cache rules: which there are, where they lead, and what they log in with.

use super::quote::shell_word;
use super::{Observed, Remedy, RemedyKind, say};

/// Which repositories are caches, and of what.
#[must_use]
pub fn cache_rules(o: &Observed<'_>) -> Remedy {
    let text = format!(
        "{}az acr cache list -r {} --query '[].{{rule:name,from:sourceRepository,to:targetRepository,credentials:credentialSetResourceId}}' -o json\n",
        o.cloud_line(),
        shell_word(o.registry_name)
    );
    Remedy::new(RemedyKind::Ask, say::REGISTRY_READER, say::READS_ONLY, text)
}

/// What a cache rule logs in with, and another credential for it.
#[must_use]
pub fn cache_credential(o: &Observed<'_>) -> Remedy {
    let registry = shell_word(o.registry_name);
    let text = format!(
        "{cloud}az acr credential-set list -r {registry} --query '[].{{name:name,health:authCredentials[].credentialHealth}}' -o json\n\
         # an unhealthy one: renew its secrets in the Key Vault and let the set's identity read them\n\
         # RULE, CREDENTIAL_SET: names from the two lists; to give a rule another set:\n\
         az acr cache update -r {registry} -n \"${{RULE:?}}\" --cred-set \"${{CREDENTIAL_SET:?}}\"\n",
        cloud = o.cloud_line(),
    );
    Remedy::new(
        RemedyKind::Az,
        "Contributor on the registry, and whoever owns the Key Vault",
        "with the next pull",
        text,
    )
}

/// The rule made anew, with the path that its source knows.
#[must_use]
pub fn cache_path(o: &Observed<'_>, source: Option<&str>) -> Remedy {
    let (registry, repository) = (shell_word(o.registry_name), shell_word(o.repository));
    let known = source.filter(|name| !name.contains('/'));
    let path = match known {
        Some(name) => shell_word(&format!("docker.io/library/{name}")),
        None => "\"${SOURCE:?}\"".to_owned(),
    };
    let text = format!(
        "# RULE: its name, from the list above; a rule's source cannot be changed, so it is made anew\n\
         # SOURCE: the whole path at the source, such as docker.io/library/nginx (derived where it is filled in: check it)\n\
         {cloud}az acr cache delete -r {registry} -n \"${{RULE:?}}\"\n\
         az acr cache create -r {registry} -n \"${{RULE:?}}\" -s {path} -t {repository}\n",
        cloud = o.cloud_line(),
    );
    Remedy::new(
        RemedyKind::Az,
        say::REGISTRY_CONTRIBUTOR,
        "with the next pull",
        text,
    )
}
