//! `docker-credential-NAME get`: the helper that a docker config names, run as docker runs it.

use super::{identity_token, note_run, nothing_run, password};
use crate::evidence::{CredentialForm, CredentialShown, Exec, Observation, Place, Step};
use crate::exchange::{Credential, Walk};
use crate::principal::docker_config::{HelperAnswer, helper_answer};
use crate::process::{self, Input, Program};
use crate::secret::Secret;

/// `docker-credential-NAME get`, found in `PATH` as docker finds it.
pub(super) async fn ask(
    walk: &Walk<'_>,
    place: &Place,
    key: &str,
    name: &str,
) -> Option<Credential> {
    let Some(path) = process::in_path(name) else {
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
        stdin: Input::Secret(Secret::new(registry)),
        environment: vec![],
        limit: walk.recorder.timeout(),
    };
    let ended = process::run(program).await;
    let answer = helper_answer(&ended.stdout);
    // Before anything of the run is recorded: its standard error may repeat it.
    if let HelperAnswer::Password { secret, .. } | HelperAnswer::IdentityToken(secret) = &answer {
        walk.recorder.learn(secret);
    }
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
