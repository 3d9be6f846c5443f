//! What a principal presents to a registry: one credential, or several that a client tries in turn.
//!
//! Stores, helpers and plugins are asked once per principal and registry; what they gave is a fact, and
//! the secret itself is known to the redactor before anything else is recorded.

use super::{Credential, Walk, once};
use crate::evidence::{
    CredentialForm, CredentialShown, Exec, Observation, Place, Step, milliseconds,
};
use crate::principal::credential_provider::{self, Auth, Provider, within_host};
use crate::principal::docker_config::{Choice, HelperAnswer, helper_answer};
use crate::principal::{Plugins, Principal, Stored};
use crate::process::{self, Ended, Program};
use crate::secret::Secret;
use crate::transport::Stopped;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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
        Choice::Helper { key, program, .. } => helper(walk, place, &key, &program).await,
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

/// `docker-credential-NAME get`, found in `PATH` as docker finds it.
async fn helper(walk: &Walk<'_>, place: &Place, key: &str, name: &str) -> Option<Credential> {
    let Some(path) = in_path(name) else {
        let exec = Exec {
            program: name.to_owned(),
            fault: Some("it is not in PATH".into()),
            ..nothing_run()
        };
        walk.recorder
            .note(place, Step::IdentityToken, Observation::Exec(exec));
        return None;
    };
    let registry = place.registry.clone().unwrap_or_default();
    let program = Program {
        path,
        args: vec!["get".into()],
        stdin: Secret::new(registry),
        environment: vec![],
        limit: walk.recorder.timeout(),
    };
    let ended = process::run(program).await;
    let answer = helper_answer(&ended.stdout);
    let said_nothing = matches!(answer, HelperAnswer::Nothing);
    let fault = match &answer {
        _ if said_nothing => None,
        HelperAnswer::Malformed(why) => ended.fault().or_else(|| Some(why.clone())),
        _ => ended.fault(),
    };
    let failed = fault.is_some();
    note_run(walk, place, name, &["get"], &ended, fault);
    let shown = CredentialShown {
        from: name.to_owned(),
        key: Some(key.to_owned()),
        form: CredentialForm::Absent,
        user_name: None,
        near: vec![],
        because: None,
    };
    match answer {
        _ if failed => None,
        HelperAnswer::Password { user, secret } => password(
            walk,
            place,
            CredentialShown {
                form: CredentialForm::Password,
                ..shown
            },
            user,
            secret,
        ),
        HelperAnswer::IdentityToken(secret) => Some(identity_token(
            walk,
            place,
            CredentialShown {
                form: CredentialForm::IdentityToken,
                ..shown
            },
            secret,
        )),
        HelperAnswer::Nothing | HelperAnswer::Malformed(_) => {
            walk.recorder
                .note(place, Step::IdentityToken, Observation::Credential(shown));
            None
        }
    }
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
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
            .redacted(String::from_utf8_lossy(&ended.stderr).trim()),
        elapsed_ms: milliseconds(ended.elapsed),
    };
    walk.recorder
        .note(place, Step::IdentityToken, Observation::Exec(exec));
}

/// What the kubelet's plugins give for this image: every matching entry in the kubelet's order.
pub(super) async fn of_plugins(
    walk: &Walk<'_>,
    index: usize,
    target: usize,
    plugins: &Plugins,
) -> Result<Vec<Presented>, Stopped> {
    let registry = walk.plan.targets[target].registry.clone();
    let cell = once(&walk.shared.presented, (index, registry.clone()));
    cell.get_or_init(|| async {
        let place = place(&walk.plan.principals[index], &registry);
        let image = &walk.plan.targets[target].image;
        let matched = credential_provider::provider_for(&plugins.config, image);
        if matched.is_empty() {
            note_unmatched(walk, &place, plugins, matched.reasons());
            return Err(Stopped);
        }
        let mut responses = Vec::new();
        for provider in matched.asked() {
            responses.extend(ask_plugin(walk, &place, plugins, provider, image).await);
        }
        let entries = credential_provider::lookup(&responses, image);
        numbered(
            entries
                .into_iter()
                .filter_map(|entry| entry_of(walk, &place, plugins, entry))
                .collect(),
        )
    })
    .await
    .clone()
}

