//! Experiments: after the base walk, one factor is varied where it can change the answer. They are
//! recorded as experiments and never turn a cell green.

use super::challenge::Challenged;
use super::lanes::in_lanes;
use super::presented::Presented;
use super::{CellIndex, Credential, Walk, access_token, form, identity_token, refresh_token};
use crate::plan::Flow;
use crate::principal::NULL_USER;

/// A pull that the token endpoint refused.
pub(super) struct Refused {
    pub cell: CellIndex,
    /// How it was answered last, if it was.
    pub status: Option<u16>,
    /// What was presented.
    pub presented: Presented,
}

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
    let mut refused = std::mem::take(&mut *crate::evidence::redact::lock(&walk.shared.refused));
    // A network's 403, a busy or a broken service answer every form alike.
    refused.retain(|one| matches!(one.status, Some(400 | 401 | 404 | 405)));
    refused.sort_by_key(|one| (one.cell.target, one.cell.principal, one.presented.attempt));
    let refused = refused
        .into_iter()
        .map(|one| (walk.asker(one.cell).lane, one));
    in_lanes(refused, async |_, one| other_form_of(walk, &one).await).await;
}

async fn other_form_of(walk: &Walk<'_>, refused: &Refused) {
    let cell = refused.cell;
    let Some((flow, credential)) = other_form(walk.plan.flow, &refused.presented) else {
        return;
    };
    let Ok(Challenged::Bearer(challenge)) = walk.challenged(cell).await else {
        return;
    };
    let mut asker = walk.asker(cell);
    asker.place.attempt = refused.presented.attempt;
    asker.experiment = Some(format!("form of {}", flow.name()));
    asker.client = form::client(flow);
    let scopes = [walk.scope(cell)];
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
