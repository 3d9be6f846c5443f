//! The registry's answers byte for byte: header order, casing, duplicates, line
//! ends. *Not* when which is given.
//!
//! (R) azure-sdk-for-js recordings of 2021 (raw header order), azure-cli
//! `test_acr_login_expose_token` of 2026-09 (status, values, body).

use serde_json::{Value, json};

use super::http::{Answer, Request};
use super::ids;
use super::mint::Granted;
use super::presented::GENERIC;
use super::stated_registry::{ChallengeKind, FirewallPattern, Framing};
use super::world::{Moment, World};

const HSTS: &str = "max-age=31536000; includeSubDomains";
const JSON: &str = "application/json; charset=utf-8";
const EXPOSED: [&str; 4] = [
    "Docker-Content-Digest",
    "WWW-Authenticate",
    "Link",
    "X-Ms-Correlation-Request-Id",
];

/// 200 of `/oauth2/*` (R): chunked, no API version, HSTS once.
pub fn oauth_ok(world: &World, moment: Moment, request: &Request, body: &Value) -> Answer {
    let answer = opening(world, moment, 200)
        .header("Content-Type", JSON)
        .chunked(body.to_string());
    oauth_closing(world, request, answer)
}

/// An error of `/oauth2/*`: one error, no detail, the correlation id in the message (L).
pub fn oauth_error(
    world: &World,
    moment: Moment,
    request: &Request,
    status: u16,
    code: &str,
    message: &str,
) -> Answer {
    let message = format!("{message} CorrelationId: {}", world.correlation(request));
    let body = json!({"errors": [{"code": code, "message": message}]}).to_string();
    oauth_body(world, moment, request, status, body)
}

/// An answer of `/oauth2/*` with any body; its headers are inferred.
pub fn oauth_body(
    world: &World,
    moment: Moment,
    request: &Request,
    status: u16,
    body: String,
) -> Answer {
    let mut answer = opening(world, moment, status);
    if !body.is_empty() {
        answer = answer.header("Content-Type", JSON);
    }
    let registry = &world.stated().registry;
    let mut answer = match registry.oauth_errors {
        Framing::Length => answer.sized(body),
        Framing::Chunked => answer.chunked(body),
    };
    if status == 401 && registry.inferred.oauth_challenge {
        for value in challenge_values(world, None, None) {
            answer = answer.header("Www-Authenticate", value);
        }
    }
    oauth_closing(world, request, answer)
}

/// 401 of `/v2/` and `/acr/v1/` (R), with the scope asked for and, where a Bearer
/// was shown, why it did not do.
pub fn challenge(
    world: &World,
    moment: Moment,
    request: &Request,
    scope: Option<&Granted>,
    error: Option<&str>,
) -> Answer {
    let detail = match scope {
        None => Value::Null,
        Some(scope) => {
            let one =
                |action: &String| json!({"Type": scope.kind, "Name": scope.name, "Action": action});
            Value::Array(scope.actions.iter().map(one).collect())
        }
    };
    let body = json!({"errors": [{"code": "UNAUTHORIZED", "message": GENERIC, "detail": detail}]});
    let headers = challenge_values(world, scope, error);
    let headers = headers
        .into_iter()
        .map(|value| ("Www-Authenticate", value))
        .collect();
    data(
        world,
        moment,
        request,
        401,
        headers,
        JSON,
        format!("{body}\n"),
    )
}

/// 401 to a wrong Basic credential on the data plane [L Azure/acr#651].
pub fn basic_challenge(world: &World, moment: Moment, request: &Request) -> Answer {
    let body = json!({"errors": [{"code": "UNAUTHORIZED", "message": GENERIC, "detail": null}]});
    let value = "Basic realm=\"Azure Container Registry\"".to_owned();
    data(
        world,
        moment,
        request,
        401,
        vec![("Www-Authenticate", value)],
        JSON,
        format!("{body}\n"),
    )
}

/// An error of the data plane to an authorised request (R).
pub fn data_error(
    world: &World,
    moment: Moment,
    request: &Request,
    status: u16,
    error: &Value,
) -> Answer {
    let body = format!("{}\n", json!({"errors": [error]}));
    let headers = authorised(world, request);
    data(world, moment, request, status, headers, JSON, body)
}

