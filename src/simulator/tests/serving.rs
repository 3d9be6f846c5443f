//! Over real sockets: TLS, clear text, refused and silent addresses, the log.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::super::{Listen, Reach, Served, serve};
use super::*;

fn run(test: impl Future<Output = ()>) {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(test);
}

fn address(served: &Served, host: &str) -> SocketAddr {
    let mut names = served.names.iter();
    match names
        .find(|name| name.host == host)
        .expect("the name")
        .reach
    {
        Reach::At(address) => address,
        Reach::NoSuchName => panic!("{host} does not exist"),
    }
}

async fn tls(
    served: &Served,
    host: &str,
) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(served.authority_pem.as_bytes()).expect("pem");
    roots.add(authority).expect("a root");
    let config =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
    let stream = TcpStream::connect(address(served, host)).await?;
    let name = ServerName::try_from(host.to_owned()).expect("a name");
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

async fn ask(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), request: &str) -> String {
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    // A server may end TLS without a word after Connection: close.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn answers_over_tls_and_keeps_the_connection() {
    run(async {
        let served = serve(guestbook("").scenario, Listen::default())
            .await
            .expect("served");
        let mut stream = tls(&served, HOST).await.expect("tls");
        let one = format!("GET /v2/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
        let two = format!(
            "HEAD /v2/guestbook/manifests/x HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
        );
        let answers = ask(&mut stream, &(one + &two)).await;
        assert!(
            answers.starts_with("HTTP/1.1 401 Unauthorized\r\nServer: openresty\r\n"),
            "{answers}"
        );
        assert!(answers.contains("Content-Length: 149\r\nConnection: keep-alive\r\n"));
        assert!(answers.contains("\r\nConnection: close\r\n"));
        assert!(answers.ends_with("\r\n\r\n"), "HEAD has no body");
        let log = served.log.snapshot();
        assert_eq!(log.len(), 2);
        assert_eq!((log[1].status, log[1].connection), (401, 1));
    });
}

#[test]
fn secrets_are_masked_in_the_log() {
    run(async {
        let served = serve(guestbook("").scenario, Listen::default())
            .await
            .expect("served");
        let mut stream = tls(&served, HOST).await.expect("tls");
        let body = "grant_type=password&password=Sim-Password-guestbook-canary-9f3a";
        let length = body.len();
        let asked = format!(
            "POST /oauth2/token HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Basic U2ltLVBhc3N3b3Jk\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        ask(&mut stream, &asked).await;
        let log = served.log.snapshot();
        assert_eq!(log[0].body, "grant_type=password&password=text:34:35c6af74");
        assert!(
            log[0]
                .headers
                .iter()
                .any(|(_, value)| value.starts_with("Basic text:16:"))
        );
    });
}

#[test]
fn bad_certificates_are_refused_by_a_client() {
    run(async {
        let tls_of = |kind: &str| {
            world(&format!(
                "title = \"t\"\n[registry]\nhost = \"{HOST}\"\n[host.\"{HOST}\"]\ntls = \"{kind}\""
            ))
        };
        for kind in ["other-authority", "wrong-name", "expired", "not-yet-valid"] {
            let served = serve(tls_of(kind).scenario, Listen::default())
                .await
                .expect("served");
            assert!(tls(&served, HOST).await.is_err(), "{kind}");
        }
    });
}

#[test]
fn clear_text_is_answered_and_logged_as_such() {
    run(async {
        let served = serve(guestbook("").scenario, Listen::default())
            .await
            .expect("served");
        let mut stream = TcpStream::connect(address(&served, HOST))
            .await
            .expect("tcp");
        let asked =
            format!("GET /oauth2/token HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
        assert!(ask(&mut stream, &asked).await.starts_with("HTTP/1.1 401"));
        assert_eq!(served.log.snapshot()[0].scheme, "http");
    });
}

#[test]
fn addresses_refuse_or_stay_silent_as_stated() {
    run(async {
        let of = |connect: &str| {
            world(&format!(
                "title = \"t\"\n[imds]\nstate = \"{connect}\"\n[registry]\nhost = \"{HOST}\"\n[host.\"{HOST}\"]\nconnect = \"{connect}\""
            ))
        };
        let served = serve(of("refused").scenario, Listen::default())
            .await
            .expect("served");
        assert!(TcpStream::connect(address(&served, HOST)).await.is_err());
        let served = serve(of("timeout").scenario, Listen::default())
            .await
            .expect("served");
        let connect = TcpStream::connect(address(&served, HOST));
        assert!(
            tokio::time::timeout(Duration::from_millis(300), connect)
                .await
                .is_err()
        );
        let imds: SocketAddr = served
            .imds
            .trim_start_matches("http://")
            .parse()
            .expect("an address");
        let connect = TcpStream::connect(imds);
        assert!(
            tokio::time::timeout(Duration::from_millis(300), connect)
                .await
                .is_err()
        );
    });
}

#[test]
fn a_count_of_faults_is_used_up() {
    run(async {
        let more =
            "[[fault]]\nat = \"challenge\"\nkind = \"throttle\"\nretry_after = \"7\"\ncount = 1";
        let served = serve(guestbook(more).scenario, Listen::default())
            .await
            .expect("served");
        let mut stream = tls(&served, HOST).await.expect("tls");
        let one = format!("GET /v2/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
        let answers = ask(
            &mut stream,
            &format!(
                "{one}{}",
                one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
            ),
        )
        .await;
        assert!(
            answers.starts_with("HTTP/1.1 429 Too Many Requests\r\n"),
            "{answers}"
        );
        assert!(answers.contains("\r\nRetry-After: 7\r\n"));
        assert!(answers.contains("HTTP/1.1 401 Unauthorized\r\n"));
    });
}

#[test]
fn hostile_answers_are_delivered() {
    run(async {
        let first_bytes = async |kind: &str, wanted: usize| {
            let more = format!("[[fault]]\nat = \"every\"\nkind = \"{kind}\"");
            let scenario = guestbook(&more).scenario;
            let served = serve(scenario, Listen::default()).await.expect("served");
            let mut stream = tls(&served, HOST).await.expect("tls");
            let asked = format!("GET /v2/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
            stream.write_all(asked.as_bytes()).await.expect("sent");
            let mut bytes = vec![0; wanted];
            let read =
                tokio::time::timeout(Duration::from_millis(400), stream.read_exact(&mut bytes));
            match read.await {
                Err(_) => "nothing".to_owned(),
                Ok(Err(_)) => "closed".to_owned(),
                Ok(Ok(_)) => String::from_utf8_lossy(&bytes).into_owned(),
            }
        };
        assert_eq!(first_bytes("hang", 1).await, "nothing");
        assert_eq!(first_bytes("close", 1).await, "closed");
        assert_eq!(first_bytes("drip", 1).await, "H");
        assert_eq!(first_bytes("drip", 2).await, "nothing");
        let endless = first_bytes("endless-headers", 300_000).await;
        assert!(endless.starts_with("HTTP/1.1 401") && !endless.contains("\r\n\r\n"));
        let huge = first_bytes("huge-challenge", 1_000_000).await;
        assert!(huge.ends_with("aaaa"));
        assert!(
            first_bytes("gzip", 900)
                .await
                .contains("Content-Encoding: gzip")
        );
        assert!(
            first_bytes("proxy-page", 300)
                .await
                .contains("Via: 1.1 proxy")
        );
    });
}
