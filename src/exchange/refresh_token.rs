//! `POST /oauth2/exchange`: an Entra token becomes an ACR refresh token, once per principal and
//! registry however many scopes.
//!
//! The crate oauth2 has no grant for it (its `grant_type` is fixed by method), so the form is ours:
//! field for field the kubelet provider's for `kubelet`, the SDKs' for every other identity.

use super::challenge::{Bearer, Challenged};
use super::{CellIndex, Walk, form, identity_token, once};
use crate::evidence::{Place, Step};
use crate::principal::Held;
use crate::secret::Secret;
use crate::transport::{Asker, Method, Recorder, Request, Stopped};

/// The refresh token of a principal for a target's registry, asked for once per run.
pub(super) async fn shared(
    walk: &Walk<'_>,
    principal: usize,
    target: usize,
) -> Result<Secret, Stopped> {
    let registry = walk.plan.targets[target].registry.clone();
    once(&walk.shared.refreshes, (principal, registry))
        .get_or_init(|| async {
            let (challenged, identity) = tokio::join!(
                walk.ping(target),
                identity_token::shared(walk, principal, identity_token::ACR_AUDIENCE)
            );
            let Challenged::Bearer(challenge) = challenged? else {
                return Err(Stopped);
            };
            exchange(walk, principal, target, &challenge, &identity?, None).await
        })
        .await
        .clone()
}

/// One exchange. An experiment names what it varies.
pub(super) async fn exchange(
    walk: &Walk<'_>,
    principal: usize,
    target: usize,
    challenge: &Bearer,
    identity: &Secret,
    experiment: Option<String>,
) -> Result<Secret, Stopped> {
    let (client, fields) = match &walk.plan.principals[principal].credential {
        Held::Kubelet(azure_json) => (
            form::PROVIDER,
            provider_form(challenge, identity, &azure_json.tenant),
        ),
        _ => (form::SDK, sdk_form(challenge, identity)),
    };
    let asker = asker(walk, principal, target, client);
    let asker = match experiment {
        Some(factor) => asker.varied(factor),
        None => asker,
    };
    send(&walk.recorder, &asker, challenge, fields).await
}

/// The kubelet provider's exchange with another tenant than `azure.json` names.
pub(super) async fn with_tenant(
    walk: &Walk<'_>,
    principal: usize,
    target: usize,
    challenge: &Bearer,
    identity: &Secret,
    tenant: &str,
) -> Result<Secret, Stopped> {
    let asker = asker(walk, principal, target, form::PROVIDER).varied(format!("tenant {tenant}"));
    let fields = provider_form(challenge, identity, tenant);
    send(&walk.recorder, &asker, challenge, fields).await
}

/// Who asks for a principal's refresh token at a target's registry.
pub(super) fn asker(
    walk: &Walk<'_>,
    principal: usize,
    target: usize,
    client: &'static str,
) -> Asker {
    let first = walk.asker(CellIndex {
        target,
        principal,
        ask: 0,
    });
    let place = Place {
        registry: Some(walk.plan.targets[target].registry.clone()),
        principal: Some(walk.plan.principals[principal].name.clone()),
        ..Place::default()
    };
    Asker {
        place,
        step: Step::RefreshToken,
        client,
        ..first
    }
}

async fn send(
    recorder: &Recorder,
    asker: &Asker,
    challenge: &Bearer,
    fields: Vec<(String, String)>,
) -> Result<Secret, Stopped> {
    let mut address = challenge.realm.clone();
    address.set_path("/oauth2/exchange");
    address.set_query(None);
    let request = Request::new(Method::Post, address)
        .header("User-Agent", form::user_agent(asker.client))
        .header("Content-Type", form::FORM)
        .form(fields);
    let answer = recorder.send(asker, request).await?;
    form::token(&answer, &["refresh_token"])
}

/// The kubelet provider's form: Go's order, a deprecated grant, the same Entra token twice, and the
/// tenant of `azure.json` (cloud-provider-azure `pkg/credentialprovider`, read at 7b31c76c).
fn provider_form(challenge: &Bearer, identity: &Secret, tenant: &str) -> Vec<(String, String)> {
    form::fields([
        ("access_token", identity.expose()),
        ("grant_type", "access_token_refresh_token"),
        ("refresh_token", identity.expose()),
        ("service", &challenge.service),
        ("tenant", tenant),
    ])
}

/// The SDKs' form: no tenant (recorded in azure-sdk-for-js, 2021-06).
fn sdk_form(challenge: &Bearer, identity: &Secret) -> Vec<(String, String)> {
    form::fields([
        ("grant_type", "access_token"),
        ("service", &challenge.service),
        ("access_token", identity.expose()),
    ])
}
