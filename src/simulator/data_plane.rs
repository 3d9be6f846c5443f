//! `/v2/` and `/acr/v1/`: what a request needs, and whether it brings it.
//! *Not* the content itself (`manifests`).
//!
//! Scopes per request and the answers to a Bearer: (R) SDK recordings, (D)
//! Token-BasicAuth.md.

use serde_json::{Map, Value, json};

use super::grants::admin_name;
use super::http::{Answer, Presented, Request, decoded};
use super::manifests;
use super::mint::{self, Granted};
use super::registry_answers::{basic_challenge, challenge, data_error, data_ok};
use super::world::{Moment, World};

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    Ping,
    Catalogue,
    Manifest {
        repository: String,
        reference: String,
    },
    Blob {
        repository: String,
        digest: String,
    },
    Upload {
        repository: String,
    },
    Tags {
        repository: String,
    },
    /// `/acr/v1/<repository>` and what lies below it.
    Attributes {
        repository: String,
    },
    Unknown,
}

/// Reads a path of the data plane.
pub fn resource(path: &str) -> Resource {
    let path = decoded(&path.replace('+', "%2B"));
    if path == "/v2/" || path == "/v2" {
        return Resource::Ping;
    }
    if path == "/v2/_catalog" || path == "/acr/v1/_catalog" {
        return Resource::Catalogue;
    }
    if let Some(rest) = path.strip_prefix("/acr/v1/") {
        let repository = rest.split("/_").next().unwrap_or(rest).to_owned();
        return Resource::Attributes { repository };
    }
    let Some(rest) = path.strip_prefix("/v2/") else {
        return Resource::Unknown;
    };
    if let Some((repository, reference)) = rest.rsplit_once("/manifests/") {
        return Resource::Manifest {
            repository: repository.into(),
            reference: reference.into(),
        };
    }
    if let Some((repository, _)) = rest.rsplit_once("/blobs/uploads") {
        return Resource::Upload {
            repository: repository.into(),
        };
    }
    if let Some((repository, digest)) = rest.rsplit_once("/blobs/") {
        return Resource::Blob {
            repository: repository.into(),
            digest: digest.into(),
        };
    }
    match rest.strip_suffix("/tags/list") {
        Some(repository) => Resource::Tags {
            repository: repository.into(),
        },
        None => Resource::Unknown,
    }
}

/// The scope a request needs [R unless noted in the source].
pub fn needed(method: &str, resource: &Resource) -> Option<Granted> {
    let repository = |name: &String, actions: &[&str]| Some(scope("repository", name, actions));
    let reads = matches!(method, "GET" | "HEAD");
    match resource {
        Resource::Ping | Resource::Unknown => None,
        Resource::Catalogue => Some(scope("registry", "catalog", &["*"])),
        Resource::Upload { repository: name } => repository(name, &["pull", "push"]),
        Resource::Tags { repository: name } => repository(name, &["metadata_read"]),
        Resource::Manifest {
            repository: name, ..
        }
        | Resource::Blob {
            repository: name, ..
        } => match method {
            "DELETE" => repository(name, &["delete"]),
            _ if reads => repository(name, &["pull"]),
            _ => repository(name, &["pull", "push"]),
        },
        Resource::Attributes { repository: name } => match method {
            "DELETE" => repository(name, &["delete"]),
            "PATCH" => repository(name, &["metadata_write"]),
            _ => repository(name, &["metadata_read"]),
        },
    }
}

/// Answers a request of the data plane.
pub fn answer(world: &World, request: &Request, moment: Moment) -> Answer {
    let resource = resource(request.path());
    let scope = needed(&request.method, &resource);
    match request.presented() {
        Presented::Nothing => challenge(world, moment, request, scope.as_ref(), None),
        Presented::Basic { user, password } => {
            let admin = &world.stated().registry.admin;
            let good =
                admin.enabled && user == admin_name(world) && admin.passwords.contains(&password);
            match good {
                true => serve(world, request, moment, &resource),
                false => basic_challenge(world, moment, request),
            }
        }
        Presented::Unreadable => basic_challenge(world, moment, request), // inferred
        Presented::Bearer(token) => match fault_of(world, moment, &token, scope.as_ref()) {
            None => serve(world, request, moment, &resource),
            Some(error) => challenge(world, moment, request, scope.as_ref(), Some(&error)),
        },
    }
}

