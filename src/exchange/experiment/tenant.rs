//! The token's own tenant in place of the one that `azure.json` names, where the exchange refused and the
//! two differ: it tells a wrong name in the file from an identity of another tenant.

use super::first_of_each_registry;
use crate::evidence::Step;
use crate::exchange::challenge::Challenged;
use crate::exchange::{Walk, form, identity_token, refresh_token};
use crate::principal::{AzureJson, Held};

pub(super) async fn run(walk: &Walk<'_>) {
    for (index, principal) in walk.plan.principals.iter().enumerate() {
        let Held::Kubelet(azure_json) = &principal.credential else {
            continue;
        };
        if !azure_json.is_managed_identity() {
            continue;
        }
        for target in first_of_each_registry(walk) {
            vary(walk, index, target, azure_json).await;
        }
    }
}

async fn vary(walk: &Walk<'_>, index: usize, target: usize, azure_json: &AzureJson) {
    let place = refresh_token::asker(walk, index, target, form::PROVIDER).place;
    if walk.recorder.last_status(&place, Step::RefreshToken) != Some(401) {
        return;
    }
    let audience = identity_token::ACR_AUDIENCE;
    let (Ok(Challenged::Bearer(challenge)), Ok(identity)) = (
        walk.ping(target).await,
        identity_token::shared(walk, index, audience).await,
    ) else {
        return;
    };
    let Some(own) = walk.recorder.claim(&identity, "tid") else {
        return;
    };
    if own.eq_ignore_ascii_case(&azure_json.tenant) {
        return;
    }
    // Its answer is evidence; its token is not used.
    let _ = refresh_token::with_tenant(walk, index, target, &challenge, &identity, &own).await;
}