fn from_config(plugins: &Plugins) -> String {
    plugins.config.path.display().to_string()
}

fn note_unmatched(walk: &Walk<'_>, place: &Place, plugins: &Plugins, reasons: Vec<String>) {
    let shown = CredentialShown {
        from: from_config(plugins),
        key: None,
        form: CredentialForm::Absent,
        user_name: None,
        near: reasons,
        because: Some("no pattern of matchImages accepts this image".into()),
    };
    walk.recorder
        .note(place, Step::IdentityToken, Observation::Credential(shown));
}

async fn ask_plugin(
    walk: &Walk<'_>,
    place: &Place,
    plugins: &Plugins,
    provider: &Provider,
    image: &str,
) -> Option<credential_provider::Response> {
    let failed = |why: String| {
        let exec = Exec {
            program: provider.name.clone(),
            arguments: provider.args.clone(),
            fault: Some(why),
            ..nothing_run()
        };
        walk.recorder
            .note(place, Step::IdentityToken, Observation::Exec(exec));
    };
    if provider.token_attributes.is_some() && plugins.service_account_token.is_none() {
        failed("it asks for a service account token, and none was given (--service-account-token FILE)".into());
        return None;
    }
    let path = match plugins.binary(provider) {
        Ok(path) => path,
        Err(places) => {
            let places: Vec<String> = places
                .iter()
                .map(|place| place.display().to_string())
                .collect();
            failed(format!("its program is at none of {}", places.join(", ")));
            return None;
        }
    };
    let request = credential_provider::request(
        credential_provider::match_images::asked_for(image),
        &provider.api_version,
        plugins.service_account_token.as_ref(),
        &BTreeMap::new(),
    );
    let program = Program {
        path: path.clone(),
        args: provider.args.iter().map(Into::into).collect(),
        stdin: request,
        environment: provider.env.clone(),
        limit: walk.recorder.timeout(),
    };
    let ended = run_where_it_lives(&path, program).await;
    let response = credential_provider::response(&ended.stdout, &provider.api_version);
    let fault = ended
        .fault()
        .or_else(|| response.as_ref().err().map(ToString::to_string));
    let failed = fault.is_some();
    if let Ok(response) = &response {
        response
            .auth
            .iter()
            .for_each(|entry| walk.recorder.learn(&entry.password));
    }
    let arguments: Vec<&str> = provider.args.iter().map(String::as_str).collect();
    note_run(
        walk,
        place,
        &path.display().to_string(),
        &arguments,
        &ended,
        fault,
    );
    response.ok().filter(|_| !failed)
}

/// A plugin found under `/host` is run there: its certificates and files are the host's.
async fn run_where_it_lives(path: &Path, program: Program) -> Ended {
    match within_host(path) {
        Some((root, below)) => {
            process::run_below(
                root,
                Program {
                    path: below,
                    ..program
                },
            )
            .await
        }
        None => process::run(program).await,
    }
}

/// One entry as the kubelet presents it. The empty one makes a pull without a credential.
fn entry_of(walk: &Walk<'_>, place: &Place, plugins: &Plugins, entry: &Auth) -> Option<Credential> {
    let shown = CredentialShown {
        from: from_config(plugins),
        key: Some(entry.pattern.clone()),
        form: CredentialForm::Password,
        user_name: None,
        near: vec![],
        because: None,
    };
    if entry.is_anonymous() {
        let shown = CredentialShown {
            form: CredentialForm::Anonymous,
            ..shown
        };
        walk.recorder
            .note(place, Step::IdentityToken, Observation::Credential(shown));
        return Some(Credential::None);
    }
    password(
        walk,
        place,
        shown,
        entry.username.clone(),
        entry.password.clone(),
    )
}
