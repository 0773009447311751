//! A stream on its way from an endpoint to a caller: watched, bounded in time, its end put on record.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use border::{Ending, Record};
use bytes::Bytes;
use estate::EndpointId;
use http_body::Frame;
use hyper::body::Incoming;
use ledger::OutcomeCode;
use serve::BoxError;
use tokio::time::{Instant, Sleep};
use wire::{ErrorBody, StreamEnd, StreamWatch, error_event};

use crate::door::Patience;
use crate::metrics::GatewayMetrics;

/// Largest event of a stream.
const MOST_EVENT_BYTES: usize = 1 << 20;

/// Closes a record once, however the answer ends, and counts it.
pub(crate) struct Closing {
    pub(crate) record: Option<Record>,
    pub(crate) endpoint: EndpointId,
    pub(crate) metrics: GatewayMetrics,
    pub(crate) bytes: u64,
    pub(crate) tokens: Option<(u64, u64)>,
}

impl Closing {
    pub(crate) fn new(record: Record, endpoint: &EndpointId, metrics: &GatewayMetrics) -> Closing {
        let endpoint = endpoint.clone();
        Closing { record: Some(record), endpoint, metrics: metrics.clone(), bytes: 0, tokens: None }
    }

    pub(crate) fn end(&mut self, code: OutcomeCode) {
        if let Some(record) = self.record.take() {
            let (tokens_in, tokens_out) = self.tokens.unzip();
            record.close(Ending { code, bytes: self.bytes, tokens_in, tokens_out });
            self.metrics.crossing(&self.endpoint, code.as_str());
        }
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.end(OutcomeCode::ClientGone);
    }
}

/// The body of a streamed answer.
pub(crate) struct Watched {
    body: Incoming,
    watch: StreamWatch,
    closing: Closing,
    silence: Pin<Box<Sleep>>,
    patience: Patience,
    ended: bool,
}

impl Watched {
    pub(crate) fn new(body: Incoming, closing: Closing, patience: Patience) -> Watched {
        Watched {
            body,
            watch: StreamWatch::new(MOST_EVENT_BYTES),
            closing,
            silence: Box::pin(tokio::time::sleep_until(patience.silence(Instant::now()))),
            patience,
            ended: false,
        }
    }

    fn piece(&mut self, bytes: Bytes) -> Frame<Bytes> {
        self.closing.bytes += bytes.len() as u64;
        Frame::data(bytes)
    }

    /// Ends the stream; what is not complete gets an error event, since clients take a stream that just ends for complete.
    fn finish(&mut self, code: OutcomeCode, says: Option<&str>) -> Option<Frame<Bytes>> {
        self.ended = true;
        let usage = self.watch.seen().usage;
        self.closing.tokens = usage.map(|u| (u.prompt_tokens, u.completion_tokens));
        let frame = says.map(|why| {
            let error = ErrorBody::new(502, "upstream_cut", why).with_retry(false);
            self.piece(error_event(&error))
        });
        self.closing.end(code);
        frame
    }

    fn upstream_closed(&mut self) -> Option<Frame<Bytes>> {
        match self.watch.end() {
            StreamEnd::Done | StreamEnd::Finished => self.finish(OutcomeCode::Served, None),
            StreamEnd::Failed => self.finish(OutcomeCode::UpstreamError, None),
            StreamEnd::Cut => {
                self.finish(OutcomeCode::Truncated, Some("the endpoint ended the stream in the middle"))
            }
        }
    }
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        loop {
            if this.ended {
                return Poll::Ready(None);
            }
            let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) else {
                ready!(this.silence.as_mut().poll(context));
                let frame = this.finish(OutcomeCode::Timeout, Some("the endpoint fell silent"));
                return Poll::Ready(frame.map(Ok));
            };
            let frame = match frame {
                None => this.upstream_closed(),
                Some(Err(_)) => {
                    let cut = this.watch.end() == StreamEnd::Cut;
                    if cut {
                        this.finish(OutcomeCode::Truncated, Some("the endpoint broke off the stream"))
                    } else {
                        this.upstream_closed()
                    }
                }
                Some(Ok(frame)) => {
                    let Ok(bytes) = frame.into_data() else { continue };
                    let now = Instant::now();
                    if now >= this.patience.until {
                        // An endpoint that never pauses would never let the timer speak.
                        let frame = this.finish(OutcomeCode::Timeout, Some("the answer takes too long"));
                        return Poll::Ready(frame.map(Ok));
                    }
                    this.silence.as_mut().reset(this.patience.silence(now));
                    match this.watch.pass(bytes) {
                        Err(_) => this.finish(
                            OutcomeCode::UpstreamError,
                            Some("the endpoint sent an event that is too large"),
                        ),
                        Ok(bytes) if bytes.is_empty() => continue,
                        Ok(bytes) => Some(this.piece(bytes)),
                    }
                }
            };
            return Poll::Ready(frame.map(Ok));
        }
    }
}
