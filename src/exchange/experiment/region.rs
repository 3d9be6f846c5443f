//! The global login server in place of a regional one, where that has not got the manifest or fails: it
//! tells a replica that lags or is ill from an image that is nowhere.
//!
//! The same access token is shown, so that the server alone is varied. That needs a regional login server
//! whose challenge names the global one as its service; of others the token would be refused.

use super::{Attempt, first_pulls};
use crate::evidence::{Step, Target};
use crate::exchange::challenge::Challenged;
use crate::exchange::{Walk, manifest};
use futures_util::future::join_all;

pub(super) async fn run(walk: &Walk<'_>, attempts: &[Attempt]) {
    join_all(first_pulls(walk, attempts).map(|one| ask(walk, one))).await;
}

async fn ask(walk: &Walk<'_>, one: &Attempt) {
    let registry = &walk.plan.targets[one.cell.target].registry;
    let status = one.status(walk, Step::Manifest);
    let (Some(global), Some(token), None | Some(404 | 500..=599)) =
        (walk.recorder.trust().global(registry), &one.token, status)
    else {
        return;
    };
    if !walk.admit(&global) {
        return;
    }
    let Ok(Challenged::Bearer(challenge)) = walk.challenged(one.cell).await else {
        return;
    };
    if challenge.service != global {
        return;
    }
    let mut asker = walk
        .asker(one.cell)
        .varied(format!("login server {global}"));
    asker.place.attempt = one.presented.attempt;
    asker.place.registry = Some(global.clone());
    let target = Target {
        registry: global,
        ..walk.plan.targets[one.cell.target].clone()
    };
    let _ = manifest::ask(&walk.recorder, &asker, &target, walk.plan.flow, token).await;
}
