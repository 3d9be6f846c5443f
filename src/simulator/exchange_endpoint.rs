//! `/oauth2/exchange`: an Entra token for an ACR refresh token. *Not* what that
//! refresh token opens.
//!
//! Parameters (D) AAD-OAuth.md; a principal without a right is refused here in
//! RBAC mode [L aks-canipull logs, 2026-10]; other refusals are inferred to look alike.

use serde_json::{Map, Value, json};

use super::grants;
use super::http::{Answer, Request, field};
use super::mint;
use super::presented::GENERIC;
use super::registry_answers::{oauth_body, oauth_error, oauth_ok};
use super::stated_registry::{Mode, Refusal};
use super::world::{Moment, World};

const ACR_AUDIENCES: [&str; 2] = [
    "https://containerregistry.azure.net",
    "6a0ec4d3-30cb-4a83-91c0-ae56bc0e3d26",
];
const ARM_AUDIENCES: [&str; 6] = [
    "https://management.azure.com",
    "https://management.core.windows.net",
    "https://management.usgovcloudapi.net",
    "https://management.core.usgovcloudapi.net",
    "https://management.chinacloudapi.cn",
    "https://management.core.chinacloudapi.cn",
];

/// Answers `/oauth2/exchange`.
pub fn answer(world: &World, request: &Request, moment: Moment) -> Answer {
    if request.method != "POST" {
        return oauth_body(world, moment, request, 404, String::new()); // [L] status only
    }
    let form = request.form();
    let inferred = &world.stated().registry.inferred;
    let (Some(service), Some(token)) = (field(&form, "service"), entra_token(&form)) else {
        let (status, why) = (
            inferred.exchange_incomplete,
            "service, grant_type or token is missing",
        );
        return oauth_error(world, moment, request, status, "BAD_REQUEST", why);
    };
    let object = mint::open_entra(world, token)
        .and_then(|claims| in_order(world, moment, &form, service, &claims));
    match object {
        None => refuse(world, request, moment, inferred.exchange_disorder),
        Some(object) if !may_exchange(world, moment, &object) => {
            refuse(world, request, moment, 401)
        } // [L]
        Some(object) => accept(world, request, moment, &object, service),
    }
}

/// The token a grant type rests on, or nothing where the form is incomplete.
/// `access_token_refresh_token` needs both [L acr#408].
fn entra_token(form: &[(String, String)]) -> Option<&str> {
    match field(form, "grant_type")? {
        "access_token" => field(form, "access_token"),
        "access_token_refresh_token" => {
            field(form, "refresh_token").and(field(form, "access_token"))
        }
        "refresh_token" => field(form, "tenant").and(field(form, "refresh_token")),
        _ => None,
    }
}

/// The object id, where service, tenant, audience and time are in order.
fn in_order(
    world: &World,
    moment: Moment,
    form: &[(String, String)],
    service: &str,
    claims: &Map<String, Value>,
) -> Option<String> {
    let registry = &world.stated().registry;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let tenant_named = field(form, "tenant").unwrap_or(&registry.tenant);
    let expires = claims
        .get("exp")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    let good = service.eq_ignore_ascii_case(&registry.host) // another case passes here [L]
        && text("tid") == registry.tenant
        && tenant_named.eq_ignore_ascii_case(&registry.tenant)
        && expires > world.seconds(moment)
        && audience_fits(text("aud"), registry.arm_audience);
    good.then(|| text("oid").to_owned())
}

fn may_exchange(world: &World, moment: Moment, object: &str) -> bool {
    let registry = &world.stated().registry;
    let without = registry.mode == Mode::Abac && registry.abac_exchange_without_role;
    without || grants::has_any_role(world, moment, object)
}

fn audience_fits(audience: &str, arm: bool) -> bool {
    let audience = audience.trim_end_matches('/');
    ACR_AUDIENCES.contains(&audience) || (arm && ARM_AUDIENCES.contains(&audience))
}

fn accept(world: &World, request: &Request, moment: Moment, object: &str, service: &str) -> Answer {
    let words = grants::permission_words(world, moment, object);
    let token = mint::refresh(world, moment, object, service, &words, 10_800);
    oauth_ok(world, moment, request, &json!({"refresh_token": token}))
}

fn refuse(world: &World, request: &Request, moment: Moment, status: u16) -> Answer {
    match world.stated().registry.exchange_refusal {
        Refusal::Envelope => oauth_error(world, moment, request, status, "UNAUTHORIZED", GENERIC),
        Refusal::Empty => oauth_body(world, moment, request, status, String::new()),
    }
}
