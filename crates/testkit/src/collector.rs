//! A fake OpenTelemetry collector: takes OTLP over HTTP in protobuf, and tells what came.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{HistogramDataPoint, metric};
use prost::Message;
use serde_json::{Map, Value, json};
use tokio::sync::watch;

use crate::host::{Host, Reply};

/// A span as it came, with its attributes as JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanSeen {
    /// The id of its trace.
    pub trace: Vec<u8>,
    /// Its id.
    pub id: Vec<u8>,
    /// Its parent's id, empty if it has none.
    pub parent: Vec<u8>,
    /// Its name.
    pub name: String,
    /// Its kind, as OTLP numbers them: 2 is a server, 3 a client.
    pub kind: i32,
    /// Begin and end, in nanoseconds since 1970.
    pub times: (u64, u64),
    /// Whether its status is an error.
    pub failed: bool,
    /// Its attributes.
    pub attributes: Map<String, Value>,
    /// The attributes of its resource.
    pub resource: Map<String, Value>,
}

/// A point of a histogram as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct PointSeen {
    /// The metric.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Its attributes.
    pub attributes: Map<String, Value>,
    /// The point itself.
    pub point: HistogramDataPoint,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// Its path.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// A fake collector on loopback, alive as long as the value.
#[derive(Debug)]
pub struct FakeCollector {
    host: Host,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    arrived: Mutex<Vec<Arrived>>,
    /// Statuses that the next requests are answered with; 200 afterwards.
    statuses: Mutex<Vec<u16>>,
    count: watch::Sender<usize>,
}

impl FakeCollector {
    /// Starts one. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start() -> io::Result<FakeCollector> {
        let state = Arc::new(State {
            arrived: Mutex::default(),
            statuses: Mutex::default(),
            count: watch::Sender::new(0),
        });
        let shared = state.clone();
        let host = Host::start(move |request| {
            let state = shared.clone();
            async move { state.answer(request).await }
        });
        Ok(FakeCollector { host: host.await?, state })
    }

    /// Its base address.
    pub fn url(&self) -> String {
        format!("http://{}", self.host.address)
    }

    /// Answers the next requests with these statuses.
    pub fn then(&self, statuses: &[u16]) {
        let mut next = self.state.statuses.lock().unwrap_or_else(PoisonError::into_inner);
        next.extend(statuses.iter().rev());
    }

    /// Closes its port.
    pub async fn die(&self) {
        self.host.die().await;
    }

    /// Returns once so many requests have come.
    pub async fn arrived(&self, count: usize) {
        // Fails only when the sender is gone, which this value holds.
        drop(self.state.count.subscribe().wait_for(|n| *n >= count).await);
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Arrived> {
        self.state.arrived.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every span so far, in the order of their arrival. Bodies that are no OTLP have none.
    pub fn spans(&self) -> Vec<SpanSeen> {
        let bodies = self.bodies("/v1/traces");
        bodies.filter_map(|b| ExportTraceServiceRequest::decode(b).ok()).flat_map(spans).collect()
    }

    /// Every point of every histogram so far.
    pub fn points(&self) -> Vec<PointSeen> {
        let bodies = self.bodies("/v1/metrics");
        bodies.filter_map(|b| ExportMetricsServiceRequest::decode(b).ok()).flat_map(points).collect()
    }

    fn bodies(&self, path: &'static str) -> impl Iterator<Item = Bytes> {
        self.requests().into_iter().filter(move |r| r.path == path).map(|r| r.body)
    }
}

impl State {
    async fn answer(&self, request: Request<Incoming>) -> Reply {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map(|all| all.to_bytes()).unwrap_or_default();
        let arrived = Arrived { path: head.uri.path().to_owned(), headers: head.headers, body };
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).push(arrived);
        let status = self.statuses.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or(200);
        self.count.send_modify(|count| *count += 1);
        let mut reply = Response::new(Full::new(Bytes::new()).map_err(Into::into).boxed_unsync());
        if let Ok(status) = status.try_into() {
            *reply.status_mut() = status;
        }
        // At once: nobody who tests wants to wait.
        reply.headers_mut().insert("retry-after", HeaderValue::from_static("0"));
        reply
    }
}

fn spans(request: ExportTraceServiceRequest) -> Vec<SpanSeen> {
    let mut all = Vec::new();
    for of_resource in request.resource_spans {
        let resource = attributes(of_resource.resource.map(|r| r.attributes).unwrap_or_default());
        for span in of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            all.push(SpanSeen {
                trace: span.trace_id,
                id: span.span_id,
                parent: span.parent_span_id,
                name: span.name,
                kind: span.kind,
                times: (span.start_time_unix_nano, span.end_time_unix_nano),
                failed: span.status.is_some_and(|status| status.code == 2),
                attributes: attributes(span.attributes),
                resource: resource.clone(),
            });
        }
    }
    all
}

fn points(request: ExportMetricsServiceRequest) -> Vec<PointSeen> {
    let scopes = request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
    let mut all = Vec::new();
    for metric in scopes.flat_map(|scope| scope.metrics) {
        let Some(metric::Data::Histogram(histogram)) = metric.data else { continue };
        for mut point in histogram.data_points {
            let attributes = attributes(std::mem::take(&mut point.attributes));
            all.push(PointSeen { name: metric.name.clone(), unit: metric.unit.clone(), attributes, point });
        }
    }
    all
}

fn attributes(all: Vec<KeyValue>) -> Map<String, Value> {
    all.into_iter().map(|kv| (kv.key, value(kv.value.and_then(|v| v.value)))).collect()
}

fn value(value: Option<any_value::Value>) -> Value {
    use any_value::Value as Wire;
    match value {
        Some(Wire::StringValue(text)) => json!(text),
        Some(Wire::BoolValue(flag)) => json!(flag),
        Some(Wire::IntValue(number)) => json!(number),
        Some(Wire::DoubleValue(number)) => json!(number),
        Some(Wire::ArrayValue(all)) => all.values.into_iter().map(|v| self::value(v.value)).collect(),
        _ => Value::Null,
    }
}
