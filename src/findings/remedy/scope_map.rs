//! What a repository-scoped token may do: its scope map.

use super::quote::shell_word;
use super::{Observed, Remedy, RemedyKind, say};

/// Which scope map the token has, and what that carries.
#[must_use]
pub fn scope_map_show(o: &Observed<'_>, token: &str) -> Remedy {
    let registry = shell_word(o.registry_name);
    let text = format!(
        "{cloud}az acr token show -r {registry} -n {token} --query scopeMapId -o tsv\n\
         # SCOPE_MAP: the last part of that id\n\
         az acr scope-map show -r {registry} -n \"${{SCOPE_MAP:?}}\" --query actions -o tsv\n",
        cloud = o.cloud_line(),
        token = shell_word(token),
    );
    Remedy::new(RemedyKind::Ask, say::REGISTRY_READER, say::READS_ONLY, text)
}

/// Adds what is missing to the token's own map.
#[must_use]
pub fn scope_map_add(o: &Observed<'_>, token: &str, actions: &[&str]) -> Remedy {
    let (registry, repository) = (shell_word(o.registry_name), shell_word(o.repository));
    let actions = actions.join(" ");
    let text = format!(
        "# SCOPE_MAP: as asked above; it holds for every token that has this map\n\
         {cloud}az acr scope-map update -r {registry} -n \"${{SCOPE_MAP:?}}\" --add-repository {repository} {actions}\n\
         # a map whose name begins with _ is the system's and cannot be changed; then make one and give it to the token:\n\
         # az acr scope-map create -r {registry} -n \"${{SCOPE_MAP:?}}\" --repository {repository} {actions}\n\
         # az acr token update -r {registry} -n {token} --scope-map \"${{SCOPE_MAP:?}}\"\n",
        cloud = o.cloud_line(),
        token = shell_word(token),
    );
    Remedy::new(
        RemedyKind::Az,
        say::REGISTRY_CONTRIBUTOR,
        "about 60 seconds",
        text,
    )
}
