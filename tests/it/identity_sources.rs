//! Where an Entra token comes from other than IMDS and Entra itself: the endpoint that App Service and
//! Container Apps name, sources that cannot be asked, and `az`. The registry is the simulator's; the
//! endpoint and the `az` are ours, and real to the binary.

use crate::probe::{command, folder};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

const HEADER: &str = "Sim-IdentityHeader-canary-41f0";
/// An unsigned token: `{"alg":"none"}`, `{"aud":"https://containerregistry.azure.net","oid":"o-1"}`.
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJhdWQiOiJodHRwczovL2NvbnRhaW5lcnJlZ2lzdHJ5LmF6dXJlLm5ldCIsIm9pZCI6Im8tMSJ9.c2lt";

/// An endpoint that gives every request one answer; what it was asked comes out of the channel.
fn endpoint(status: &'static str, body: String) -> (u16, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (asked, heard) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                head.push(byte[0]);
            }
            // The test may be over, and nobody listening.
            let _ = asked.send(String::from_utf8_lossy(&head).into_owned());
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    (port, heard)
}

/// A run against the incident's registry with these variables; the report, and all that was written.
fn report(principal: &str, variables: &[(&str, &str)]) -> (Value, String) {
    let folder = folder();
    let recording = folder.path().join("r.jsonl");
    let recording = recording.to_str().expect("a path");
    let output = command(&[
        "demo",
        "guestbook",
        "--principal",
        principal,
        "--format",
        "json",
        "--record",
        recording,
    ])
    .envs(variables.iter().copied())
    .output()
    .expect("the binary starts");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let recorded = std::fs::read_to_string(recording).expect("a recording");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let json = serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {said}"));
    (json, format!("{printed}{recorded}{said}"))
}

fn app_service(status: &'static str, body: String) -> (Value, String, String) {
    let (port, heard) = endpoint(status, body);
    let address = format!("http://127.0.0.1:{port}/msi/token");
    let variables = [
        ("IDENTITY_ENDPOINT", address.as_str()),
        ("IDENTITY_HEADER", HEADER),
    ];
    let (report, written) = report("managed-identity:client-id=app-7", &variables);
    let asked = heard
        .recv_timeout(std::time::Duration::from_secs(10))
        .expect("the endpoint was asked");
    assert!(!written.contains(HEADER), "the header is a secret");
    (report, written, asked)
}

fn cell(report: &Value) -> String {
    let cell = &report["matrix"][0];
    ["verdict", "stopped_at", "status", "cause"]
        .iter()
        .map(|name| cell[name].to_string().replace('"', ""))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn the_endpoint_of_app_service_is_asked_and_its_header_stays_secret() {
    let body = r#"{"statusCode":400,"message":"No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."}"#;
    let (report, _, asked) = app_service("400 Bad Request", body.into());
    assert!(asked.starts_with("GET /msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fcontainerregistry.azure.net&client_id=app-7 "), "{asked}");
    assert!(
        asked
            .to_ascii_lowercase()
            .contains(&format!("x-identity-header: {}", HEADER.to_lowercase())),
        "{asked}"
    );
    assert_eq!(
        cell(&report),
        "denied identity-token 400 identity-not-found"
    );
}

#[test]
fn a_token_of_app_service_goes_on_to_the_registry() {
    let body = format!(
        r#"{{"access_token":"{TOKEN}","expires_on":"4102444800","resource":"https://containerregistry.azure.net","token_type":"Bearer","client_id":"app-7"}}"#
    );
    let (report, written, _) = app_service("200 OK", body);
    assert!(
        !written.contains(TOKEN),
        "a whole token must not be written"
    );
    // The simulator did not mint it; that the exchange was asked is what counts here.
    assert_eq!(report["matrix"][0]["stopped_at"], "refresh-token");
}

#[test]
fn a_source_that_cannot_be_asked_is_named_with_what_selects_it() {
    for (variables, words) in [
        (
            &[("IDENTITY_ENDPOINT", "http://x"), ("IMDS_ENDPOINT", "y")][..],
            "selects Azure Arc (IDENTITY_ENDPOINT and IMDS_ENDPOINT are set)",
        ),
        (
            &[("MSI_ENDPOINT", "http://x")][..],
            "selects CloudShell (MSI_ENDPOINT is set)",
        ),
        (
            &[("MSI_ENDPOINT", "http://x"), ("MSI_SECRET", HEADER)][..],
            "selects Azure ML (MSI_ENDPOINT and MSI_SECRET are set)",
        ),
        (
            &[
                ("IDENTITY_ENDPOINT", "http://x"),
                ("IDENTITY_HEADER", HEADER),
                ("IDENTITY_SERVER_THUMBPRINT", "z"),
            ][..],
            "selects Service Fabric",
        ),
    ] {
        let (report, written) = report("managed-identity", variables);
        assert_eq!(report["matrix"][0]["verdict"], "untried");
        assert!(because(&report, "credential", "because").contains(words));
        assert!(!written.contains(HEADER));
    }
}

/// A member of the first fact of a kind.
fn because(report: &Value, what: &str, member: &str) -> String {
    let facts = report["facts"].as_array().expect("facts");
    let fact = facts
        .iter()
        .find(|one| one["what"] == what)
        .expect("a fact");
    fact["data"][member].as_str().unwrap_or_default().to_owned()
}

/// A run as `azure-cli` with an `az` that is this shell script, or none.
fn with_az(script: Option<&str>) -> (Value, String) {
    let folder = folder();
    if let Some(script) = script {
        let az = folder.path().join("az");
        std::fs::write(&az, format!("#!/bin/sh\n{script}\n")).expect("written");
        std::fs::set_permissions(&az, PermissionsExt::from_mode(0o755)).expect("executable");
    }
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    report("azure-cli", &[("PATH", path.as_str())])
}

#[test]
fn az_that_is_absent_or_logged_out_is_one_sentence() {
    if !Path::new("/usr/bin/az").exists() && !Path::new("/bin/az").exists() {
        let (absent, _) = with_az(None);
        assert_eq!(
            because(&absent, "exec", "fault"),
            "az is not installed here"
        );
        assert_eq!(absent["matrix"][0]["verdict"], "untried");
        assert!(absent["matrix"][0]["cause"].is_null());
    }
    let (out, _) = with_az(Some(
        "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1",
    ));
    assert!(because(&out, "exec", "fault").contains("logged out"));
}

#[test]
fn a_stale_sign_in_of_az_is_a_finding() {
    let (report, _) = with_az(Some(
        "echo 'ERROR: AADSTS700082: The refresh token has expired due to inactivity.' >&2; exit 1",
    ));
    assert_eq!(report["matrix"][0]["verdict"], "untried");
    assert_eq!(report["findings"][0]["rule"], "assertion-expired");
}

#[test]
fn the_token_that_az_prints_is_used_and_not_written() {
    let script = format!(
        r#"echo '{{"accessToken": "{TOKEN}", "expires_on": 4102444800, "tokenType": "Bearer"}}'"#
    );
    let (report, written) = with_az(Some(&script));
    assert!(!written.contains(TOKEN));
    assert_eq!(report["matrix"][0]["stopped_at"], "refresh-token");
    assert!(
        report["tokens"]
            .as_array()
            .expect("tokens")
            .iter()
            .any(|one| one["claims"]["oid"] == "o-1")
    );
}
