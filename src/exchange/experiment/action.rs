//! A second action of the same repository, where a row was granted none of those asked: it tells a right
//! that lacks an action from no right on the repository. Only actions that read are asked for.

use super::{Attempt, Came};
use crate::evidence::Ask;
use crate::exchange::Walk;
use futures_util::future::join_all;

pub(super) async fn run(walk: &Walk<'_>, attempts: &[Attempt]) {
    let Some(action) = another_action(&walk.plan.asks) else {
        return;
    };
    let rows = attempts.chunk_by(|one, other| {
        (one.cell.target, one.cell.principal) == (other.cell.target, other.cell.principal)
    });
    join_all(rows.map(|row| ask(walk, row, action))).await;
}

async fn ask(walk: &Walk<'_>, row: &[Attempt], action: &str) {
    let first: Vec<&Attempt> = row.iter().filter(|one| one.is_first()).collect();
    let Some(one) = worth_asking(walk, &first) else {
        return;
    };
    let repository = &walk.plan.targets[one.cell.target].repository;
    let scope = format!("repository:{repository}:{action}");
    let (credential, factor) = (&one.presented.credential, format!("action {action}"));
    let _ = one
        .ask_again(walk, credential, walk.plan.flow, scope, factor)
        .await;
}

/// The attempt to vary, where the answer can tell something: nothing was granted, and either a token
/// was given or no second action was asked for yet.
fn worth_asking<'a>(walk: &Walk<'_>, row: &[&'a Attempt]) -> Option<&'a Attempt> {
    let one = *row.first()?;
    if walk.plan.targets[one.cell.target].repository.is_empty() || !one.is_of_somebody() {
        return None;
    }
    let came: Vec<Came> = row.iter().map(|one| one.came(walk)).collect();
    if came
        .iter()
        .any(|one| matches!(one, Came::Granted | Came::Unread))
    {
        return None;
    }
    let is_given_a_token = came.contains(&Came::Short);
    let is_refused_once = came == [Came::Refused(Some(401))];
    (is_given_a_token || is_refused_once).then_some(one)
}

fn another_action(asks: &[Ask]) -> Option<&'static str> {
    let is_asked = |action: &str| {
        asks.iter()
            .any(|ask| matches!(ask, Ask::Action(own) if own == action))
    };
    ["pull", "metadata_read"]
        .into_iter()
        .find(|action| !is_asked(action))
}
