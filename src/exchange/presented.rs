//! What a principal presents to a registry: one credential, or several that a client tries in turn.
//!
//! Stores, helpers and plugins are asked once per principal and registry; what they gave is a fact, and
//! the secret itself is known to the redactor before anything else is recorded.

mod helper;
mod plugin;

pub(super) use plugin::of_plugins;

use super::{Credential, Walk, once};
use crate::evidence::{
    CredentialForm, CredentialShown, Exec, Observation, Place, Step, milliseconds,
};
use crate::principal::docker_config::Choice;
use crate::principal::{Principal, Stored};
use crate::process::Ended;
use crate::secret::Secret;
use crate::transport::Stopped;

/// A credential and which attempt it is for; no number where the client has one credential.
#[derive(Clone)]
pub(super) struct Presented {
    /// Counted from 1.
    pub attempt: Option<u32>,
    /// What is presented.
    pub credential: Credential,
}

/// One that stands alone.
pub(super) fn alone(credential: Credential) -> Vec<Presented> {
    vec![Presented {
        attempt: None,
        credential,
    }]
}

/// What a docker config or a pull secret holds for this registry.
pub(super) async fn stored(
    walk: &Walk<'_>,
    index: usize,
    target: usize,
    stored: &Stored,
) -> Result<Vec<Presented>, Stopped> {
    let registry = walk.plan.targets[target].registry.clone();
    let cell = once(&walk.shared.presented, (index, registry.clone()));
    cell.get_or_init(|| async {
        let place = place(&walk.plan.principals[index], &registry);
        let choices = stored.choices(&registry, &walk.plan.targets[target].repository);
        let mut found = Vec::new();
        for choice in choices {
            found.extend(chosen(walk, &place, &stored.from, choice).await);
        }
        numbered(found)
    })
    .await
    .clone()
}

fn place(principal: &Principal, registry: &str) -> Place {
    Place {
        registry: Some(registry.to_owned()),
        principal: Some(principal.name.clone()),
        ..Place::default()
    }
}

/// One credential needs no number; several are numbered in the client's order.
fn numbered(found: Vec<Credential>) -> Result<Vec<Presented>, Stopped> {
    match found.len() {
        0 => Err(Stopped),
        1 => Ok(found.into_iter().flat_map(alone).collect()),
        _ => Ok((1..)
            .zip(found)
            .map(|(number, credential)| Presented {
                attempt: Some(number),
                credential,
            })
            .collect()),
    }
}

/// Records what was chosen and, where it is something to present, returns it.
async fn chosen(walk: &Walk<'_>, place: &Place, from: &str, choice: Choice) -> Option<Credential> {
    let shown = |key: Option<String>, form| CredentialShown {
        from: from.to_owned(),
        key,
        form,
        user_name: None,
        near: vec![],
        because: None,
    };
    let note = |shown: CredentialShown| {
        walk.recorder
            .note(place, Step::IdentityToken, Observation::Credential(shown))
    };
    match choice {
        Choice::Password { key, user, secret } => password(
            walk,
            place,
            shown(Some(key), CredentialForm::Password),
            user,
            secret,
        ),
        Choice::IdentityToken { key, user, secret } => Some(identity_token(
            walk,
            place,
            CredentialShown {
                user_name: user,
                ..shown(Some(key), CredentialForm::IdentityToken)
            },
            secret,
        )),
        Choice::IdentityTokenUnread { key } => {
            note(CredentialShown {
                because: Some(
                    "it holds an identitytoken alone, which the kubelet does not read".into(),
                ),
                ..shown(Some(key), CredentialForm::Empty)
            });
            None
        }
        Choice::RegistryToken { key } => {
            note(shown(Some(key), CredentialForm::RegistryToken));
            None
        }
        Choice::Helper { key, program, .. } => helper::ask(walk, place, &key, &program).await,
        Choice::Empty { key } => {
            note(shown(Some(key), CredentialForm::Empty));
            None
        }
        Choice::Malformed { key, why } => {
            note(CredentialShown {
                because: Some(why),
                ..shown(Some(key), CredentialForm::Malformed)
            });
            None
        }
        Choice::Nothing { near } => {
            note(CredentialShown {
                near,
                ..shown(None, CredentialForm::Absent)
            });
            None
        }
    }
}

/// A stored password with stray blanks is seen here and not sent.
fn password(
    walk: &Walk<'_>,
    place: &Place,
    shown: CredentialShown,
    user: String,
    secret: Secret,
) -> Option<Credential> {
    let stray = secret
        .stray_blanks()
        .or_else(|| Secret::new(user.clone()).stray_blanks());
    let form = if stray.is_some() {
        CredentialForm::Malformed
    } else {
        shown.form
    };
    let because = stray.map(|stray| format!("the stored user name or password {stray}"));
    let shown = CredentialShown {
        user_name: Some(user.clone()),
        form,
        because,
        ..shown
    };
    walk.recorder.note_with_token(
        place,
        Step::IdentityToken,
        Observation::Credential(shown),
        Some(&secret),
    );
    stray
        .is_none()
        .then_some(Credential::Password { user, secret })
}

fn identity_token(
    walk: &Walk<'_>,
    place: &Place,
    shown: CredentialShown,
    secret: Secret,
) -> Credential {
    walk.recorder.note_with_token(
        place,
        Step::IdentityToken,
        Observation::Credential(shown),
        Some(&secret),
    );
    Credential::Refresh(secret)
}

fn nothing_run() -> Exec {
    Exec {
        program: String::new(),
        arguments: vec![],
        code: None,
        fault: None,
        stderr: String::new(),
        elapsed_ms: 0.0,
    }
}

fn note_run(
    walk: &Walk<'_>,
    place: &Place,
    program: &str,
    arguments: &[&str],
    ended: &Ended,
    fault: Option<String>,
) {
    let exec = Exec {
        program: program.to_owned(),
        arguments: arguments.iter().map(|one| (*one).to_owned()).collect(),
        code: ended.code,
        fault,
        stderr: walk
            .recorder
            .redacted_foreign(String::from_utf8_lossy(&ended.stderr).trim()),
        elapsed_ms: milliseconds(ended.elapsed),
    };
    walk.recorder
        .note(place, Step::IdentityToken, Observation::Exec(exec));
}
