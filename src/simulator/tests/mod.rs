//! What the simulator answers, held against the public shapes.

mod endpoints;
mod scenarios;
mod serving;
mod shapes;
mod signing;
mod walk;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};
use time::macros::datetime;

use super::answer::answer;
use super::http::{Answer, Request};
use super::mint;
use super::scenario::Scenario;
use super::world::{Moment, World};

pub const HOST: &str = "acrwizdev.azurecr.io";
pub const OBJECT: &str = "3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55";
pub const ACR: &str = "https://containerregistry.azure.net";

/// The guestbook world with more lines, which may change nothing above them.
pub fn guestbook(more: &str) -> World {
    let text = include_str!("../../../testdata/scenarios/guestbook.toml");
    world(&format!("{text}\n{more}"))
}

pub fn world(text: &str) -> World {
    World {
        scenario: Scenario::parse("guestbook", text, None).expect("a scenario"),
    }
}

/// The guestbook world with `line` in its registry.
pub fn registry(line: &str) -> World {
    let text = include_str!("../../../testdata/scenarios/guestbook.toml");
    world(&text.replace("[registry]\n", &format!("[registry]\n{line}\n")))
}

pub const PULL_ROLE: &str =
    "[[role]]\nobject = \"3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55\"\nrole = \"AcrPull\"";

pub fn moment() -> Moment {
    at(Duration::from_secs(1))
}

pub fn at(since_start: Duration) -> Moment {
    Moment {
        real: datetime!(2026-09-10 06:46:57 UTC),
        since_start,
    }
}

pub fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Request {
        scheme: "https",
        host: HOST.to_owned(),
        method: method.to_owned(),
        target: target.to_owned(),
        headers: headers.collect(),
        body: body.as_bytes().to_vec(),
    }
}

pub fn get(world: &World, target: &str, headers: &[(&str, &str)]) -> Answer {
    answer(world, &request("GET", target, headers, ""), moment())
}

pub fn post(world: &World, target: &str, form: &str) -> Answer {
    answer(world, &request("POST", target, &[], form), moment())
}

pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

pub fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

pub fn member(answer: &Answer, name: &str) -> String {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    body[name].as_str().unwrap_or_default().to_owned()
}

pub fn claims(answer: &Answer, name: &str) -> Map<String, Value> {
    mint::claims_of(&member(answer, name)).expect("a token")
}

pub fn header(answer: &Answer, name: &str) -> Vec<String> {
    let all = answer.headers.iter().filter(|(key, _)| key == name);
    all.map(|(_, value)| value.clone()).collect()
}

/// The kubelet identity's Entra token for `audience`.
pub fn entra_token(world: &World, audience: &str) -> String {
    let target = format!(
        "/metadata/identity/oauth2/token?api-version=2019-08-01&resource={audience}&object_id={OBJECT}"
    );
    let request = request("GET", &target, &[("Metadata", "true")], "");
    member(
        &super::answer::imds(world, &request, moment()),
        "access_token",
    )
}

/// The exchange of that token.
pub fn exchange(world: &World, audience: &str) -> Answer {
    let token = entra_token(world, audience);
    let form = format!("grant_type=access_token&service={HOST}&access_token={token}");
    post(world, "/oauth2/exchange", &form)
}
