//! Another repository (`--sibling`), where a pull was refused: it tells a right that leaves this
//! repository out from no right on the registry.

use super::{Attempt, Came, first_pulls};
use crate::evidence::{Step, Target};
use crate::exchange::{Walk, manifest};
use futures_util::future::join_all;

/// A tag that may well not exist: 404 says as much as 200 that the repository may be read.
const ANY_TAG: &str = "latest";

pub(super) async fn run(walk: &Walk<'_>, attempts: &[Attempt]) {
    let Some(name) = &walk.plan.sibling else {
        return;
    };
    join_all(first_pulls(walk, attempts).map(|one| ask(walk, one, name))).await;
}

fn is_refused(walk: &Walk<'_>, one: &Attempt) -> bool {
    match one.came(walk) {
        Came::Refused(status) => status == Some(401),
        Came::Short => true,
        Came::Granted | Came::Unread => one.status(walk, Step::Manifest) == Some(401),
    }
}

async fn ask(walk: &Walk<'_>, one: &Attempt, name: &str) {
    let is_same = walk.plan.targets[one.cell.target].repository == name;
    if is_same || !one.is_of_somebody() || !is_refused(walk, one) {
        return;
    }
    let factor = format!("repository {name}");
    let scope = format!("repository:{name}:pull");
    let credential = &one.presented.credential;
    let flow = walk.plan.flow;
    let token = one
        .ask_again(walk, credential, flow, scope.clone(), factor.clone())
        .await;
    let Ok(token) = token else { return };
    // The manifest is asked for only where that is what was refused.
    if !matches!(one.came(walk), Came::Granted | Came::Unread) {
        return;
    }
    let mut asker = walk.asker(one.cell).varied(factor);
    asker.place.attempt = one.presented.attempt;
    asker.place.scope = Some(scope);
    let target = Target {
        repository: name.to_owned(),
        reference: ANY_TAG.to_owned(),
        ..walk.plan.targets[one.cell.target].clone()
    };
    let _ = manifest::ask(&walk.recorder, &asker, &target, flow, &token).await;
}
