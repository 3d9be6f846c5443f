//! With and without a client id, where the metadata service refused: it tells an id that is not on this
//! machine from a machine without any identity, and one of several from none.

use crate::evidence::Step;
use crate::exchange::{Walk, identity_token};
use crate::principal::azure_json::NodeLogin;
use crate::principal::{Held, IdentityId};

/// What IMDS, App Service and Container Apps say of an identity that they do not know.
const UNKNOWN: [&str; 2] = ["identity not found", "managed identity found for specified"];
/// What they say where they know several and none was named.
const SEVERAL: &str = "multiple user assigned identities";

pub(super) async fn run(walk: &Walk<'_>) {
    for (index, principal) in walk.plan.principals.iter().enumerate() {
        let id = match &principal.credential {
            Held::ManagedIdentity(id) => id,
            Held::Kubelet(azure_json) => match &azure_json.login {
                NodeLogin::ManagedIdentity(id) => id,
                NodeLogin::ServicePrincipal { .. } => continue,
            },
            _ => continue,
        };
        if let Some((other, factor)) = other_identity(walk, index, id) {
            // Its answer is evidence; its token is not used.
            let _ = identity_token::with_identity(walk, index, other, factor).await;
        }
    }
}

fn other_identity(walk: &Walk<'_>, index: usize, id: &IdentityId) -> Option<(IdentityId, String)> {
    let place = identity_token::asker(walk, index).place;
    let said = |words| walk.recorder.was_said(&place, Step::IdentityToken, words);
    let is_unknown = UNKNOWN.into_iter().any(said);
    if *id != IdentityId::Default {
        return is_unknown.then(|| (IdentityId::Default, "client id none".to_owned()));
    }
    let named = walk.plan.client_id.as_ref()?;
    let mut rows = walk.plan.principals.iter();
    // Where a row names it, that row has asked already.
    let is_a_row = rows.any(|row| row.identity.client_id.as_ref() == Some(named));
    let worth_asking = (is_unknown || said(SEVERAL)) && !is_a_row;
    worth_asking.then(|| {
        (
            IdentityId::Client(named.clone()),
            format!("client id {named}"),
        )
    })
}
