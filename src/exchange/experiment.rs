//! Experiments: after the base walk, one factor is varied where it can change the answer. They are
//! recorded as experiments and never turn a cell green.

use super::challenge::Challenged;
use super::{Walk, identity_token, refresh_token};

/// Runs what the plan allows.
pub(super) async fn run(walk: &Walk<'_>) {
    if walk.plan.arm_audience {
        arm_audience(walk).await;
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
