//! `/v2/*` passed on to a real registry over plain http, and its answer passed back
//! as it is. *Not* a general proxy: one request to a connection.

use std::io::{Error, ErrorKind, Result};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::http::Request;
use super::wire::{Next, Wire};

/// Passes one request on and its answer back; the connection ends after it.
pub async fn relay<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut Wire<S>,
    request: &Request,
    upstream: &str,
    log: impl Fn(u16),
) -> Result<Next> {
    let answer = match forward(request, upstream).await {
        Ok(stream) => stream,
        Err(error) => {
            log(502);
            wire.write_raw(
                b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            )
            .await?;
            return Err(error);
        }
    };
    pass_back(wire, answer, log).await?;
    Ok(Next::Close)
}

async fn forward(request: &Request, upstream: &str) -> Result<TcpStream> {
    let address = upstream.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(address).await?;
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
    let mut accepts = Vec::new();
    for (name, value) in &request.headers {
        match name.to_ascii_lowercase().as_str() {
            "connection" | "transfer-encoding" | "content-length" | "expect" => {}
            "accept" => accepts.push(value.as_str()),
            _ => head.push_str(&format!("{name}: {value}\r\n")),
        }
    }
    if !accepts.is_empty() {
        head.push_str(&format!("Accept: {}\r\n", accepts.join(", ")));
    }
    if !request.body.is_empty() || matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") {
        head.push_str(&format!("Content-Length: {}\r\n", request.body.len()));
    }
    head.push_str("X-Forwarded-Proto: https\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&request.body).await?;
    Ok(stream)
}

async fn pass_back<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut Wire<S>,
    mut answer: TcpStream,
    log: impl Fn(u16),
) -> Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    let mut first = true;
    loop {
        let read = answer.read(&mut bytes).await?;
        if read == 0 {
            return if first {
                Err(Error::from(ErrorKind::UnexpectedEof))
            } else {
                Ok(())
            };
        }
        if first {
            log(status(&bytes[..read]));
            first = false;
        }
        wire.write_raw(&bytes[..read]).await?;
    }
}

fn status(head: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(head.get(..16).unwrap_or(head)).into_owned();
    text.split(' ')
        .nth(1)
        .and_then(|word| word.parse().ok())
        .unwrap_or(0)
}
