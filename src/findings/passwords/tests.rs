//! Which words, statuses and user names lead to which rule.

use crate::findings::registry::tests::world::World;
use serde_json::{Value, json};

fn refused(name: &str, user: Option<&str>, status: u16, message: &str) -> World {
    let body = json!({"errors": [{"code": "UNAUTHORIZED", "message": message}]}).to_string();
    World::new()
        .row(name, "password", json!({"identity": {"user_name": user}}))
        .answer("access-token", answer(name, status, &body))
}

fn answer(principal: &str, status: u16, body: &str) -> Value {
    json!({
        "principal": principal, "registry": "r.azurecr.io", "scope": "repository:app:pull", "status": status, "body": body,
    })
}

const APP: &str = "7b1e0d9c-8a7f-4b6e-95d4-c3b2a1908f7e";
const NULL: &str = "00000000-0000-0000-0000-000000000000";

#[test]
fn a_refused_pair() {
    let generic = "authentication required";
    refused("admin", None, 401, generic).check("admin", "bad-password", &["admin-disabled"]);
    refused("basic:x", Some("r"), 401, generic).check(
        "basic:x",
        "bad-password",
        &["admin-disabled"],
    );
    refused("basic:ci", Some("ci"), 401, generic).check(
        "basic:ci",
        "bad-password",
        &["token-disabled"],
    );
    let pair = "Invalid clientid or client secret.";
    refused("basic:sp", Some(APP), 401, pair).check(
        "basic:sp",
        "bad-password",
        &["secret-expired"],
    );
    refused("basic:t", Some(NULL), 401, pair).check("basic:t", "bad-password", &["bad-username"]);
}

#[test]
fn a_name_that_nobody_has() {
    refused(
        "basic:x",
        Some(APP),
        401,
        "Application not registered with AAD.",
    )
    .check("basic:x", "bad-username!", &[]);
    refused(
        "basic:x",
        Some("me"),
        401,
        "aad access token with sp failed client id must be guid",
    )
    .check("basic:x", "bad-username!", &[]);
}

#[test]
fn the_words_of_a_switched_off_admin_user_decide() {
    refused("admin", None, 401, "The admin user is disabled").check(
        "admin",
        "admin-disabled!",
        &[],
    );
}

#[test]
fn too_large() {
    let page = "<html><center>Request Header Or Cookie Too Large</center></html>";
    World::new()
        .row("basic:x", "password", json!({}))
        .answer("access-token", answer("basic:x", 400, page))
        .check("basic:x", "token-too-large!", &[]);
}

#[test]
fn a_500_of_one_credential() {
    let world = refused("basic:x", Some("x"), 500, "internal");
    let world = world
        .row("basic:y", "password", json!({}))
        .access("basic:y", "pull", &["pull"]);
    let summary = world.summary("basic:x");
    assert!(
        summary.ends_with("fails for the credential of x (500), and for no other"),
        "{summary}"
    );
}

#[test]
fn stray_bytes_that_were_not_sent() {
    let fault = json!({"kind": "malformed", "message": "the password holds a line break"});
    World::new()
        .row(
            "admin",
            "password",
            json!({"untried": {"because": "", "flag": ""}}),
        )
        .fact("file", json!({"path": "/p", "fault": fault}), "admin")
        .check("admin", "malformed-credential!", &[]);
}
