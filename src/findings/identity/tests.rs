//! What the identity endpoint says, or does not, and which rule that is.

use crate::findings::registry::tests::world::World;
use serde_json::json;

fn kubelet() -> World {
    World::new().row("kubelet", "managed-identity", json!({}))
}

fn answered(status: u16, body: &str) -> World {
    let url = "http://169.254.169.254/metadata/identity/oauth2/token?resource=r&client_id=c-1";
    kubelet().answer(
        "identity-token",
        json!({"principal": "kubelet", "status": status, "body": body, "url": url}),
    )
}

#[test]
fn answers() {
    let described =
        |text: &str| json!({"error": "invalid_request", "error_description": text}).to_string();
    let missing = answered(400, &described("Identity not found"));
    missing.check("kubelet", "identity-not-found!", &[]);
    assert!(missing.summary("kubelet").contains("client id c-1"));
    answered(
        400,
        &described("Multiple user assigned identities exist, please specify"),
    )
    .check("kubelet", "multiple-identities!", &[]);
    answered(400, &described("AADSTS500011: not found")).check("kubelet", "wrong-audience!", &[]);
    answered(401, &described("AADSTS7000222: expired")).check("kubelet", "secret-expired!", &[]);
    answered(401, &described("AADSTS7000215: wrong")).check("kubelet", "bad-password!", &[]);
    answered(410, "").check("kubelet", "imds-throttled", &[]);
}

#[test]
fn no_answer() {
    let silent = |kind: &str| {
        let fault = json!({"kind": kind, "message": "said"});
        let connect =
            json!({"host": "169.254.169.254", "port": 80, "fault": fault, "elapsed_ms": 0.0});
        kubelet().fact("connect", connect, "kubelet")
    };
    for (kind, words) in [
        ("refused", "refuses the connection"),
        ("timeout", "did not answer in time"),
        ("unreachable", "no way to"),
        ("proxy", "a proxy stands before"),
    ] {
        silent(kind).check("kubelet", "imds-unreachable!", &[]);
        assert!(silent(kind).summary("kubelet").contains(words));
    }
    let cut = json!({"principal": "kubelet", "status": null, "failure": {"kind": "closed", "message": "said"}});
    kubelet()
        .answer("identity-token", cut)
        .check("kubelet", "imds-unreachable", &[]);
}

#[test]
fn the_kubelets_file() {
    let file = |kind: &str| {
        World::new()
            .row(
                "kubelet",
                "managed-identity",
                json!({"untried": {"because": "", "flag": ""}}),
            )
            .fact(
                "file",
                json!({"path": "/a.json", "fault": {"kind": kind, "message": "said"}}),
                "kubelet",
            )
    };
    file("field").check("kubelet", "azure-json-unusable!", &[]);
    assert_eq!(
        file("field").summary("kubelet"),
        "kubelet cannot pull app: /a.json cannot be used: said"
    );
    assert_eq!(
        file("unreadable").summary("kubelet"),
        "kubelet was not tried: /a.json: said"
    );
}
