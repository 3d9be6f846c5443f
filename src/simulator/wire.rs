//! HTTP/1.1 on a socket: reads requests with every size capped, writes answers
//! with their headers as given. *Not* what they mean.

use std::io::{Error, ErrorKind};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::http::{Answer, Manner, Request, reason};

const LONGEST_HEAD: usize = 256 * 1024;
const LONGEST_BODY: usize = 256 * 1024 * 1024;

/// A connection and what was read from it but not yet used.
pub struct Wire<S> {
    stream: S,
    buffer: Vec<u8>,
}

/// Whether the connection goes on after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Keep,
    Close,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// A fresh connection; `buffer` was read already.
    pub fn new(stream: S, buffer: Vec<u8>) -> Wire<S> {
        Wire { stream, buffer }
    }

    /// The next request, or `None` where the other side is done.
    pub async fn read(&mut self) -> std::io::Result<Option<Request>> {
        let Some(end) = self.head().await? else {
            return Ok(None);
        };
        let head: Vec<u8> = self.buffer.drain(..end).collect();
        let mut request = parse(&head).ok_or_else(|| invalid("no HTTP/1.1 request"))?;
        if request
            .header("expect")
            .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
        {
            self.stream
                .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
                .await?;
        }
        request.body = self.body(&request).await?;
        Ok(Some(request))
    }

    /// Sends an answer; says whether the connection may be used again.
    pub async fn write(&mut self, request: &Request, answer: &Answer) -> std::io::Result<Next> {
        let asked_to_close = request
            .header("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let closing = answer
            .headers
            .iter()
            .any(|(name, value)| name == "Connection" && value == "close");
        let next = if asked_to_close || closing {
            Next::Close
        } else {
            Next::Keep
        };
        let bytes = render(request, answer, next);
        match answer.manner {
            Manner::Whole => self.stream.write_all(&bytes).await?,
            Manner::Close => return Ok(Next::Close),
            Manner::Hang => {
                // Until the other side gives up.
                while self.more().await? {
                    self.buffer.clear();
                }
                return Ok(Next::Close);
            }
            Manner::Drip => self.drip(&bytes).await?,
            Manner::EndlessHeaders => self.endless(answer).await?,
            Manner::Bytes => {
                self.stream.write_all(&answer.body).await?;
                self.stream.flush().await?;
                return Ok(Next::Close);
            }
        }
        self.stream.flush().await?;
        Ok(next)
    }

    /// Bytes that are passed on as they are.
    pub async fn write_raw(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Ends the connection in good order.
    pub async fn close(mut self) {
        // The other side may be gone already; then there is nothing to end.
        let _ = self.stream.shutdown().await;
    }

    async fn head(&mut self) -> std::io::Result<Option<usize>> {
        loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                return Ok(Some(at + 4));
            }
            if self.buffer.len() > LONGEST_HEAD {
                return Err(invalid("a request head without an end"));
            }
            if !self.more().await? {
                return Ok(None);
            }
        }
    }

    async fn body(&mut self, request: &Request) -> std::io::Result<Vec<u8>> {
        if request
            .header("transfer-encoding")
            .is_some_and(|value| value.eq_ignore_ascii_case("chunked"))
        {
            return self.chunks().await;
        }
        let length = request
            .header("content-length")
            .map_or(Ok(0), str::parse::<usize>);
        let length = length.map_err(|_| invalid("Content-Length is no number"))?;
        self.take(length).await
    }

    async fn chunks(&mut self) -> std::io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line().await?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size =
                usize::from_str_radix(size, 16).map_err(|_| invalid("a chunk without a size"))?;
            if size == 0 {
                while !self.line().await?.is_empty() {}
                return Ok(body);
            }
            body.extend(self.take(size).await?);
            self.line().await?;
            if body.len() > LONGEST_BODY {
                return Err(invalid("a body without an end"));
            }
        }
    }

    async fn line(&mut self) -> std::io::Result<String> {
        loop {
            if let Some(at) = self.buffer.windows(2).position(|two| two == b"\r\n") {
                let line: Vec<u8> = self.buffer.drain(..at + 2).collect();
                return Ok(String::from_utf8_lossy(&line[..at]).into_owned());
            }
            if self.buffer.len() > LONGEST_HEAD || !self.more().await? {
                return Err(invalid("a broken chunk"));
            }
        }
    }

    async fn take(&mut self, length: usize) -> std::io::Result<Vec<u8>> {
        if length > LONGEST_BODY {
            return Err(invalid("a body that is too long"));
        }
        while self.buffer.len() < length {
            if !self.more().await? {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn more(&mut self) -> std::io::Result<bool> {
        let mut bytes = [0; 16 * 1024];
        let read = self.stream.read(&mut bytes).await?;
        self.buffer.extend_from_slice(&bytes[..read]);
        Ok(read > 0)
    }

    async fn drip(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        for byte in bytes {
            self.stream.write_all(&[*byte]).await?;
            self.stream.flush().await?;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Ok(())
    }

    async fn endless(&mut self, answer: &Answer) -> std::io::Result<()> {
        let opening = format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
        self.stream.write_all(opening.as_bytes()).await?;
        loop {
            let line = format!("X-Simulated: {}\r\n", "endless ".repeat(100));
            self.stream.write_all(line.as_bytes()).await?;
            tokio::task::yield_now().await;
        }
    }
}

/// Any bytes that stand for an answer, headers in their order.
fn render(request: &Request, answer: &Answer, next: Next) -> Vec<u8> {
    let mut bytes =
        format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status)).into_bytes();
    let mut said_close = false;
    for (name, value) in &answer.headers {
        let closes = name == "Connection" && next == Next::Close;
        said_close |= closes;
        let value = if closes { "close" } else { value };
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    if next == Next::Close && !said_close {
        bytes.extend_from_slice(b"Connection: close\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    if request.is_head() {
        return bytes;
    }
    if !answer.is_chunked() {
        bytes.extend_from_slice(&answer.body);
        return bytes;
    }
    if !answer.body.is_empty() {
        bytes.extend_from_slice(format!("{:x}\r\n", answer.body.len()).as_bytes());
        bytes.extend_from_slice(&answer.body);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}

fn parse(head: &[u8]) -> Option<Request> {
    let text = String::from_utf8_lossy(head);
    let mut lines = text.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target, version) = (first.next()?, first.next()?, first.next()?);
    if !version.starts_with("HTTP/1.") {
        return None;
    }
    let headers = lines.filter(|line| !line.is_empty()).map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_owned(), value.trim().to_owned()))
    });
    let mut request = Request {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: headers.collect::<Option<_>>()?,
        ..Request::default()
    };
    let host = request.header("host").unwrap_or_default();
    request.host = host
        .split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    Some(request)
}

fn invalid(why: &str) -> Error {
    Error::new(ErrorKind::InvalidData, why.to_owned())
}
