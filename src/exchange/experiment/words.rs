//! GET in place of HEAD, where a manifest was refused or not found: the answer to a HEAD has no words,
//! and the words tell a quarantine, the source behind a cache rule, and a missing repository apart.

use super::{Attempt, Came, first_pulls};
use crate::evidence::Step;
use crate::exchange::{Walk, manifest};
use crate::plan::Flow;
use futures_util::future::join_all;
use std::collections::HashSet;

pub(super) async fn run(walk: &Walk<'_>, attempts: &[Attempt]) {
    if walk.plan.flow == Flow::Sdk {
        return;
    }
    // The words are the image's, whoever asks.
    let mut asked = HashSet::new();
    let silent = first_pulls(walk, attempts)
        .filter(|one| is_without_words(walk, one) && asked.insert(one.cell.target));
    join_all(silent.map(|one| ask(walk, one))).await;
}

async fn ask(walk: &Walk<'_>, one: &Attempt) {
    let Some(token) = &one.token else { return };
    let mut asker = walk.asker(one.cell).varied("method GET");
    asker.place.attempt = one.presented.attempt;
    let target = &walk.plan.targets[one.cell.target];
    let _ = manifest::ask(&walk.recorder, &asker, target, Flow::Sdk, token).await;
}

/// A 401 to a token that claims no pull is about the token, and needs no words.
fn is_without_words(walk: &Walk<'_>, one: &Attempt) -> bool {
    match one.status(walk, Step::Manifest) {
        Some(403 | 404) => true,
        Some(401) => one.came(walk) == Came::Granted,
        _ => false,
    }
}
