//! The task that sends: spans in batches, histograms at intervals, all of it when told to.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until};

use super::encode;
use super::send::{NotSent, Sender, Signal};
use super::span::{Attribute, Span};
use super::{Fate, Shared};

/// Most spans of one request.
const BATCH: usize = 512;
/// How long the first span of a batch waits for others.
const GATHER: Duration = Duration::from_secs(5);

/// What the task is told.
pub(crate) enum Order {
    Span(Box<Span>),
    /// To send everything and say when that was tried.
    Flush(oneshot::Sender<()>),
}

/// The task.
pub(crate) struct Pump {
    orders: mpsc::Receiver<Order>,
    sender: Sender,
    shared: Arc<Shared>,
    resource: Vec<Attribute>,
    clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    waiting: Vec<Span>,
    /// When what waits is sent, however little it is.
    due: Instant,
    /// Whether the last request arrived, so that each change is told once.
    arrives: bool,
}

impl Pump {
    pub(crate) fn new(
        orders: mpsc::Receiver<Order>,
        sender: Sender,
        shared: Arc<Shared>,
        resource: Vec<Attribute>,
        clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    ) -> Pump {
        let (waiting, due) = (Vec::new(), Instant::now());
        Pump { orders, sender, shared, resource, clock, waiting, due, arrives: true }
    }

    pub(crate) async fn run(mut self, every: Duration) {
        let mut tick = interval_at(Instant::now() + every, every);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let due = self.due;
            tokio::select! {
                order = self.orders.recv() => match order {
                    Some(Order::Span(span)) => self.gather(*span).await,
                    Some(Order::Flush(done)) => {
                        self.everything().await;
                        // Whoever asked may have given up waiting.
                        done.send(()).unwrap_or_default();
                    }
                    None => return self.everything().await,
                },
                () = sleep_until(due), if !self.waiting.is_empty() => self.spans().await,
                _ = tick.tick(), if self.shared.metrics => self.histograms().await,
            }
        }
    }

    async fn gather(&mut self, span: Span) {
        if self.waiting.is_empty() {
            self.due = Instant::now() + GATHER;
        }
        self.waiting.push(span);
        if self.waiting.len() >= BATCH {
            self.spans().await;
        }
    }

    async fn everything(&mut self) {
        self.spans().await;
        self.histograms().await;
    }

    async fn spans(&mut self) {
        let all = mem::take(&mut self.waiting);
        // Law or estate may have changed while they waited.
        let (spans, kept): (Vec<Span>, Vec<Span>) =
            all.into_iter().partition(|span| (self.shared.leave)(&span.subject));
        if !kept.is_empty() {
            self.shared.fates.count(Fate::NotLawful, kept.len());
        }
        if !spans.is_empty() {
            let count = spans.len();
            let body = encode::spans(&self.resource, spans);
            self.send(Signal::Traces, body, count).await;
        }
    }

    async fn histograms(&mut self) {
        let all = self.shared.histograms.leaving(|subject| (self.shared.leave)(subject));
        let count = all.iter().map(|(_, series)| series.len()).sum();
        if count > 0 {
            let times = (self.shared.histograms.since_ms, (self.clock)());
            let body = encode::histograms(&self.resource, times, all);
            self.send(Signal::Metrics, body, count).await;
        }
    }

    async fn send(&mut self, signal: Signal, body: Vec<u8>, count: usize) {
        let sent = self.sender.send(signal, body.into()).await;
        self.tell(&sent);
        self.shared.fates.count(if sent.is_ok() { Fate::Sent } else { Fate::Failed }, count);
    }

    fn tell(&mut self, sent: &Result<(), NotSent>) {
        match sent {
            Err(why) if self.arrives => tracing::warn!(%why, "telemetry does not arrive and is dropped"),
            Ok(()) if !self.arrives => tracing::info!("telemetry arrives again"),
            _ => {}
        }
        self.arrives = sent.is_ok();
    }
}
