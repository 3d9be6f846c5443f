//! The instance metadata service's token endpoint. *Not* App Service, Arc or the
//! other identity endpoints.
//!
//! (L) AKS#1683 and others (bodies of 400), azure-sdk-for-js#11369 (headers);
//! (D) how-to-use-vm-token.md (200, other statuses).

use serde_json::{Value, json};

use super::entra;
use super::http::{Answer, Request, field};
use super::mint::{self, Subject};
use super::stated::StatedIdentity;
use super::stated_network::ImdsState;
use super::world::{Moment, World};

const LIVES: i64 = 86_400;

/// Answers a request to the metadata service.
pub fn answer(world: &World, request: &Request, moment: Moment) -> Answer {
    let imds = &world.stated().imds;
    if imds.state == ImdsState::Status {
        return error(
            world,
            moment,
            imds.status,
            "unknown",
            "Failed to retrieve token from the Active directory. For details see logs in <file path>",
        ); // inferred body
    }
    if request.header("metadata") != Some("true") {
        return error(
            world,
            moment,
            400,
            "bad_request_102",
            "Required metadata header not specified",
        );
    }
    if !request
        .path()
        .trim_end_matches('/')
        .ends_with("/metadata/identity/oauth2/token")
    {
        return error(
            world,
            moment,
            404,
            "not_found",
            "The requested resource was not found",
        ); // inferred
    }
    let query = request.query();
    let Some(resource) = field(&query, "resource") else {
        return error(
            world,
            moment,
            400,
            "invalid_request",
            "Required query variable 'resource' is missing",
        ); // inferred
    };
    match identity(world, &query) {
        Err(why) => error(world, moment, 400, "invalid_request", why),
        Ok(identity) => token(world, moment, identity, resource),
    }
}

/// The identity asked for by any of its three names, or the only one there is.
fn identity<'a>(
    world: &'a World,
    query: &[(String, String)],
) -> Result<&'a StatedIdentity, &'static str> {
    const NOT_FOUND: &str = "Identity not found";
    let all = &world.stated().identity;
    let same =
        |name: &str, known: &str| field(query, name).map(|id| id.eq_ignore_ascii_case(known));
    let names = ["client_id", "object_id", "msi_res_id", "mi_res_id"];
    if names.iter().any(|name| field(query, name).is_some()) {
        let mut fits = all.iter().filter(|one| {
            [
                same("client_id", &one.client_id),
                same("object_id", &one.object_id),
                same("msi_res_id", &one.resource_id),
                same("mi_res_id", &one.resource_id),
            ]
            .into_iter()
            .flatten()
            .all(|same| same)
        });
        return fits.next().ok_or(NOT_FOUND);
    }
    if let Some(system) = all.iter().find(|one| one.system_assigned) {
        return Ok(system);
    }
    match all.as_slice() {
        [] => Err(NOT_FOUND),
        [only] => Ok(only),
        [_, ..] => Err(
            "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request",
        ),
    }
}

fn token(world: &World, moment: Moment, identity: &StatedIdentity, resource: &str) -> Answer {
    let imds = &world.stated().imds;
    let tenant = identity
        .tenant
        .as_ref()
        .unwrap_or(&world.stated().registry.tenant);
    if entra::is_unknown_resource(world, resource) {
        return error(
            world,
            moment,
            400,
            "invalid_resource",
            &entra::unknown_resource(resource, tenant),
        );
    }
    let subject = Subject {
        client: &identity.client_id,
        object: &identity.object_id,
        tenant,
        resource: Some(&identity.resource_id),
    };
    let audience = imds.audience.as_deref().unwrap_or(resource);
    let lives = if imds.expired { -600 } else { LIVES };
    let now = world.seconds(moment);
    let mut body = json!({
        "access_token": mint::entra(world, moment, &subject, audience, lives),
        "refresh_token": "",
        "expires_in": lives.max(0).to_string(),
        "expires_on": (now + lives).to_string(),
        "not_before": (now - 300).to_string(),
        "resource": resource,
        "token_type": "Bearer",
    });
    if imds.extended {
        body["client_id"] = json!(identity.client_id);
        body["ext_expires_in"] = json!(lives.max(0).to_string());
    }
    reply(world, moment, 200, &body)
}

fn error(world: &World, moment: Moment, status: u16, code: &str, why: &str) -> Answer {
    reply(
        world,
        moment,
        status,
        &json!({"error": code, "error_description": why}),
    )
}

fn reply(world: &World, moment: Moment, status: u16, body: &Value) -> Answer {
    Answer::new(status)
        .header("Content-Type", "application/json; charset=utf-8")
        .header("Server", "IMDS/150.870.65.476")
        .header("Date", world.date(moment))
        .sized(body.to_string())
}
