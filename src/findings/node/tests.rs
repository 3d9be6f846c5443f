//! What a node and a client do with a credential, and which rule says so.

use crate::findings::registry::tests::world::World;
use serde_json::{Value, json};

const ROW: &str = "credential-provider";

fn row() -> World {
    World::new().row(ROW, ROW, json!({}))
}

fn exec(code: Option<i32>, fault: Option<&str>) -> Value {
    json!({"program": "/p/acr", "arguments": [], "code": code, "fault": fault, "elapsed_ms": 1.0})
}

fn answer(principal: &str, status: u16) -> Value {
    json!({"principal": principal, "registry": "r.azurecr.io", "scope": "repository:app:pull", "status": status})
}

#[test]
fn no_pattern_accepts_the_image() {
    let shown = json!({"from": "/c.yaml", "form": "absent", "near": ["*.azurecr.de: the label io is not de"]});
    let world = row().fact("credential", shown, ROW);
    world.check(ROW, "login-server-not-matched!", &[]);
    assert_eq!(
        world.summary(ROW),
        "credential-provider cannot pull app: no pattern in /c.yaml accepts r.azurecr.io"
    );
}

#[test]
fn a_plugin_that_gives_nothing() {
    let missing = exec(None, Some("its program is at none of /p/acr"));
    row()
        .fact("exec", missing, ROW)
        .check(ROW, "credential-provider-not-used!", &[]);
    row()
        .fact("exec", exec(Some(1), Some("ended with exit code 1")), ROW)
        .check(ROW, "credential-provider-not-used", &[]);
    row()
        .fact("exec", exec(Some(0), None), ROW)
        .check(ROW, "credential-provider-not-used!", &[]);
    let fault = json!({"path": "/c.yaml", "fault": {"kind": "malformed", "message": "no"}});
    row()
        .fact("file", fault, ROW)
        .check(ROW, "credential-provider-not-used!", &[]);
}

#[test]
fn a_plugin_that_gives_the_anonymous_entry_alone() {
    let shown = json!({"from": "/c.yaml", "key": "*.azurecr.*", "form": "anonymous"});
    row()
        .fact("exec", exec(Some(0), None), ROW)
        .fact("credential", shown, ROW)
        .answer("access-token", answer(ROW, 401))
        .check(ROW, "credential-provider-not-used", &[]);
}

fn refused(status: u16) -> World {
    World::new()
        .row(
            "basic:ci",
            "password",
            json!({"identity": {"user_name": "ci"}}),
        )
        .answer("access-token", answer("basic:ci", status))
}

#[test]
fn another_form_passes() {
    let mut passed = answer("basic:ci", 200);
    passed["experiment"] = json!("form GET with Basic");
    refused(401).answer("access-token", passed.clone()).check(
        "basic:ci",
        "client-flow-differs!",
        &[],
    );
    refused(405)
        .answer("access-token", passed)
        .check("basic:ci", "protocol-mismatch!", &[]);
}

#[test]
fn a_form_that_is_called_wrong() {
    refused(400).check("basic:ci", "protocol-mismatch?", &[]);
}
