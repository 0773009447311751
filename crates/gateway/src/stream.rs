//! A stream on its way from an endpoint to a caller: watched, bounded in time, its end put on record.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Frame;
use hyper::body::Incoming;
use ledger::OutcomeCode;
use serve::BoxError;
use tokio::time::{Instant, Sleep};
use wire::ErrorBody;

use crate::closing::Closing;
use crate::door::Patience;
use crate::events::{End, Events};

/// The body of a streamed answer.
pub(crate) struct Watched {
    body: Incoming,
    events: Events,
    closing: Closing,
    silence: Pin<Box<Sleep>>,
    patience: Patience,
    ended: bool,
}

impl Watched {
    pub(crate) fn new(body: Incoming, events: Events, closing: Closing, patience: Patience) -> Watched {
        Watched {
            body,
            events,
            closing,
            silence: Box::pin(tokio::time::sleep_until(patience.silence(Instant::now()))),
            patience,
            ended: false,
        }
    }

    fn piece(&mut self, bytes: Bytes) -> Option<Frame<Bytes>> {
        self.closing.wrote(bytes.len());
        (!bytes.is_empty()).then(|| Frame::data(bytes))
    }

    /// Ends the stream; what is not complete gets an error event, since clients take a stream that just ends for complete.
    fn cut(&mut self, code: OutcomeCode, why: &str) -> Option<Frame<Bytes>> {
        self.ended = true;
        let error = ErrorBody::new(502, "upstream_cut", why).with_retry(false);
        let last = self.events.fault(&error);
        let frame = self.piece(last);
        self.close(code);
        frame
    }

    fn upstream_closed(&mut self, why: &str) -> Option<Frame<Bytes>> {
        let (last, end) = self.events.end();
        let code = match end {
            End::Complete => OutcomeCode::Served,
            End::Failed => OutcomeCode::UpstreamError,
            End::Cut => {
                let before = self.piece(last);
                let error = self.cut(OutcomeCode::Truncated, why);
                return joined(before, error);
            }
        };
        self.ended = true;
        let frame = self.piece(last);
        self.close(code);
        frame
    }

    fn close(&mut self, code: OutcomeCode) {
        self.closing.told(self.events.told());
        self.closing.end(code);
    }

    fn arrived(&mut self, bytes: Bytes) -> Option<Frame<Bytes>> {
        let now = Instant::now();
        if now >= self.patience.until {
            // An endpoint that never pauses would never let the timer speak.
            return self.cut(OutcomeCode::Timeout, "the answer takes too long");
        }
        self.silence.as_mut().reset(self.patience.silence(now));
        match self.events.pass(bytes) {
            Ok(bytes) => self.piece(bytes),
            Err(unreadable) => {
                let why = format!("the endpoint sent what cannot be read: {}", unreadable.0);
                self.cut(OutcomeCode::UpstreamError, &why)
            }
        }
    }
}

fn joined(first: Option<Frame<Bytes>>, second: Option<Frame<Bytes>>) -> Option<Frame<Bytes>> {
    let bytes = |frame: Option<Frame<Bytes>>| frame.and_then(|f| f.into_data().ok()).unwrap_or_default();
    let all = [bytes(first), bytes(second)].concat();
    (!all.is_empty()).then(|| Frame::data(all.into()))
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        while !this.ended {
            let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) else {
                ready!(this.silence.as_mut().poll(context));
                let frame = this.cut(OutcomeCode::Timeout, "the endpoint fell silent");
                return Poll::Ready(frame.map(Ok));
            };
            let out = match frame {
                None => this.upstream_closed("the endpoint ended the stream in the middle"),
                Some(Err(_)) => this.upstream_closed("the endpoint broke off the stream"),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => this.arrived(bytes),
                    Err(_) => None,
                },
            };
            if let Some(frame) = out {
                return Poll::Ready(Some(Ok(frame)));
            }
        }
        Poll::Ready(None)
    }
}
