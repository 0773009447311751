//! Spans and histograms on their way to an OpenTelemetry collector: OTLP 1.x over HTTP, in protobuf.
//!
//! It is not a collector and not an SDK: it takes what is finished, keeps at most so much of it, and never holds anybody up. What
//! finds no room is dropped and counted. Nothing leaves of a subject of which [`OtlpOptions::leave`] does not say, at that moment,
//! that it may.

mod context;
mod encode;
mod histogram;
mod pump;
mod send;
mod span;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use http::uri::InvalidUri;
use http::{HeaderMap, HeaderName, HeaderValue};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use tokio::sync::{mpsc, oneshot};

use self::histogram::Histograms;
use self::pump::{Order, Pump};
use self::send::Sender;
use crate::client::{ClientError, ClientOptions};
use crate::metrics::Metrics;

pub use self::context::Parent;
pub use self::histogram::Instrument;
pub use self::span::{Attribute, Span, SpanId, SpanKind, TraceId, Value};

/// Says whether anything of a subject may leave now.
pub type Leave = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// A million: shares are counted in millionths.
const WHOLE: u64 = 1_000_000;

/// Where spans and histograms go, and how.
pub struct OtlpOptions {
    /// The base address; `/v1/traces` and `/v1/metrics` follow it. `https`, or `http` to this machine.
    pub url: String,
    /// The header with the credential.
    pub credential: Option<(HeaderName, HeaderValue)>,
    /// Whether spans leave.
    pub traces: bool,
    /// Whether histograms leave.
    pub metrics: bool,
    /// The share of traces that leave, in millionths.
    pub share: u64,
    /// Whether the `traceparent` of a caller names the parent.
    pub parents: bool,
    /// How often histograms leave.
    pub every: Duration,
    /// What all of it is from: attributes of the resource.
    pub resource: Vec<Attribute>,
    /// Most spans that wait.
    pub queue: usize,
    /// Milliseconds since 1970.
    pub clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// Asked of each subject before anything of it is taken, and again before it leaves.
    pub leave: Leave,
}

/// Why nothing can be sent.
#[derive(Debug, thiserror::Error)]
pub enum OtlpError {
    /// The address is none.
    #[error("`{url}` is not an address: {cause}")]
    Address {
        /// The address.
        url: String,
        /// What is wrong with it.
        cause: InvalidUri,
    },
    /// The client cannot be made.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// What became of a span or a batch of histograms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fate {
    /// The collector has it.
    Sent,
    /// There was no room for it.
    NoRoom,
    /// It may not leave.
    NotLawful,
    /// The collector did not take it.
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Label {
    fate: &'static str,
}

/// Counts what became of everything.
#[derive(Clone)]
pub(crate) struct Fates(Family<Label, Counter>);

impl Fates {
    fn register(metrics: &Metrics) -> Fates {
        let about = "Spans and histogram points for the telemetry endpoint, by what became of them";
        Fates(metrics.register("telemetry", about, Family::default()))
    }

    pub(crate) fn count(&self, fate: Fate, how_many: usize) {
        let fate = match fate {
            Fate::Sent => "sent",
            Fate::NoRoom => "no_room",
            Fate::NotLawful => "not_lawful",
            Fate::Failed => "failed",
        };
        self.0.get_or_create(&Label { fate }).inc_by(how_many as u64);
    }
}

/// Takes spans and measurements. Cheap to clone; when the last clone is gone, what waits is sent.
#[derive(Clone)]
pub struct Otlp {
    orders: mpsc::Sender<Order>,
    shared: Arc<Shared>,
}

/// What those who measure and the one who sends have in common.
pub(crate) struct Shared {
    pub(crate) histograms: Histograms,
    pub(crate) fates: Fates,
    pub(crate) leave: Leave,
    pub(crate) traces: bool,
    pub(crate) metrics: bool,
    share: u64,
    parents: bool,
}

impl Otlp {
    /// Starts to send, in a task of the runtime that this is called in. Connects once there is something to send.
    ///
    /// # Errors
    /// The address cannot be read, or the client not be made.
    pub fn start(options: OtlpOptions, client: &ClientOptions, metrics: &Metrics) -> Result<Otlp, OtlpError> {
        let sender = Sender::new(&options.url, options.credential, client)?;
        let (orders, taken) = mpsc::channel(options.queue.max(1));
        let shared = Arc::new(Shared {
            histograms: Histograms::since((options.clock)()),
            fates: Fates::register(metrics),
            leave: options.leave,
            traces: options.traces,
            metrics: options.metrics,
            share: options.share,
            parents: options.parents,
        });
        let pump = Pump::new(taken, sender, shared.clone(), options.resource, options.clock);
        tokio::spawn(pump.run(options.every));
        Ok(Otlp { orders, shared })
    }

    /// Whether anything of a subject may leave now.
    pub fn may_leave(&self, subject: &str) -> bool {
        (self.shared.leave)(subject)
    }

    /// The caller's span within which its request was made, if it is valid and such are taken.
    pub fn parent(&self, headers: &HeaderMap) -> Option<Parent> {
        if self.shared.parents { Parent::of(headers) } else { None }
    }

    /// Whether a trace that begins here belongs to the share that leaves: by its id, so that all who sample so agree.
    pub fn samples(&self, trace: &TraceId) -> bool {
        let low = trace.0.iter().rev().take(7).rev().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
        // W3C Trace Context, level 2: the right-most seven bytes are random.
        let of = 1u128 << 56;
        self.shared.traces && u128::from(low) * u128::from(WHOLE) < u128::from(self.shared.share) * of
    }

    /// Takes a finished span, unless it may not leave or there is no room.
    pub fn span(&self, span: Span) {
        if !self.shared.traces {
            return;
        }
        if !self.may_leave(&span.subject) {
            return self.shared.fates.count(Fate::NotLawful, 1);
        }
        if self.orders.try_send(Order::Span(Box::new(span))).is_err() {
            self.shared.fates.count(Fate::NoRoom, 1);
        }
    }

    /// Takes a measurement of a subject, unless it may not leave.
    pub fn measure(&self, subject: &str, of: &'static Instrument, value: f64, attributes: Vec<Attribute>) {
        if !self.shared.metrics {
            return;
        }
        if !self.may_leave(subject) {
            return self.shared.fates.count(Fate::NotLawful, 1);
        }
        if !self.shared.histograms.record(subject, of, value, attributes) {
            self.shared.fates.count(Fate::NoRoom, 1);
        }
    }

    /// Sends what waits, for at most this long; gives whether all of it was tried.
    pub async fn flush(&self, within: Duration) -> bool {
        let (done, waiting) = oneshot::channel();
        let all = async { self.orders.send(Order::Flush(done)).await.is_ok() && waiting.await.is_ok() };
        tokio::time::timeout(within, all).await.unwrap_or(false)
    }
}
