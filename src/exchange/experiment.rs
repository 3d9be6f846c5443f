//! Experiments: after the base walk, one factor is varied where it can change the answer. They are
//! recorded as experiments and never turn a cell green.

use super::challenge::Challenged;
use super::presented::Presented;
use super::{CellIndex, Credential, Walk, access_token, form, identity_token, refresh_token};
use crate::evidence::Step;
use crate::plan::Flow;
use crate::principal::NULL_USER;

/// Runs what the plan allows.
pub(super) async fn run(walk: &Walk<'_>) {
    if walk.plan.arm_audience {
        arm_audience(walk).await;
    }
    if walk.plan.experiments {
        other_forms(walk).await;
    }
}

/// A credential that the token endpoint refused in this flow's form is presented once more in another
/// client's, where that form was not sent yet: a client's fault looks like a missing right.
async fn other_forms(walk: &Walk<'_>) {
    let refused = std::mem::take(&mut *crate::evidence::redact::lock(&walk.shared.refused));
    for (cell, presented) in refused {
        let mut asker = walk.asker(cell);
        asker.place.attempt = presented.attempt;
        let status = walk.recorder.last_status(&asker.place, Step::AccessToken);
        // A network's 403, a busy or a broken service answer every form alike.
        if !matches!(status, Some(400 | 401 | 404 | 405)) {
            continue;
        }
        let Some((flow, credential)) = other_form(walk.plan.flow, &presented) else {
            continue;
        };
        let Ok(Challenged::Bearer(challenge)) = walk.challenged(cell).await else {
            continue;
        };
        asker.experiment = Some(format!("form of {}", flow.name()));
        asker.client = form::client(flow);
        let scopes = vec![walk.scope(CellIndex { ..cell })];
        // Its answer is evidence; its token is not used.
        let _ = access_token::ask(
            &walk.recorder,
            &asker,
            &challenge,
            &credential,
            &scopes,
            flow,
        )
        .await;
    }
}

/// The flow whose form for this credential differs from what was sent.
fn other_form(flow: Flow, presented: &Presented) -> Option<(Flow, Credential)> {
    match (&presented.credential, flow) {
        (Credential::Password { user, secret }, Flow::Containerd | Flow::Docker)
            if user == NULL_USER =>
        {
            Some((Flow::Sdk, Credential::Refresh(secret.clone())))
        }
        (Credential::Password { .. }, Flow::Docker) => {
            Some((Flow::Containerd, presented.credential.clone()))
        }
        (Credential::Refresh(secret), _) => Some((
            Flow::Containerd,
            Credential::Password {
                user: NULL_USER.to_owned(),
                secret: secret.clone(),
            },
        )),
        (Credential::None, _) | (Credential::Password { .. }, Flow::Containerd | Flow::Sdk) => None,
    }
}

/// The exchange with an ARM token, beside the one with the registry's own audience: the cleanest way
/// to tell a refused audience from a missing role.
async fn arm_audience(walk: &Walk<'_>) {
    for (index, principal) in walk.plan.principals.iter().enumerate() {
        if !principal.is_exchanged() {
            continue;
        }
        for target in first_of_each_registry(walk) {
            let Ok(Challenged::Bearer(challenge)) = walk.ping(target).await else {
                continue;
            };
            let Ok(identity) =
                identity_token::shared(walk, index, identity_token::ARM_AUDIENCE).await
            else {
                continue;
            };
            let factor = format!("audience {}", identity_token::ARM_AUDIENCE);
            // Its answer is evidence; its token is not used.
            let _ =
                refresh_token::exchange(walk, index, target, &challenge, &identity, Some(factor))
                    .await;
        }
    }
}

/// Registries that nothing was sent to are left out.
fn first_of_each_registry(walk: &Walk<'_>) -> Vec<usize> {
    let mut seen = std::collections::HashSet::new();
    let targets = walk.plan.targets.iter().enumerate();
    targets
        .filter(|(_, target)| walk.admit(&target.registry) && seen.insert(target.registry.clone()))
        .map(|(index, _)| index)
        .collect()
}
