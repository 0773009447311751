//! The end of an answer: on record once, however it comes, counted, and held against what the vendor says of itself.

use std::sync::Arc;

use border::{Ending, Record};
use estate::Endpoint;
use ledger::OutcomeCode;

use crate::events::Told;
use crate::limiting::Bill;
use crate::metrics::GatewayMetrics;
use crate::routing::Lease;
use crate::said_place::Said;
use crate::screening::Meter;
use crate::trace::CrossingSpan;

/// Closes a record once, however the answer ends, and counts it.
pub(crate) struct Closing {
    record: Option<Record>,
    endpoint: Arc<Endpoint>,
    metrics: GatewayMetrics,
    /// The endpoint has the request until its answer is over.
    _lease: Lease,
    bill: Option<Bill>,
    meter: Option<Meter>,
    span: Option<CrossingSpan>,
    pub(crate) bytes: u64,
    tokens: Option<(u64, u64)>,
}

impl Closing {
    pub(crate) fn new(
        record: Record,
        endpoint: Arc<Endpoint>,
        metrics: &GatewayMetrics,
        (lease, bill, meter): (Lease, Option<Bill>, Option<Meter>),
    ) -> Closing {
        Closing {
            record: Some(record),
            endpoint,
            metrics: metrics.clone(),
            _lease: lease,
            bill,
            meter,
            span: None,
            bytes: 0,
            tokens: None,
        }
    }

    /// The same, telling its end to the span of the crossing.
    pub(crate) fn traced(mut self, span: Option<CrossingSpan>) -> Closing {
        self.span = span;
        self
    }

    /// Counts a piece that goes to the caller.
    pub(crate) fn wrote(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        if let Some(span) = self.span.as_mut().filter(|_| bytes > 0) {
            span.wrote();
        }
    }

    /// What the answer told of itself.
    pub(crate) fn told(&mut self, told: Told) {
        self.tokens = told.tokens.or(self.tokens);
        if let Some(said) = told.geo.as_deref().and_then(Said::by_word) {
            self.hold(&said);
        }
    }

    /// Holds the vendor's own statement of place against the decision; a mismatch is an alarm, a metric and an entry.
    pub(crate) fn hold(&mut self, said: &Said) {
        let Some(record) = self.record.as_ref().filter(|_| said.disagrees(&self.endpoint)) else { return };
        let (id, places) = (&self.endpoint.id, self.endpoint.places);
        tracing::error!(endpoint = %id, said = %said.words, decided = %places, "the vendor says that it ran elsewhere");
        self.metrics.place_mismatch(id);
        record.alarm(format!(
            "place_mismatch: `{id}` was decided for {places}, its vendor says `{}`",
            said.words
        ));
    }

    pub(crate) fn end(&mut self, code: OutcomeCode) {
        if let Some(record) = self.record.take() {
            let (tokens_in, tokens_out) = self.tokens.unzip();
            if let Some(meter) = self.meter.take() {
                meter.answered(tokens_out.unwrap_or(0));
            }
            let price = self.bill.take().and_then(|bill| bill.settle(self.tokens, self.bytes));
            record.close(Ending { code, bytes: self.bytes, tokens_in, tokens_out, price });
            self.metrics.crossing(&self.endpoint.id, code.as_str());
            if let Some(mut span) = self.span.take() {
                span.end(code, self.tokens);
            }
        }
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.end(OutcomeCode::ClientGone);
    }
}
