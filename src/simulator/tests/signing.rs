//! Tokens signed for a real registry, and requests passed on to one.

use std::process::Command;

use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::super::sign::Signer;
use super::super::{Listen, Reach, serve};
use super::*;

/// A key of this run; `None` where there is no openssl.
fn key_pair() -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().ok()?;
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=simulated",
        ])
        .args(["-keyout", "key.pem", "-out", "certificate.pem"])
        .current_dir(folder.path())
        .output();
    made.ok()
        .filter(|output| output.status.success())
        .map(|_| folder)
}

#[test]
fn a_stated_key_signs_and_is_shown() {
    let Some(folder) = key_pair() else { return };
    let text = include_str!("../../../testdata/scenarios/guestbook.toml");
    let text = format!(
        "{text}\n{PULL_ROLE}\n[signing]\nkey = \"key.pem\"\ncertificate = \"certificate.pem\""
    );
    let scenario = Scenario::parse("signed", &text, Some(folder.path())).expect("a scenario");
    let world = World { scenario };
    let answer = exchange(&world, ACR);
    let token = member(&answer, "refresh_token");
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let url_safe = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let signature = url_safe.decode(signature).expect("base64");
    let Signer::Rsa { key, .. } = world.scenario.signer() else {
        panic!("not signed")
    };
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public().as_ref());
    public
        .verify(signed.as_bytes(), &signature)
        .expect("a good signature");
    let header = url_safe
        .decode(token.split('.').next().unwrap_or_default())
        .expect("base64");
    let header: Value = serde_json::from_slice(&header).expect("json");
    let leaf = header["x5c"][0].as_str().expect("a certificate");
    assert!(
        STANDARD
            .decode(leaf)
            .expect("standard base64")
            .starts_with(&[0x30, 0x82])
    );
    let form = format!(
        "grant_type=refresh_token&service={HOST}&scope=repository:guestbook:pull&refresh_token={token}"
    );
    assert_eq!(post(&world, "/oauth2/token", &form).status, 200);
}

#[test]
fn odd_tokens_are_minted_where_stated() {
    let basic = basic("acrwizdev", "Sim-Password-guestbook-canary-9f3a");
    let access = |odd: &str| {
        let world = guestbook(&format!("[[odd_token]]\nprincipal = \"admin\"\n{odd}"));
        let target = format!("/oauth2/token?scope=repository:guestbook:pull&service={HOST}");
        claims(
            &get(&world, &target, &[("Authorization", &basic)]),
            "access_token",
        )
    };
    assert_eq!(access("empty_access = true")["access"].to_string(), "[]");
    let expired = access("token_expired = true")["exp"].as_i64();
    assert_eq!(expired, Some(moment().real.unix_timestamp() - 600));
}

#[test]
fn the_data_plane_can_be_a_real_registry() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime").block_on(async {
        let upstream = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let line = format!("upstream = \"http://{}\"\n", upstream.local_addr().expect("an address"));
        let text = include_str!("../../../testdata/scenarios/guestbook.toml");
        let served = serve(world(&format!("{line}{text}")).scenario, Listen::default()).await.expect("served");
        let registry = tokio::spawn(async move {
            let (mut stream, _) = upstream.accept().await.expect("a request");
            let mut bytes = [0; 4096];
            let read = stream.read(&mut bytes).await.expect("read");
            stream.write_all(b"HTTP/1.1 200 OK\r\nX-Real: yes\r\nContent-Length: 2\r\n\r\n{}").await.expect("sent");
            String::from_utf8_lossy(&bytes[..read]).into_owned()
        });
        let known = served.names.iter().find(|name| name.host == HOST).expect("the name");
        let Reach::At(address) = known.reach else { panic!("no address") };
        let mut stream = TcpStream::connect(address).await.expect("tcp");
        let asked = format!("GET /v2/ HTTP/1.1\r\nHost: {HOST}\r\nAccept: a\r\nAccept: b\r\nAuthorization: Bearer t\r\n\r\n");
        stream.write_all(asked.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        assert_eq!(answer, "HTTP/1.1 200 OK\r\nX-Real: yes\r\nContent-Length: 2\r\n\r\n{}");
        let seen = registry.await.expect("the registry");
        assert!(seen.starts_with("GET /v2/ HTTP/1.1\r\n"), "{seen}");
        assert!(seen.contains("Accept: a, b\r\n") && seen.contains("Authorization: Bearer t\r\n"));
        assert_eq!(served.log.snapshot()[0].status, 200);
    });
}
