//! No credential in place of a stored one that was refused: a registry that lets anybody pull still
//! refuses who presents something wrong. The row `anonymous` shows the same, so where there is one
//! nothing is sent.

use super::{Attempt, Came, first_pulls};
use crate::exchange::{Credential, Walk};
use crate::principal::Held;
use futures_util::future::join_all;

pub(super) async fn run(walk: &Walk<'_>, attempts: &[Attempt]) {
    let mut principals = walk.plan.principals.iter();
    if principals.any(|one| matches!(one.credential, Held::Nothing)) {
        return;
    }
    join_all(first_pulls(walk, attempts).map(|one| ask(walk, one))).await;
}

async fn ask(walk: &Walk<'_>, one: &Attempt) {
    let held = &walk.plan.principals[one.cell.principal].credential;
    let is_stored = matches!(held, Held::Stored(_) | Held::Plugins(_));
    if !is_stored || !one.is_of_somebody() || one.came(walk) != Came::Refused(Some(401)) {
        return;
    }
    let (flow, scope) = (walk.plan.flow, walk.scope(one.cell));
    let _ = one
        .ask_again(
            walk,
            &Credential::None,
            flow,
            scope,
            "credential none".into(),
        )
        .await;
}
