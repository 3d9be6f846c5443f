//! DNS answers that change between the check and the use: what was checked is what is connected to.

use super::{Asker, Live, Method, Recorder, Request, Settings, Stopped, Tempo};
use crate::evidence::redact::lock;
use crate::evidence::{Place, Step};
use crate::network::{Names, Proxies, Resolved};
use crate::trust::Trust;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

/// A server that answers once per connection and counts them.
async fn server() -> (SocketAddr, Arc<Mutex<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(Mutex::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            *lock(&counted) += 1;
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).await;
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            let _ = stream.write_all(answer).await;
        }
    });
    (address, count)
}

fn answer(socket: SocketAddr, vouched: bool) -> Resolved {
    Resolved {
        sockets: vec![socket],
        judged: vec![socket.ip()],
        vouched,
    }
}

fn recorder(answers: &Arc<Mutex<Vec<Resolved>>>) -> Recorder {
    let settings = Settings {
        names: Names::Changing(answers.clone()),
        proxies: Proxies::none(),
        authorities: vec![],
        host_store: false,
        timeout: Duration::from_secs(5),
        imds: Url::parse("http://169.254.169.254").unwrap(),
        tempo: Tempo {
            parallel: 7,
            max_rps: None,
            patient: false,
        },
    };
    Recorder::new(Live::new(settings).unwrap(), Trust::default(), false)
}

/// One request for a name that no resolver of this machine knows.
async fn send(recorder: &Recorder, lane: usize) -> Result<u16, Stopped> {
    let asker = Asker {
        place: Place {
            registry: Some("reg.azurecr.io".into()),
            ..Place::default()
        },
        step: Step::AccessToken,
        client: "test",
        experiment: None,
        lane,
        direct: false,
    };
    let url = Url::parse("http://reg.azurecr.io/oauth2/token").unwrap();
    let answer = recorder
        .send(&asker, Request::new(Method::Get, url))
        .await?;
    Ok(answer.status)
}

#[tokio::test]
async fn every_connection_goes_to_the_address_that_was_checked() {
    let ((checked, seen), (other, lured)) = (server().await, server().await);
    let answers = Arc::new(Mutex::new(vec![answer(checked, true), answer(other, true)]));
    let recorder = recorder(&answers);
    // The same connection again after it was closed, and a second one.
    for lane in [0, 0, 1] {
        assert_eq!(send(&recorder, lane).await, Ok(200));
    }
    assert_eq!((*lock(&seen), *lock(&lured)), (3, 0));
    assert_eq!(lock(&answers).len(), 1, "the name was asked for again");
}

#[tokio::test]
async fn an_address_that_is_refused_is_not_connected_to() {
    let ((inside, seen), (outside, later)) = (server().await, server().await);
    let answers = Arc::new(Mutex::new(vec![
        answer(inside, false),
        answer(outside, true),
    ]));
    let recorder = recorder(&answers);
    for lane in [0, 1] {
        assert_eq!(send(&recorder, lane).await, Err(Stopped));
    }
    assert_eq!((*lock(&seen), *lock(&later)), (0, 0));
}