/// Why a Bearer does not do: (R) both words; expiry as `invalid_token` is inferred.
fn fault_of(world: &World, moment: Moment, token: &str, scope: Option<&Granted>) -> Option<String> {
    let Some(claims) = mint::open(world, token) else {
        return Some("invalid_token".to_owned());
    };
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let expires = claims
        .get("exp")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    let in_order = text("grant_type") == "access_token"
        && text("aud") == world.stated().registry.host
        && expires > world.seconds(moment);
    if !in_order {
        return Some(world.stated().registry.inferred.expired_bearer.clone());
    }
    let allowed = scope.is_none_or(|scope| {
        scope
            .actions
            .iter()
            .all(|action| allows(&claims, scope, action))
    });
    (!allowed).then(|| "insufficient_scope".to_owned())
}

fn allows(claims: &Map<String, Value>, scope: &Granted, action: &str) -> bool {
    let elements = claims.get("access").and_then(Value::as_array);
    elements.into_iter().flatten().any(|element| {
        let member =
            |lower: &str, capital: &str| element.get(lower).or_else(|| element.get(capital));
        let text = |lower, capital| {
            member(lower, capital)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let actions = member("actions", "Actions").and_then(Value::as_array);
        let name = text("name", "Name");
        text("type", "Type") == scope.kind
            && (name == scope.name || name == "*")
            && actions
                .into_iter()
                .flatten()
                .any(|known| known == action || known == "*")
    })
}

fn serve(world: &World, request: &Request, moment: Moment, resource: &Resource) -> Answer {
    let reads = matches!(request.method.as_str(), "GET" | "HEAD");
    if !reads {
        let error = json!({"code": "UNSUPPORTED", "message": "The operation is unsupported."});
        return data_error(world, moment, request, 405, &error); // the simulator keeps nothing
    }
    let json_body = |body: Value| {
        let body = format!("{body}\n").into_bytes();
        data_ok(
            world,
            moment,
            request,
            200,
            Vec::new(),
            "application/json; charset=utf-8",
            body,
        )
    };
    let repositories = &world.stated().registry.repositories;
    match resource {
        Resource::Ping => data_ok(
            world,
            moment,
            request,
            200,
            Vec::new(),
            "application/json; charset=utf-8",
            b"{}".to_vec(),
        ),
        Resource::Catalogue => {
            json_body(json!({"repositories": repositories.keys().collect::<Vec<_>>()}))
        }
        Resource::Manifest {
            repository,
            reference,
        } => manifests::manifest(world, request, moment, repository, reference),
        Resource::Blob { repository, digest } => {
            manifests::blob(world, request, moment, repository, digest)
        }
        Resource::Tags { repository } | Resource::Attributes { repository } => {
            match repositories.get(repository) {
                Some(known) => json_body(
                    json!({"name": repository, "tags": known.tags.keys().collect::<Vec<_>>()}),
                ),
                None => data_error(
                    world,
                    moment,
                    request,
                    404,
                    &manifests::name_unknown(repository),
                ),
            }
        }
        Resource::Upload { .. } | Resource::Unknown => {
            let error = json!({"code": "UNSUPPORTED", "message": "The operation is unsupported."});
            data_error(world, moment, request, 404, &error) // inferred
        }
    }
}

fn scope(kind: &str, name: &str, actions: &[&str]) -> Granted {
    Granted {
        kind: kind.to_owned(),
        name: name.to_owned(),
        actions: actions.iter().map(|action| (*action).to_owned()).collect(),
    }
}
