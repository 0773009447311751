//! The body of a response: one piece, a stream, or another server's answer passed on.

#[cfg(test)]
mod tests;

use std::any::Any;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use http_body::{Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Incoming;
use tokio::sync::mpsc;

/// Any error that can end a body early.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A response body. An error in it closes the connection, so that the client sees that the answer is incomplete.
#[derive(Debug)]
pub struct Body {
    kind: Kind,
    held: Option<Box<dyn Any + Send>>,
}

#[derive(Debug)]
enum Kind {
    Full(Bytes),
    Incoming(Incoming),
    Channel(mpsc::Receiver<Result<Bytes, BoxError>>),
    Boxed(UnsyncBoxBody<Bytes, BoxError>),
}

impl Body {
    /// A body without bytes.
    pub fn empty() -> Body {
        Body::from(Bytes::new())
    }

    /// Another server's answer, passed on as it comes.
    pub fn incoming(body: Incoming) -> Body {
        Kind::Incoming(body).into()
    }

    /// The pieces of a stream.
    pub fn stream<E: Into<BoxError> + 'static>(
        pieces: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
    ) -> Body {
        Body::wrap(StreamBody::new(pieces.map_ok(Frame::data).map_err(Into::into)))
    }

    /// Any other body.
    pub fn wrap<B>(body: B) -> Body
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Kind::Boxed(body.map_err(Into::into).boxed_unsync()).into()
    }

    /// A body that is fed from elsewhere. At most `pieces` wait in between.
    pub fn channel(pieces: usize) -> (BodySender, Body) {
        let (sender, receiver) = mpsc::channel(pieces.max(1));
        (BodySender { sender }, Kind::Channel(receiver).into())
    }

    /// The bytes, if they are all there.
    pub fn whole(&self) -> Option<&Bytes> {
        match &self.kind {
            Kind::Full(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Keeps `state` until the body has been sent or the client is gone, then drops it: so a guard in it lives as
    /// long as the answer does.
    #[must_use]
    pub fn holding(mut self, state: impl Send + 'static) -> Body {
        self.held = Some(match self.held {
            None => Box::new(state),
            Some(other) => Box::new((other, state)),
        });
        self
    }
}

impl From<Kind> for Body {
    fn from(kind: Kind) -> Body {
        Body { kind, held: None }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Body {
        Kind::Full(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Body {
        Bytes::from(text).into()
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Body {
        Bytes::from(bytes).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Body {
        Bytes::from_static(text.as_bytes()).into()
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = match &mut self.kind {
            Kind::Full(bytes) if bytes.is_empty() => None,
            Kind::Full(bytes) => Some(Ok(Frame::data(std::mem::take(bytes)))),
            Kind::Incoming(body) => {
                ready!(Pin::new(body).poll_frame(context)).map(|frame| frame.map_err(Into::into))
            }
            Kind::Channel(pieces) => ready!(pieces.poll_recv(context)).map(|piece| piece.map(Frame::data)),
            Kind::Boxed(body) => ready!(Pin::new(body).poll_frame(context)),
        };
        if frame.is_none() {
            self.held = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Full(bytes) => bytes.is_empty(),
            Kind::Incoming(body) => body.is_end_stream(),
            Kind::Channel(_) => false,
            Kind::Boxed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Incoming(body) => body.size_hint(),
            Kind::Channel(_) => SizeHint::default(),
            Kind::Boxed(body) => body.size_hint(),
        }
    }
}

/// Feeds a body made by [`Body::channel`]. Dropping it ends the body as complete.
#[derive(Debug)]
pub struct BodySender {
    sender: mpsc::Sender<Result<Bytes, BoxError>>,
}

/// Nobody reads the body any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the client is gone")]
pub struct ClientGone;

impl BodySender {
    /// Sends a piece; waits while too many are under way.
    ///
    /// # Errors
    /// The client is gone.
    pub async fn send(&self, piece: Bytes) -> Result<(), ClientGone> {
        self.sender.send(Ok(piece)).await.map_err(|_| ClientGone)
    }

    /// Sends a piece from a thread that may block.
    ///
    /// # Errors
    /// The client is gone.
    pub fn send_blocking(&self, piece: Bytes) -> Result<(), ClientGone> {
        self.sender.blocking_send(Ok(piece)).map_err(|_| ClientGone)
    }

    /// Ends the body as incomplete.
    pub async fn fail(self, error: impl Into<BoxError>) {
        // A client that is gone needs no word of it.
        drop(self.sender.send(Err(error.into())).await);
    }

    /// Waits until the client is gone.
    pub async fn closed(&self) {
        self.sender.closed().await;
    }

    /// Whether the client is gone.
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }
}
