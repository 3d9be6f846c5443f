//! Byte for byte: header order, bodies, claims, against public recordings.

use super::super::answer::imds;
use super::*;

fn names(answer: &Answer) -> Vec<&str> {
    answer
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect()
}

/// azure-cli recording of 2026-09 (values, body), azure-sdk-for-js of 2021 (order).
#[test]
fn challenge_of_v2_is_the_recorded_one() {
    let answer = get(&guestbook(""), "/v2/", &[]);
    assert_eq!(answer.status, 401);
    assert_eq!(answer.body.len(), 149);
    assert_eq!(
        text(&answer),
        "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required, visit https://aka.ms/acr/authorization for more information.\",\"detail\":null}]}\n"
    );
    assert_eq!(
        names(&answer),
        [
            "Server",
            "Date",
            "Content-Type",
            "Content-Length",
            "Connection",
            "Access-Control-Expose-Headers",
            "Access-Control-Expose-Headers",
            "Access-Control-Expose-Headers",
            "Access-Control-Expose-Headers",
            "Docker-Distribution-Api-Version",
            "Strict-Transport-Security",
            "Www-Authenticate",
            "X-Content-Type-Options",
            "X-Ms-Correlation-Request-Id",
            "Strict-Transport-Security",
        ]
    );
    assert_eq!(
        header(&answer, "Access-Control-Expose-Headers"),
        [
            "Docker-Content-Digest",
            "WWW-Authenticate",
            "Link",
            "X-Ms-Correlation-Request-Id"
        ]
    );
    assert_eq!(header(&answer, "Date"), ["Thu, 10 Sep 2026 06:46:57 GMT"]);
    assert_eq!(
        header(&answer, "Www-Authenticate"),
        [
            "Bearer realm=\"https://acrwizdev.azurecr.io/oauth2/token\",service=\"acrwizdev.azurecr.io\""
        ]
    );
}

/// Lengths as recorded: 266 with two actions, 211 and 222 in the JS recordings.
#[test]
fn details_name_each_missing_action() {
    let world = guestbook("");
    let upload = answer(
        &world,
        &request("POST", "/v2/oci-artifact/blobs/uploads/", &[], ""),
        moment(),
    );
    assert_eq!(upload.body.len(), 266);
    assert!(
        header(&upload, "Www-Authenticate")[0]
            .ends_with(",scope=\"repository:oci-artifact:pull,push\"")
    );
    let delete = answer(
        &world,
        &request("DELETE", "/acr/v1/library%2Fbusybox", &[], ""),
        moment(),
    );
    assert_eq!(delete.body.len(), 211);
    let tags = get(
        &world,
        "/acr/v1/library%2Fhello-world/_tags/test1",
        &[("Authorization", "Bearer junk")],
    );
    assert_eq!(tags.body.len(), 222);
    assert!(header(&tags, "Www-Authenticate")[0].ends_with(
        "scope=\"repository:library/hello-world:metadata_read\",error=\"invalid_token\""
    ));
    let catalogue = get(&world, "/acr/v1/_catalog", &[]);
    assert_eq!(catalogue.body.len(), 196);
}

#[test]
fn answers_of_oauth2_are_chunked_and_carry_the_allowance() {
    let answer = exchange(&guestbook(PULL_ROLE), ACR);
    assert_eq!(answer.status, 200);
    assert_eq!(
        names(&answer),
        [
            "Server",
            "Date",
            "Content-Type",
            "Transfer-Encoding",
            "Connection",
            "X-Ms-Correlation-Request-Id",
            "x-ms-ratelimit-remaining-calls-per-second",
            "Strict-Transport-Security",
        ]
    );
    assert!(header(&answer, "x-ms-ratelimit-remaining-calls-per-second")[0].starts_with("166."));
}

/// azure-sdk-for-python 2021: claims of a refresh and an access token in order.
#[test]
fn entra_tokens_of_the_registry_have_the_recorded_claims() {
    let world = guestbook(PULL_ROLE);
    let refresh = exchange(&world, ACR);
    let refreshed = claims(&refresh, "refresh_token");
    let keys: Vec<&String> = refreshed.keys().collect();
    assert_eq!(
        keys,
        [
            "jti",
            "sub",
            "nbf",
            "exp",
            "iat",
            "iss",
            "aud",
            "version",
            "rid",
            "grant_type",
            "permissions",
            "roles"
        ]
    );
    assert_eq!(
        refreshed["permissions"].to_string(),
        "{\"actions\":[\"read\"],\"notActions\":null}"
    );
    let span = |claims: &Map<String, Value>| {
        claims["exp"]
            .as_i64()
            .zip(claims["nbf"].as_i64())
            .map(|(a, b)| a - b)
    };
    assert_eq!(span(&refreshed), Some(11_700));
    let form = format!(
        "grant_type=refresh_token&service={HOST}&scope=repository%3Aguestbook%3Apull&refresh_token={}",
        member(&refresh, "refresh_token")
    );
    let access = claims(&post(&world, "/oauth2/token", &form), "access_token");
    let keys: Vec<&String> = access.keys().collect();
    assert_eq!(
        keys,
        [
            "jti",
            "sub",
            "nbf",
            "exp",
            "iat",
            "iss",
            "aud",
            "version",
            "rid",
            "access",
            "roles",
            "grant_type"
        ]
    );
    assert_eq!(span(&access), Some(4_500));
    assert_eq!(access["rid"], refreshed["rid"]);
    assert_eq!(
        access["access"].to_string(),
        "[{\"type\":\"repository\",\"name\":\"guestbook\",\"actions\":[\"pull\"]}]"
    );
}