/// A good answer of the data plane; `headers` are sorted in as Go's server does.
pub fn data_ok(
    world: &World,
    moment: Moment,
    request: &Request,
    status: u16,
    mut headers: Vec<(&'static str, String)>,
    content_type: &str,
    body: Vec<u8>,
) -> Answer {
    headers.extend(authorised(world, request));
    data(world, moment, request, status, headers, content_type, body)
}

/// The firewall's 403 (L); its headers are inferred.
pub fn firewall(world: &World, moment: Moment, request: &Request) -> Option<Answer> {
    let firewall = world.stated().registry.firewall.as_ref()?;
    let at_oauth = request.path().starts_with("/oauth2/");
    if !at_oauth && firewall.pattern == FirewallPattern::A {
        return None;
    }
    let quote = if firewall.escaped { "\\u0027" } else { "'" };
    let id = match firewall.correlation && at_oauth {
        true => format!(" CorrelationId: {}", world.correlation(request)),
        false => String::new(),
    };
    let body = format!(
        "{{\"errors\":[{{\"code\":\"DENIED\",\"message\":\"client with IP {quote}{}{quote} is not allowed access. \
         Refer https://aka.ms/acr/firewall to grant access.{id}\"}}]}}",
        firewall.address
    );
    let mut answer = opening(world, moment, 403);
    if firewall.content_type != "none" {
        answer = answer.header("Content-Type", firewall.content_type.clone());
    }
    Some(oauth_closing(world, request, answer.sized(body)))
}

/// `Server` and `Date`.
pub fn opening(world: &World, moment: Moment, status: u16) -> Answer {
    Answer::new(status)
        .header("Server", "openresty")
        .header("Date", world.date(moment))
}

fn oauth_closing(world: &World, request: &Request, answer: Answer) -> Answer {
    answer
        .header("Connection", "keep-alive")
        .header("X-Ms-Correlation-Request-Id", world.correlation(request))
        .header(
            "x-ms-ratelimit-remaining-calls-per-second",
            allowance(world, request),
        )
        .header("Strict-Transport-Security", HSTS)
}

fn data(
    world: &World,
    moment: Moment,
    request: &Request,
    status: u16,
    headers: Vec<(&'static str, String)>,
    content_type: &str,
    body: impl Into<Vec<u8>>,
) -> Answer {
    let mut inner = headers;
    inner.extend(EXPOSED.map(|value| ("Access-Control-Expose-Headers", value.to_owned())));
    inner.push(("Docker-Distribution-Api-Version", "registry/2.0".to_owned()));
    inner.push(("Strict-Transport-Security", HSTS.to_owned()));
    inner.push(("X-Content-Type-Options", "nosniff".to_owned()));
    inner.push(("X-Ms-Correlation-Request-Id", world.correlation(request)));
    inner.sort_by_key(|(name, _)| *name);
    let mut answer = opening(world, moment, status);
    if !content_type.is_empty() {
        answer = answer.header("Content-Type", content_type);
    }
    answer = answer.sized(body).header("Connection", "keep-alive");
    for (name, value) in inner {
        answer = answer.header(name, value);
    }
    answer.header("Strict-Transport-Security", HSTS)
}

fn authorised(world: &World, request: &Request) -> Vec<(&'static str, String)> {
    if request.path().ends_with("/_catalog") {
        return Vec::new(); // [R] the catalogue has none
    }
    let asked = world.asked(request).join("\n");
    let mut headers = vec![("X-Ms-Request-Id", ids::guid(&["request", &asked]))];
    if let Some(id) = request.header("x-ms-client-request-id") {
        headers.push(("X-Ms-Client-Request-Id", id.to_owned()));
    }
    headers
}

fn challenge_values(world: &World, scope: Option<&Granted>, error: Option<&str>) -> Vec<String> {
    let registry = &world.stated().registry;
    let stated = &registry.challenge;
    let host = &registry.host;
    let realm = stated
        .realm
        .clone()
        .unwrap_or_else(|| format!("https://{host}/oauth2/token"));
    let service = stated.service.as_ref().unwrap_or(host);
    let mut tail = format!("service=\"{service}\"");
    if let Some(scope) = scope {
        tail.push_str(&format!(
            ",scope=\"{}:{}:{}\"",
            scope.kind,
            scope.name,
            scope.actions.join(",")
        ));
    }
    if let Some(error) = error {
        tail.push_str(&format!(",error=\"{error}\""));
    }
    let bearer = format!("Bearer realm=\"{realm}\",{tail}");
    let basic = "Basic realm=\"Azure Container Registry\"".to_owned();
    match stated.kind {
        ChallengeKind::Normal => vec![bearer],
        ChallengeKind::Missing => Vec::new(),
        ChallengeKind::BasicOnly => vec![basic],
        ChallengeKind::Broken => vec![format!("Bearer realm=\"{realm},{tail}")],
        ChallengeKind::TwoHeaders => vec![bearer, basic],
        ChallengeKind::NoRealm => vec![format!("Bearer {tail}")],
        ChallengeKind::Raw => stated.raw.clone(),
    }
}

/// 10 000 calls a minute, falling by a sixtieth a second with each (R): `166.65`.
fn allowance(world: &World, request: &Request) -> String {
    let asked = world.asked(request).join("\n");
    let calls = ids::number(&["allowance", &asked], 10) + 1;
    let left = format!("{:.6}", (10_000 - calls) as f64 / 60.0);
    left.trim_end_matches('0').trim_end_matches('.').to_owned()
}
