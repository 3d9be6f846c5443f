//! What to do about a stored credential: signing in again, or a pull secret made anew.

use super::{file, is_pull_secret};
use crate::findings::case::Case;
use crate::findings::remedy::quote::shell_word;
use crate::findings::remedy::{Remedy, RemedyKind};

/// Writes the entry anew, under the name that clients look for.
pub(super) fn renew(case: &Case<'_>) -> Remedy {
    if is_pull_secret(case) {
        pull_secret(case)
    } else {
        sign_in(case)
    }
}

fn sign_in(case: &Case<'_>) -> Remedy {
    let observed = case.observed();
    let view = observed.view();
    Remedy {
        kind: RemedyKind::Az,
        who: "whoever's docker config it is, signed in to az".into(),
        takes_effect: "at once; the entry holds a token that lives 3 hours".into(),
        text: format!(
            "az acr login -n {}   # writes the entry under the exact login server, in lower case and without port\n\
             # for something that lasts: docker login {} -u TOKEN_NAME --password-stdin < PASSWORD_FILE\n",
            shell_word(view.registry_name),
            shell_word(&view.login_server.to_ascii_lowercase())
        ),
    }
}

/// The Secret with the same name, made from a file that only its maker can read.
fn pull_secret(case: &Case<'_>) -> Remedy {
    let shown = |name: &str| {
        let value = file(case).and_then(|file| file.shown.get(name)?.as_str());
        value.map(shell_word)
    };
    let name = shown("name").unwrap_or_else(|| "\"${SECRET:?}\"".into());
    let namespace = shown("namespace").unwrap_or_else(|| "\"${NAMESPACE:?}\"".into());
    let observed = case.observed();
    let host = observed.view().login_server.to_ascii_lowercase();
    Remedy {
        kind: RemedyKind::Kubectl,
        who: "editor of the namespace".into(),
        takes_effect: "at the next try of pods that name the Secret, within 5 minutes".into(),
        text: format!(
            "# USER_NAME, PASSWORD_FILE: a repository-scoped token (az acr token create) lasts; a token of az acr login does not\n\
             ( umask 077; printf '{{\"auths\":{{\"%s\":{{\"auth\":\"%s\"}}}}}}' {host} \\\n  \
             \"$( {{ printf '%s:' \"${{USER_NAME:?}}\"; tr -d '\\r\\n' < \"${{PASSWORD_FILE:?}}\"; }} | base64 -w0 )\" > pull-secret.json )\n\
             kubectl create secret generic {name} -n {namespace} --type=kubernetes.io/dockerconfigjson \\\n  \
             --from-file=.dockerconfigjson=pull-secret.json --dry-run=client -o yaml | kubectl apply -f -\n\
             rm pull-secret.json\n",
            host = shell_word(&host)
        ),
    }
}

/// A program that docker asks: there, and answering?
pub(super) fn helper(case: &Case<'_>, program: &str) -> Remedy {
    let observed = case.observed();
    Remedy {
        kind: RemedyKind::Check,
        who: "whoever's docker config it is".into(),
        takes_effect: "at once".into(),
        text: format!(
            "command -v {program}   # nothing: install it, or take its name out of credHelpers or credsStore\n\
             # what it says, without the secret that it may print:\n\
             printf %s {host} | {program} get > /dev/null; echo \"exit code $?\"\n",
            program = shell_word(program),
            host = shell_word(observed.view().login_server)
        ),
    }
}
