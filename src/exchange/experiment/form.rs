//! A credential that the token endpoint refused in this flow's form is presented once more in another
//! client's (the other grant, POST against GET), where that form was not sent yet: a client's fault looks
//! like a missing right.

use super::{Attempt, Came};
use crate::exchange::presented::Presented;
use crate::exchange::{Credential, Walk};
use crate::plan::Flow;
use crate::principal::NULL_USER;
use futures_util::future::join_all;

pub(super) async fn run(walk: &Walk<'_>, attempts: &[Attempt]) {
    let pulls = attempts.iter().filter(|one| walk.is_pull(one.cell));
    join_all(pulls.map(|one| ask(walk, one))).await;
}

async fn ask(walk: &Walk<'_>, one: &Attempt) {
    // A network's 403, a busy or a broken service answer every form alike.
    if !matches!(one.came(walk), Came::Refused(Some(400 | 401 | 404 | 405))) {
        return;
    }
    let Some((flow, credential)) = other_form(walk.plan.flow, &one.presented) else {
        return;
    };
    let (scope, factor) = (walk.scope(one.cell), format!("form of {}", flow.name()));
    let _ = one.ask_again(walk, &credential, flow, scope, factor).await;
}

/// The flow whose form for this credential differs from what was sent.
fn other_form(flow: Flow, presented: &Presented) -> Option<(Flow, Credential)> {
    match (&presented.credential, flow) {
        (Credential::Password { user, secret }, Flow::Containerd | Flow::Docker)
            if user == NULL_USER =>
        {
            Some((Flow::Sdk, Credential::Refresh(secret.clone())))
        }
        (Credential::Password { .. }, Flow::Docker | Flow::Sdk) => {
            Some((Flow::Containerd, presented.credential.clone()))
        }
        (Credential::Refresh(secret), _) => Some((
            Flow::Containerd,
            Credential::Password {
                user: NULL_USER.to_owned(),
                secret: secret.clone(),
            },
        )),
        (Credential::None, _) | (Credential::Password { .. }, Flow::Containerd) => None,
    }
}
