//! Which entries, files and programs lead to which rule.

use crate::findings::registry::tests::world::World;
use serde_json::{Value, json};

const DOCKER: &str = "docker-config:/c.json";
const BODY: &str = r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#;
const SECRET: &str = "pull-secret:/s.yaml";

fn row(name: &str) -> World {
    World::new().row(name, "stored", json!({}))
}

fn entry(name: &str, form: &str, more: Value) -> World {
    let mut shown = json!({"from": "/c.json", "key": "r.azurecr.io", "form": form});
    let (Value::Object(shown_members), Value::Object(more)) = (&mut shown, more) else {
        panic!("objects");
    };
    shown_members.extend(more);
    row(name).fact("credential", shown, name)
}

fn answer(principal: &str, status: u16) -> Value {
    json!({"principal": principal, "registry": "r.azurecr.io", "scope": "repository:app:pull", "status": status, "body": BODY})
}

#[test]
fn a_file_that_cannot_be_read() {
    let fault = |kind: &str| json!({"path": "/c.json", "fault": {"kind": kind, "message": "no"}});
    for kind in ["missing", "unreadable", "malformed", "field"] {
        row(DOCKER).fact("file", fault(kind), DOCKER).check(
            DOCKER,
            "docker-config-malformed!",
            &[],
        );
    }
    let missing = row(DOCKER).fact("file", fault("missing"), DOCKER);
    assert_eq!(
        missing.summary(DOCKER),
        "docker-config:/c.json was not tried: /c.json: no"
    );
}

#[test]
fn an_entry_without_anything_for_a_client() {
    for form in ["empty", "registry-token", "malformed"] {
        entry(DOCKER, form, json!({})).check(DOCKER, "docker-config-malformed!", &[]);
    }
    let summary = entry(DOCKER, "empty", json!({})).summary(DOCKER);
    assert_eq!(
        summary,
        "docker-config:/c.json cannot pull app: the entry \"r.azurecr.io\" in /c.json is empty: it has none of the members \
         that a client reads"
    );
}

#[test]
fn stray_bytes_in_an_entry_that_was_read() {
    let stray = json!({"user_name": "ci", "because": "the stored user name or password ends with a line break"});
    entry(SECRET, "malformed", stray).check(SECRET, "malformed-credential!", &[]);
}

#[test]
fn another_key() {
    let near = json!({"key": null, "near": ["https://R.azurecr.io"]});
    entry(DOCKER, "absent", near).check(DOCKER, "credential-key-mismatch!", &[]);
    let none = entry(DOCKER, "absent", json!({"key": null}));
    none.check(DOCKER, "credential-key-mismatch?", &[]);
    assert_eq!(
        none.summary(DOCKER),
        "docker-config:/c.json was not tried: /c.json holds no entry for r.azurecr.io"
    );
}

#[test]
fn a_program_that_gives_nothing() {
    let exec = json!({
        "program": "docker-credential-x", "arguments": ["get"], "code": 1, "fault": "ended with exit code 1",
        "stderr": "locked", "elapsed_ms": 3.0,
    });
    let world = row(DOCKER).fact("exec", exec, DOCKER);
    world.check(DOCKER, "credhelper-missing!", &[]);
    assert_eq!(
        world.summary(DOCKER),
        "docker-config:/c.json cannot pull app: docker-credential-x: ended with exit code 1"
    );
}

#[test]
fn an_old_entry_where_nobody_or_the_same_name_passes() {
    let stored = || entry(DOCKER, "password", json!({"user_name": "ci"}));
    stored().answer("access-token", answer(DOCKER, 401)).check(
        DOCKER,
        "bad-password",
        &["token-disabled"],
    );
    stored()
        .row("anonymous", "anonymous", json!({}))
        .answer("access-token", answer(DOCKER, 401))
        .access("anonymous", "pull", &["pull"])
        .manifest("anonymous")
        .check(
            DOCKER,
            "stale-docker-credential",
            &["bad-password", "token-disabled"],
        );
    let twin = |user: &str| {
        stored()
            .row(
                "basic:ci",
                "password",
                json!({"identity": {"user_name": user}}),
            )
            .answer("access-token", answer(DOCKER, 401))
            .access("basic:ci", "pull", &["pull"])
            .manifest("basic:ci")
    };
    twin("ci").check(
        DOCKER,
        "stale-docker-credential",
        &["bad-password", "token-disabled"],
    );
    twin("other").check(DOCKER, "bad-password", &["token-disabled"]);
}

#[test]
fn a_stored_token_that_has_run_out() {
    let nobody = "00000000-0000-0000-0000-000000000000";
    let stored = |end: i64| {
        entry(DOCKER, "password", json!({"user_name": nobody}))
            .fact_token("acr-refresh", json!({"nbf": end - 11_700, "exp": end}))
            .answer("access-token", answer(DOCKER, 401))
    };
    // 2026-11-23T20:00:00Z, by this machine's clock, then by the registry's.
    let now = 1_795_464_000;
    stored(now - 60).check(DOCKER, "acr-refresh-token-expired", &["bad-password"]);
    let clock = json!({"host": "r.azurecr.io", "peer": now, "local": now});
    let world = stored(now - 60).registry_fact("clock", clock);
    world.check(DOCKER, "acr-refresh-token-expired!", &[]);
    assert_eq!(
        world.summary(DOCKER),
        "docker-config:/c.json cannot pull app: the stored ACR refresh token expired at 2026-11-23 19:59 UTC (401)"
    );
    stored(now + 600).check(DOCKER, "bad-password", &["acr-refresh-token-expired"]);
}