/// azure-sdk-for-net 2022: anonymous tokens are capitalised and name `*`.
#[test]
fn anonymous_tokens_have_the_other_dialect() {
    let world = registry("anonymous_pull = true");
    let form = format!(
        "service={HOST}&scope=repository%3Aguestbook%3Adelete&refresh_token=&grant_type=password"
    );
    let access = claims(&post(&world, "/oauth2/token", &form), "access_token");
    assert_eq!(
        access["access"].to_string(),
        "[{\"Type\":\"repository\",\"Name\":\"*\",\"Actions\":[\"pull\"]}]"
    );
    assert_eq!(access["sub"], "acr_anon_pull");
    assert_eq!(
        access["exp"]
            .as_i64()
            .zip(access["nbf"].as_i64())
            .map(|(a, b)| a - b),
        Some(1_200)
    );
}

#[test]
fn an_unknown_identity_is_the_68_bytes_of_imds() {
    let target = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fcontainerregistry.azure.net&client_id=nobody";
    let asked = request("GET", target, &[("Metadata", "true")], "");
    let answer = imds(&guestbook(""), &asked, moment());
    assert_eq!((answer.status, answer.body.len()), (400, 68));
    assert_eq!(
        text(&answer),
        "{\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}"
    );
}

#[test]
fn imds_writes_numbers_as_strings() {
    let target = "/metadata/identity/oauth2/token?resource=https%3A%2F%2Fcontainerregistry.azure.net&api-version=2019-08-01";
    let answer = imds(
        &guestbook(""),
        &request("GET", target, &[("Metadata", "true")], ""),
        moment(),
    );
    let body: Map<String, Value> = serde_json::from_slice(&answer.body).expect("json");
    let keys: Vec<&String> = body.keys().collect();
    assert_eq!(
        keys,
        [
            "access_token",
            "refresh_token",
            "expires_in",
            "expires_on",
            "not_before",
            "resource",
            "token_type"
        ]
    );
    assert!(body.values().all(Value::is_string));
    assert_eq!(body["resource"], ACR);
}

#[test]
fn messages_of_oauth2_end_with_the_correlation_header() {
    let answer = exchange(&guestbook(""), ACR);
    let id = &header(&answer, "X-Ms-Correlation-Request-Id")[0];
    assert_eq!(answer.status, 401);
    assert_eq!(
        text(&answer),
        format!(
            "{{\"errors\":[{{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required, visit https://aka.ms/acr/authorization for more information. CorrelationId: {id}\"}}]}}"
        )
    );
    assert_eq!(
        answer,
        exchange(&guestbook(""), ACR),
        "the same question gets the same answer"
    );
}

#[test]
fn tokens_say_that_they_are_simulated() {
    let token = member(&exchange(&guestbook(PULL_ROLE), ACR), "refresh_token");
    let parts: Vec<&str> = token.split('.').collect();
    let decode = |part: &str| {
        base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(part)
            .expect("base64")
    };
    assert!(
        String::from_utf8_lossy(&decode(parts[0]))
            .starts_with("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"SIMU:LATE:D")
    );
    assert_eq!(decode(parts[2]).len(), 256);
    assert!(decode(parts[2]).starts_with(b"simulatedsimulated"));
}

#[test]
fn the_firewall_names_the_address() {
    let world = registry("firewall = { address = \"203.0.113.10\" }");
    assert_eq!(
        get(&world, "/v2/", &[]).status,
        401,
        "pattern A lets the challenge through"
    );
    let answer = exchange(&world, ACR);
    assert_eq!(answer.status, 403);
    assert!(text(&answer).starts_with("{\"errors\":[{\"code\":\"DENIED\",\"message\":\"client with IP '203.0.113.10' is not allowed access. Refer https://aka.ms/acr/firewall to grant access. CorrelationId: "));
}
