//! How an answer is sent: at once, step by step, or not to its end.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use tokio::sync::Semaphore;

use crate::host::{Reply, ReplyError};
use crate::upstream::Mode;

pub(super) const JSON: &str = "application/json";
pub(super) const EVENTS: &str = "text/event-stream";

/// An answer in the vendor's bytes, before anything goes wrong with it.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) content_type: &'static str,
    /// The events of a stream, or the one body of an answer that is none.
    pub(super) parts: Vec<Bytes>,
    pub(super) streamed: bool,
    /// What the vendor sends when it fails in the middle of a stream.
    pub(super) failure: Bytes,
}

impl Scene {
    pub(super) fn whole(body: impl Into<Bytes>) -> Scene {
        Scene { content_type: JSON, parts: vec![body.into()], streamed: false, failure: Bytes::new() }
    }

    pub(super) fn stream(content_type: &'static str, parts: Vec<Bytes>, failure: impl Into<Bytes>) -> Scene {
        Scene { content_type, parts, streamed: true, failure: failure.into() }
    }

    /// The same bytes, cut elsewhere.
    pub(super) fn in_packets(mut self, size: Option<usize>) -> Scene {
        if let Some(size) = size.filter(|_| self.streamed) {
            let all = Bytes::from(self.parts.concat());
            self.parts =
                (0..all.len()).step_by(size).map(|at| all.slice(at..all.len().min(at + size))).collect();
        }
        self
    }

    /// Sends it as the mode says. Modes that answer something else are the caller's.
    pub(super) fn play(self, mode: &Mode, gate: &Arc<Semaphore>) -> Reply {
        match mode {
            Mode::HangUp => hang_up(),
            Mode::Garbage if self.streamed => {
                whole(self.content_type, Bytes::from_static(b"\x00\xff{{{ nothing of sense\n\n"))
            }
            Mode::Garbage => whole(JSON, Bytes::from_static(b"\x00\xff{{{ nothing of sense")),
            Mode::WrongType => whole("text/html", Bytes::from_static(b"<html><body>Sign in</body></html>")),
            Mode::Gated => self.paced(Pace::Gate(Arc::clone(gate))),
            Mode::Paced => self.paced(Pace::Yield),
            Mode::Cut { after } => self.broken(*after, Some(Err("cut".into()))),
            Mode::Short { after } => self.broken(*after, None),
            Mode::Stall { after } => self.stalled(*after),
            Mode::ErrorEvent { after } => {
                let failure = self.streamed.then(|| Ok(self.failure.clone()));
                self.broken(*after, failure)
            }
            Mode::Instant | Mode::Busy { .. } | Mode::Status(_) | Mode::Fault(_) | Mode::Refusal => {
                self.paced(Pace::None)
            }
        }
    }

    fn paced(self, pace: Pace) -> Reply {
        match <[Bytes; 1]>::try_from(self.parts) {
            Ok([body]) if !self.streamed && !matches!(pace, Pace::Gate(_)) => whole(self.content_type, body),
            Ok([body]) => pieces(self.content_type, vec![Ok(body)], pace),
            Err(parts) => pieces(self.content_type, parts.into_iter().map(Ok).collect(), pace),
        }
    }

    fn broken(self, after: usize, last: Option<Piece>) -> Reply {
        let content_type = self.content_type;
        pieces(content_type, self.beginning(after).into_iter().map(Ok).chain(last).collect(), Pace::Yield)
    }

    fn stalled(self, after: usize) -> Reply {
        let content_type = self.content_type;
        let sent = stream::iter(self.beginning(after)).map(|piece| Ok::<_, ReplyError>(Frame::data(piece)));
        respond(200, content_type, StreamBody::new(sent.chain(stream::pending())).boxed_unsync())
    }

    /// So many events of a stream, or half of a body.
    fn beginning(self, after: usize) -> Vec<Bytes> {
        if self.streamed {
            return self.parts.into_iter().take(after).collect();
        }
        self.parts.into_iter().map(|body| body.slice(..body.len() / 2)).collect()
    }
}

type Piece = Result<Bytes, ReplyError>;

/// What comes before each piece.
enum Pace {
    None,
    /// The server is given a chance to send what it has.
    Yield,
    Gate(Arc<Semaphore>),
}

impl Pace {
    async fn wait(&self) -> bool {
        match self {
            Pace::None => true,
            Pace::Yield => {
                tokio::task::yield_now().await;
                true
            }
            Pace::Gate(gate) => step(gate).await,
        }
    }
}

/// Takes one step through the gate.
pub(super) async fn step(gate: &Semaphore) -> bool {
    gate.acquire().await.map(tokio::sync::SemaphorePermit::forget).is_ok()
}

fn pieces(content_type: &'static str, pieces: Vec<Piece>, pace: Pace) -> Reply {
    let pace = Arc::new(pace);
    let frames = stream::iter(pieces).then(move |piece| {
        let pace = Arc::clone(&pace);
        async move {
            pace.wait().await;
            piece.map(Frame::data)
        }
    });
    respond(200, content_type, StreamBody::new(frames).boxed_unsync())
}

/// A reply of one body.
pub(super) fn whole(content_type: &'static str, body: Bytes) -> Reply {
    respond(200, content_type, Full::new(body).map_err(|never| match never {}).boxed_unsync())
}

/// A reply whose body breaks before its first byte.
pub(super) fn hang_up() -> Reply {
    let broken = stream::iter([Err::<Frame<Bytes>, ReplyError>("hung up".into())]);
    respond(200, JSON, StreamBody::new(broken).boxed_unsync())
}

fn respond(status: u16, content_type: &'static str, body: UnsyncBoxBody<Bytes, ReplyError>) -> Reply {
    let mut reply = Response::new(body);
    set_status(&mut reply, status);
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

/// Gives a reply this status, or 500 if there is no such.
pub(super) fn set_status(reply: &mut Reply, status: u16) {
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
}
