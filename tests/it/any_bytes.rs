//! Whatever a registry sends, at whatever step: there is a report, and an exit code. In process, over real
//! sockets; before TLS, and within it.

use crate::chance::Chance;
use acr_probe::cli::{Cli, Command};
use acr_probe::exchange;
use acr_probe::network::Names;
use acr_probe::report::{self, Format, Look, Report};
use acr_probe::simulator::{Listen, Scenario, serve};
use acr_probe::transport::Live;
use base64::Engine;
use clap::Parser;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

/// Streams for each step.
const STREAMS: usize = 24;
/// Three requests in a row, with one second each, and a busy machine.
const LONGEST: Duration = Duration::from_secs(20);

/// Answers that a client goes on from, to be damaged.
const SEEDS: &[&str] = &[
    "HTTP/1.1 401 Unauthorized\r\nWww-Authenticate: Bearer realm=\"https://acrwizdev.azurecr.io/oauth2/token\",service=\"acrwizdev.azurecr.io\"\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 122\r\n\r\n{\"access_token\":\"eyJhbGciOiJub25lIn0.eyJhY2Nlc3MiOltdfQ.c2ln\",\"refresh_token\":\"eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2lnbmF0dXJl\"}",
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1c\r\n{\"access_token\":\"abcdefgh\"}\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nDocker-Content-Digest: sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a\r\nContent-Length: 2\r\n\r\n{}",
    "HTTP/1.1 307 Temporary Redirect\r\nLocation: https://tokens.evil.test/x\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 59\r\n\r\n{\"errors\":[{\"code\":\"DENIED\",\"message\":\"client with IP '1.2'\"}]}",
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 99999999999999999999\r\nContent-Length: 0\r\n\r\n",
];

fn scenario(faults: &str, principal: &str) -> Scenario {
    let text = format!(
        r#"
title = "Any bytes"
[probe]
arguments = ["acrwizdev.azurecr.io/guestbook:v1", "--principal", {principal:?}, "--action", "pull", "--timeout", "1"]
kubelet_identity = "c7a9e4b2-6d1f-4e83-b5a0-2f9d8c7b6a51"
environment = {{ AZURE_TENANT_ID = "a4b1c2d3-0e5f-4a6b-8c7d-9e0f1a2b3c4d", AZURE_CLIENT_ID = "4b7d1f60-2c8e-4f35-a1d9-6e0c3b5a7f82", AZURE_CLIENT_SECRET = "Sim-Secret-bytes-canary-1" }}
[registry]
host = "acrwizdev.azurecr.io"
[registry.repositories.guestbook]
tags = {{ v1 = ["linux/amd64"] }}
[[identity]]
client_id = "c7a9e4b2-6d1f-4e83-b5a0-2f9d8c7b6a51"
object_id = "3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55"
[[application]]
client_id = "4b7d1f60-2c8e-4f35-a1d9-6e0c3b5a7f82"
object_id = "91c3e5a7-0b2d-4f68-8a1c-3e5d7f90b2a4"
secret = "Sim-Secret-bytes-canary-1"
[[role]]
object = "3f6d2c1e-5b7a-4c0d-9e21-7a1c0b9d4e55"
role = "AcrPull"
{faults}
"#
    );
    Scenario::parse("bytes", &text, None).expect("the scenario reads")
}

/// Walks the scenario; where a stream is given, that is what the registry's socket says instead of TLS.
async fn walk(scenario: &Scenario, before_tls: Option<&[u8]>) -> (u8, String) {
    let served = serve(scenario.clone(), Listen::default())
        .await
        .expect("it is served");
    let cli = Cli::try_parse_from(["acr-probe", "demo"]).expect("it parses");
    let Command::Demo(demo) = cli.command else {
        panic!("demo is demo")
    };
    let mut prepared = demo.prepare(scenario, &served).expect("it can be walked");
    if let Some(stream) = before_tls {
        let socket = speaker(stream.to_vec()).await;
        if let Names::Stated(names) = &mut prepared.settings.names {
            names.iter_mut().for_each(|name| name.socket = Some(socket));
        }
    }
    let live = Live::new(prepared.settings).expect("a transport");
    let recording = exchange::probe(
        &prepared.plan,
        live,
        &AtomicUsize::default(),
        std::future::pending(),
    )
    .await;
    let look = Look {
        width: 80,
        colour: false,
        ascii: false,
    };
    let table = report::render(&recording, Format::Table, &look);
    let json = report::render(&recording, Format::Json, &look);
    (Report::of(&recording).verdict.exit_code(), table + &json)
}

/// A socket that says this to everybody, and closes.
async fn speaker(stream: Vec<u8>) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut peer, _)) = listener.accept().await {
            // It may have heard enough already.
            let _ = peer.write_all(&stream).await;
        }
    });
    address
}

fn stream(chance: &mut Chance) -> Vec<u8> {
    let (seed, other) = (chance.below(SEEDS.len()), chance.below(SEEDS.len()));
    match chance.below(6) {
        0 => {
            let count = chance.below(600);
            chance.bytes(count)
        }
        1 => SEEDS[seed].as_bytes().to_vec(),
        _ => chance.mutated(SEEDS[seed].as_bytes(), SEEDS[other].as_bytes()),
    }
}

async fn check(step: &str, scenario: &Scenario, bytes: &[u8], before_tls: bool) {
    let began = Instant::now();
    let (code, text) = walk(scenario, before_tls.then_some(bytes)).await;
    let shown = String::from_utf8_lossy(bytes);
    assert!(
        [0, 1, 3].contains(&code),
        "{step}: exit code {code} after {shown}"
    );
    assert!(
        text.contains("\"matrix\"") && !text.contains("canary"),
        "{step}: {shown}"
    );
    assert!(
        began.elapsed() < LONGEST,
        "{step}: {:?} after {shown}",
        began.elapsed()
    );
}

#[tokio::test]
async fn any_bytes_within_tls_are_reported() {
    let mut chance = Chance::new(5);
    for (step, principal) in [
        ("challenge", "kubelet"),
        ("imds", "kubelet"),
        ("exchange", "kubelet"),
        ("token", "kubelet"),
        ("manifest", "kubelet"),
        ("blob", "kubelet"),
        ("storage", "kubelet"),
        ("entra", "service-principal"),
    ] {
        for _ in 0..STREAMS {
            let bytes = stream(&mut chance);
            let encoded = base64::engine::general_purpose::STANDARD.encode(&bytes);
            let fault =
                format!("[[fault]]\nat = {step:?}\nkind = \"bytes\"\nbytes = {encoded:?}\n");
            check(step, &scenario(&fault, principal), &bytes, false).await;
        }
    }
}

#[tokio::test]
async fn any_bytes_before_tls_are_reported() {
    let mut chance = Chance::new(6);
    for number in 0..STREAMS * 2 {
        let mut bytes = stream(&mut chance);
        // Every other one begins as a TLS record does: handshake, alert, data.
        if number % 2 == 0 {
            let kind = [0x16, 0x15, 0x17][chance.below(3)];
            let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes();
            bytes.splice(0..0, [kind, 3, 3, length[0], length[1]]);
        }
        check("tls", &scenario("", "kubelet"), &bytes, true).await;
    }
}

#[tokio::test]
async fn without_damage_the_same_world_is_granted() {
    let (code, _) = walk(&scenario("", "kubelet"), None).await;
    assert_eq!(code, 0);
}
