//! What is told of a request to the telemetry endpoint: a span of the request, one of each crossing, and measurements.
//!
//! Ids of the estate, words of closed lists, numbers and times; nothing of a content, no key, and no word of a caller. Without a telemetry
//! endpoint all of it is an `Option` that is empty.

mod asked;
mod crossing;
mod instruments;
mod words;

use std::sync::{Arc, Mutex, PoisonError};

use assess::Candidate;
use border::{Entropy, Judged, ReceiptPointer};
use estate::SystemId;
use http::{HeaderMap, StatusCode};
use serve::{Attribute, Otlp, Parent, Span, SpanId, SpanKind, TraceId, Value};
use tokio::time::Instant;
use wire::{Inbound, Wire};

pub(crate) use self::crossing::CrossingSpan;
use crate::ask::Failure;
use crate::routes::{Gateway, path_of};

const NS_PER_MS: u64 = 1_000_000;

/// The trace of one request, if there is one. Ends with its last clone.
#[derive(Clone, Default)]
pub(crate) struct Trace(Option<Arc<Tracked>>);

struct Tracked {
    otlp: Otlp,
    entropy: Entropy,
    trace: TraceId,
    id: SpanId,
    parent: Option<SpanId>,
    sampled: bool,
    wire: Wire,
    request: String,
    begun: Instant,
    begun_ns: u64,
    known: Mutex<Known>,
}

/// What becomes known on the way. Of a request whose system nobody knows, nothing leaves.
#[derive(Default)]
struct Known {
    system: Option<Arc<str>>,
    status: Option<StatusCode>,
    error: Option<String>,
    receipt: Option<String>,
}

impl Trace {
    /// Begins with a request.
    pub(crate) fn begin(gateway: &Gateway, wire: Wire, headers: &HeaderMap, request: &str) -> Trace {
        let Some(otlp) = &gateway.telemetry else { return Trace(None) };
        let parent = otlp.parent(headers);
        let trace = parent.map_or_else(|| TraceId(random(&gateway.entropy)), |parent| parent.trace);
        Trace(Some(Arc::new(Tracked {
            otlp: otlp.clone(),
            entropy: gateway.entropy.clone(),
            trace,
            id: SpanId(random(&gateway.entropy)),
            parent: parent.map(|parent| parent.span),
            sampled: parent.map_or_else(|| otlp.samples(&trace), |parent: Parent| parent.sampled),
            wire,
            request: request.to_owned(),
            begun: Instant::now(),
            begun_ns: gateway.border.ledger().now().saturating_mul(NS_PER_MS),
            known: Mutex::default(),
        })))
    }

    /// Whose request it is.
    pub(crate) fn of(&self, system: &SystemId) {
        self.learn(|known| known.system = Some(system.as_str().into()));
    }

    /// It failed, by our own code.
    pub(crate) fn failed(&self, failure: &Failure) {
        self.learn(|known| {
            known.error.clone_from(&failure.error.code);
            known.receipt = failure.receipt.as_ref().map(words::receipt);
        });
    }

    /// Its answer has begun.
    pub(crate) fn answered(&self, status: StatusCode) {
        self.learn(|known| known.status = Some(status));
    }

    /// The span of a crossing that was admitted.
    pub(crate) fn crossing(
        &self,
        (judged, candidate): (&Judged, &Candidate),
        inbound: &Inbound,
        attempt: u32,
        receipt: &ReceiptPointer,
    ) -> Option<CrossingSpan> {
        let trace = self.0.clone()?;
        let system: Arc<str> = judged.request().system.id.as_str().into();
        let labels = words::labels(&system, inbound.wire(), candidate);
        let mut attributes = labels.clone();
        attributes.extend(words::of_crossing(judged, candidate));
        attributes.extend([
            ("comity.attempt", u64::from(attempt).into()),
            ("comity.receipt", words::receipt(receipt).into()),
            ("gen_ai.request.stream", inbound.stream().into()),
        ]);
        if trace.sampled {
            attributes.extend(asked::numbers(inbound));
        }
        let name = format!("{} {}", words::operation(inbound.wire()), words::model(candidate));
        Some(CrossingSpan::begin(trace, (system, name), (labels, attributes), inbound.stream()))
    }

    fn learn(&self, what: impl FnOnce(&mut Known)) {
        if let Some(tracked) = &self.0 {
            what(&mut tracked.known.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

fn random<const N: usize>(entropy: &Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy(&mut bytes);
    bytes
}

impl Tracked {
    /// A moment, in nanoseconds since 1970: the clock is asked once for each request.
    fn at(&self, moment: Instant) -> u64 {
        let since = moment.saturating_duration_since(self.begun).as_nanos();
        self.begun_ns.saturating_add(u64::try_from(since).unwrap_or(u64::MAX))
    }

    fn span(&self, known: &mut Known, subject: Arc<str>) -> Span {
        let failed = known.status.is_some_and(|status| status.is_server_error());
        let error = known.error.take().or_else(|| match known.status {
            // Nobody waited for the answer.
            None => Some("client_gone".to_owned()),
            Some(status) => failed.then(|| status.as_str().to_owned()),
        });
        let mut attributes: Vec<Attribute> = vec![
            ("http.request.method", "POST".into()),
            ("http.route", path_of(self.wire).into()),
            ("http.response.header.x-request-id", Value::Texts(vec![self.request.as_str().into()])),
            ("comity.system", Value::Text(subject.clone())),
        ];
        let status = known.status.map(|status| u64::from(status.as_u16()));
        attributes.extend(status.map(|status| ("http.response.status_code", status.into())));
        attributes.extend(error.map(|error| ("error.type", error.into())));
        attributes.extend(known.receipt.take().map(|receipt| ("comity.receipt", receipt.into())));
        Span {
            subject,
            trace: self.trace,
            id: self.id,
            parent: self.parent,
            kind: SpanKind::Server,
            name: format!("POST {}", path_of(self.wire)),
            begun_ns: self.begun_ns,
            ended_ns: self.at(Instant::now()),
            attributes,
            failed,
        }
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        let mut known = std::mem::take(self.known.get_mut().unwrap_or_else(PoisonError::into_inner));
        if let Some(system) = known.system.take().filter(|_| self.sampled) {
            self.otlp.span(self.span(&mut known, system));
        }
    }
}
