//! The exchange with an ARM token, beside the one with the registry's own audience: the cleanest way to
//! tell a refused audience from a missing role. Only with `--arm-audience`.

use super::first_of_each_registry;
use crate::exchange::challenge::Challenged;
use crate::exchange::{Walk, identity_token, refresh_token};

pub(super) async fn run(walk: &Walk<'_>) {
    for (index, principal) in walk.plan.principals.iter().enumerate() {
        if !principal.is_exchanged() {
            continue;
        }
        for target in first_of_each_registry(walk) {
            let Ok(Challenged::Bearer(challenge)) = walk.ping(target).await else {
                continue;
            };
            let audience = identity_token::ARM_AUDIENCE;
            let Ok(identity) = identity_token::shared(walk, index, audience).await else {
                continue;
            };
            let factor = format!("audience {audience}");
            // Its answer is evidence; its token is not used.
            let _ =
                refresh_token::exchange(walk, index, target, &challenge, &identity, Some(factor))
                    .await;
        }
    }
}
