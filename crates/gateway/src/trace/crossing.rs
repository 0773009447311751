//! The span of one crossing, and what is measured of it.

use std::sync::Arc;

use ledger::OutcomeCode;
use serve::{Attribute, Instrument, Span, SpanId, SpanKind, Value};
use tokio::time::Instant;

use super::instruments::{DURATION, FIRST_CHUNK, FIRST_TOKEN, TOKENS};
use super::{Tracked, random};

/// One crossing that is under way. Dropped before its end, the caller has left.
pub(crate) struct CrossingSpan {
    trace: Arc<Tracked>,
    system: Arc<str>,
    id: SpanId,
    begun: Instant,
    name: String,
    /// What tells one series of measurements from another.
    labels: Vec<Attribute>,
    attributes: Vec<Attribute>,
    streamed: bool,
    /// When the first piece of a stream went to the caller.
    first: Option<Instant>,
    ended: bool,
}

impl CrossingSpan {
    pub(super) fn begin(
        trace: Arc<Tracked>,
        (system, name): (Arc<str>, String),
        (labels, attributes): (Vec<Attribute>, Vec<Attribute>),
        streamed: bool,
    ) -> CrossingSpan {
        let (id, begun) = (SpanId(random(&trace.entropy)), Instant::now());
        CrossingSpan {
            trace,
            system,
            id,
            begun,
            name,
            labels,
            attributes,
            streamed,
            first: None,
            ended: false,
        }
    }

    /// A piece of the answer goes to the caller.
    pub(crate) fn wrote(&mut self) {
        if self.streamed && self.first.is_none() {
            self.first = Some(Instant::now());
        }
    }

    /// It is over.
    pub(crate) fn end(&mut self, code: OutcomeCode, tokens: Option<(u64, u64)>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let error = (code != OutcomeCode::Served).then(|| ("error.type", Value::from(code.as_str())));
        let now = Instant::now();
        let took = now.saturating_duration_since(self.begun).as_secs_f64();
        self.measure(&DURATION, took, error.clone());
        // What came first of an answer that failed may be our own words.
        if let Some(first) = self.first.filter(|_| error.is_none()) {
            self.waited(first);
        }
        if let Some((input, output)) = tokens {
            self.measure(&TOKENS, input as f64, [("gen_ai.token.type", "input".into())]);
            self.measure(&TOKENS, output as f64, [("gen_ai.token.type", "output".into())]);
            self.attributes.push(("gen_ai.usage.input_tokens", input.into()));
            self.attributes.push(("gen_ai.usage.output_tokens", output.into()));
        }
        let failed = error.is_some();
        self.attributes.extend(error);
        if self.trace.sampled {
            let span = self.span(now, failed);
            self.trace.otlp.span(span);
        }
    }

    fn waited(&mut self, first: Instant) {
        let waited = first.saturating_duration_since(self.begun);
        self.attributes.push(("gen_ai.response.time_to_first_chunk", Value::Seconds(waited)));
        self.measure(&FIRST_CHUNK, waited.as_secs_f64(), []);
        let since_asked = first.saturating_duration_since(self.trace.begun);
        self.measure(&FIRST_TOKEN, since_asked.as_secs_f64(), []);
    }

    fn span(&mut self, now: Instant, failed: bool) -> Span {
        Span {
            subject: self.system.clone(),
            trace: self.trace.trace,
            id: self.id,
            parent: Some(self.trace.id),
            kind: SpanKind::Client,
            name: std::mem::take(&mut self.name),
            begun_ns: self.trace.at(self.begun),
            ended_ns: self.trace.at(now),
            attributes: std::mem::take(&mut self.attributes),
            failed,
        }
    }

    fn measure(&self, of: &'static Instrument, value: f64, more: impl IntoIterator<Item = Attribute>) {
        let labels = self.labels.iter().cloned().chain(more).collect();
        self.trace.otlp.measure(&self.system, of, value, labels);
    }
}

impl Drop for CrossingSpan {
    fn drop(&mut self) {
        self.end(OutcomeCode::ClientGone, None);
    }
}
