//! The Entra token of a managed identity, through `azure_identity` over the recording transport.
//!
//! What happened is what was recorded. The crate's error says less (every 400 of IMDS becomes "the
//! requested identity has not been assigned to this resource") and is not looked at.

use super::{Walk, form, once};
use crate::evidence::{Place, Step};
use crate::principal::{Held, IdentityId, azure_json::NodeLogin};
use crate::secret::Secret;
use crate::transport::{Asker, AzureTransport, Stopped};
use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientOptions, RetryOptions, Transport};
use azure_identity::{ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId};
use std::sync::Arc;

/// The audience of the registry's own Entra application. A token for it opens nothing else
/// (learn.microsoft.com, "Disable authentication as ARM").
pub(super) const ACR_AUDIENCE: &str = "https://containerregistry.azure.net";
/// Azure Resource Manager: asked for only with `--arm-audience`.
pub(super) const ARM_AUDIENCE: &str = "https://management.azure.com";

/// The identity token of a principal for an audience, asked for once per run.
pub(super) async fn shared(
    walk: &Walk<'_>,
    principal: usize,
    audience: &'static str,
) -> Result<Secret, Stopped> {
    let once = once(&walk.shared.identities, (principal, audience));
    once.get_or_init(|| ask(walk, principal, audience))
        .await
        .clone()
}

async fn ask(walk: &Walk<'_>, principal: usize, audience: &'static str) -> Result<Secret, Stopped> {
    let planned = &walk.plan.principals[principal];
    let id = match &planned.credential {
        Held::ManagedIdentity(id) => id,
        Held::Kubelet(azure_json) => match &azure_json.login {
            NodeLogin::ManagedIdentity(id) => id,
            NodeLogin::ServicePrincipal { .. } => return Err(Stopped),
        },
        Held::Nothing | Held::Password { .. } | Held::Unusable { .. } | Held::Untried { .. } => {
            return Err(Stopped);
        }
    };
    let asker = Asker {
        place: Place {
            principal: Some(planned.name.clone()),
            ..Place::default()
        },
        step: Step::IdentityToken,
        client: form::AZURE_IDENTITY,
        experiment: (audience != ACR_AUDIENCE).then(|| format!("audience {audience}")),
        lane: principal,
        direct: true,
    };
    let options = ManagedIdentityCredentialOptions {
        user_assigned_id: user_assigned(id),
        client_options: ClientOptions {
            transport: Some(Transport::new(Arc::new(AzureTransport::new(
                walk.recorder.clone(),
                asker,
            )))),
            retry: RetryOptions::none(),
            ..ClientOptions::default()
        },
    };
    let credential = ManagedIdentityCredential::new(Some(options)).map_err(|_| Stopped)?;
    let scope = format!("{audience}/.default");
    // A belt beside the transport's own limit: nothing in the crate may wait longer than a request.
    let limit = walk.recorder.timeout() * 2;
    let token = tokio::time::timeout(limit, credential.get_token(&[scope.as_str()], None)).await;
    let token = token.map_err(|_| Stopped)?.map_err(|_| Stopped)?;
    Ok(Secret::new(token.token.secret()))
}

fn user_assigned(id: &IdentityId) -> Option<UserAssignedId> {
    match id {
        IdentityId::Default => None,
        IdentityId::Client(id) => Some(UserAssignedId::ClientId(id.clone())),
        IdentityId::Object(id) => Some(UserAssignedId::ObjectId(id.clone())),
        IdentityId::Resource(id) => Some(UserAssignedId::ResourceId(id.clone())),
    }
}
