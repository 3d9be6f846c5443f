//! What a lane's hooks saw while a connection was opened: when TCP began and ended, when TLS began,
//! which certificates were shown and why they were refused.
//!
//! A lane sends one request at a time, so the marks of a request are unambiguous and no task-local
//! state is needed.

use crate::evidence::redact::lock;
use std::any::Any;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Instant;

/// The marks of the connection that the current request opened, if it opened one.
#[derive(Debug, Default, Clone)]
pub(super) struct Marks {
    /// The connector was called.
    pub connect_began: Option<Instant>,
    /// The connector answered, well or badly.
    pub connect_ended: Option<Instant>,
    /// The TLS stack built its first message: TCP stood.
    pub tls_began: Option<Instant>,
    /// The certificates shown, leaf first.
    pub chain: Vec<Vec<u8>>,
    /// Why they were refused.
    pub refused: Option<rustls::Error>,
}

/// Marks shared between a lane and its hooks.
#[derive(Debug, Default, Clone)]
pub(super) struct SharedMarks(Arc<Mutex<Marks>>, Arc<Mutex<Ahead>>);

/// A connection that is opened before there is a request for it.
#[derive(Debug, Default)]
enum Ahead {
    /// Connections are for the request that asks.
    #[default]
    Off,
    /// The next one is kept.
    Wanted,
    /// Here it is; only the connector knows its type.
    Kept(Box<dyn Any + Send>),
}

/// What a request is told whose connection was kept for the next one.
#[derive(Debug, thiserror::Error)]
#[error("the connection is kept for the next request")]
pub(super) struct Kept;

impl SharedMarks {
    /// Forgets the last request.
    pub fn clear(&self) {
        *lock(&self.0) = Marks::default();
    }

    /// What was seen since.
    pub fn read(&self) -> Marks {
        lock(&self.0).clone()
    }

    /// The next connection is kept, and whoever asked for it is told so.
    pub fn want_ahead(&self) {
        *lock(&self.1) = Ahead::Wanted;
    }

    /// Whether a connection is kept. What was only wanted is wanted no more.
    pub fn is_kept(&self) -> bool {
        let mut ahead = lock(&self.1);
        if matches!(*ahead, Ahead::Wanted) {
            *ahead = Ahead::Off;
        }
        matches!(*ahead, Ahead::Kept(_))
    }

    /// Closes what is kept.
    pub fn drop_kept(&self) {
        *lock(&self.1) = Ahead::Off;
    }

    fn take_kept<C: 'static>(&self) -> Option<C> {
        let mut ahead = lock(&self.1);
        if !matches!(*ahead, Ahead::Kept(_)) {
            return None;
        }
        let Ahead::Kept(kept) = std::mem::take(&mut *ahead) else {
            return None;
        };
        kept.downcast().ok().map(|kept| *kept)
    }

    /// The connection goes on to whoever asked, unless it is to be kept.
    fn pass<C: Send + 'static>(&self, connection: C) -> Result<C, Kept> {
        let mut ahead = lock(&self.1);
        if !matches!(*ahead, Ahead::Wanted) {
            return Ok(connection);
        }
        *ahead = Ahead::Kept(Box::new(connection));
        Err(Kept)
    }

    /// Writes a mark.
    pub fn mark(&self, write: impl FnOnce(&mut Marks)) {
        write(&mut lock(&self.0));
    }
}

/// The layer around reqwest's connector.
#[derive(Debug, Clone)]
pub(super) struct ConnectTimer(pub SharedMarks);

impl<S> tower::Layer<S> for ConnectTimer {
    type Service = Timed<S>;

    fn layer(&self, inner: S) -> Timed<S> {
        Timed {
            inner,
            marks: self.0.clone(),
        }
    }
}

/// A connector that marks when it was called and when it answered, and hands over a connection that was
/// opened ahead.
#[derive(Debug, Clone)]
pub(super) struct Timed<S> {
    inner: S,
    marks: SharedMarks,
}

impl<S, R> tower::Service<R> for Timed<S>
where
    S: tower::Service<R>,
    S::Future: Send + 'static,
    S::Response: Send + 'static,
    S::Error: From<Kept> + Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        if let Some(kept) = self.marks.take_kept() {
            return Box::pin(std::future::ready(Ok(kept)));
        }
        let marks = self.marks.clone();
        marks.mark(|marks| {
            *marks = Marks {
                connect_began: Some(Instant::now()),
                ..Marks::default()
            };
        });
        let connecting = self.inner.call(request);
        Box::pin(async move {
            let answer = connecting.await;
            marks.mark(|marks| marks.connect_ended = Some(Instant::now()));
            Ok(marks.pass(answer?)?)
        })
    }
}
