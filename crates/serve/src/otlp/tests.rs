use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use serde_json::json;
use testkit::FakeCollector;

use super::{Instrument, Leave, Otlp, OtlpOptions, Span, SpanId, SpanKind, TraceId, Value};
use crate::{ClientOptions, Metrics};

/// Long enough for any machine; only a hang takes it.
const GUARD: Duration = Duration::from_secs(30);

static WAITS: Instrument =
    Instrument { name: "waits", unit: "s", about: "How long it took", bounds: &[0.5, 1.0] };

fn options(url: String, leave: Leave) -> OtlpOptions {
    OtlpOptions {
        url,
        credential: Some((HeaderName::from_static("api-key"), HeaderValue::from_static("sk-collector"))),
        traces: true,
        metrics: true,
        share: super::WHOLE,
        parents: false,
        every: Duration::from_secs(3600),
        resource: vec![("service.name", "comity".into())],
        queue: 4,
        clock: Arc::new(|| 1_795_276_800_000),
        leave,
    }
}

fn started(options: OtlpOptions) -> (Otlp, Metrics) {
    let metrics = Metrics::new("comity");
    (Otlp::start(options, &ClientOptions::default(), &metrics).unwrap(), metrics)
}

fn span(subject: &str) -> Span {
    Span {
        subject: subject.into(),
        trace: TraceId([7; 16]),
        id: SpanId([8; 8]),
        parent: Some(SpanId([9; 8])),
        kind: SpanKind::Client,
        name: "chat small".to_owned(),
        begun_ns: 5,
        ended_ns: 9,
        attributes: vec![
            ("comity.system", subject.into()),
            ("comity.flags", Value::Texts(vec!["a".into(), "b".into()])),
            ("gen_ai.usage.input_tokens", 12.into()),
            ("comity.masked", true.into()),
            ("gen_ai.response.time_to_first_chunk", Value::Seconds(Duration::from_millis(250))),
        ],
        failed: true,
    }
}

fn counted(metrics: &Metrics, fate: &str) -> u64 {
    let row = format!("comity_telemetry_total{{fate=\"{fate}\"}} ");
    let text = metrics.text();
    text.lines().find_map(|line| line.strip_prefix(&row)).map_or(0, |n| n.parse().unwrap())
}

#[tokio::test]
async fn spans_and_histograms_arrive_as_they_were() {
    let collector = FakeCollector::start().await.unwrap();
    let (otlp, metrics) = started(options(collector.url(), Arc::new(|_| true)));
    otlp.span(span("support"));
    otlp.measure("support", &WAITS, 0.5, vec![("comity.system", "support".into())]);
    assert!(otlp.flush(GUARD).await);
    let spans = collector.spans();
    assert_eq!(spans.len(), 1);
    let seen = &spans[0];
    assert_eq!((seen.trace.as_slice(), seen.id.as_slice()), ([7; 16].as_slice(), [8; 8].as_slice()));
    assert_eq!((seen.parent.as_slice(), seen.kind, seen.failed), ([9; 8].as_slice(), 3, true));
    assert_eq!((seen.name.as_str(), seen.times), ("chat small", (5, 9)));
    assert_eq!(
        json!(seen.attributes),
        json!({
            "comity.system": "support", "comity.flags": ["a", "b"], "gen_ai.usage.input_tokens": 12,
            "comity.masked": true, "gen_ai.response.time_to_first_chunk": 0.25,
        })
    );
    assert_eq!(json!(seen.resource), json!({"service.name": "comity"}));
    let points = collector.points();
    assert_eq!((points[0].name.as_str(), points[0].unit.as_str()), ("waits", "s"));
    assert_eq!(points[0].point.bucket_counts, [1, 0, 0]);
    assert_eq!(points[0].point.time_unix_nano, 1_795_276_800_000_000_000);
    for request in collector.requests() {
        assert_eq!(request.headers["api-key"], "sk-collector");
        assert_eq!(request.headers["content-type"], "application/x-protobuf");
    }
    assert_eq!(counted(&metrics, "sent"), 2);
}

#[tokio::test]
async fn nothing_leaves_of_whom_may_not_and_it_is_asked_again_at_the_door() {
    let collector = FakeCollector::start().await.unwrap();
    let open = Arc::new(AtomicBool::new(true));
    let asked = open.clone();
    let leave: Leave = Arc::new(move |subject| subject == "support" && asked.load(Ordering::SeqCst));
    let (otlp, metrics) = started(options(collector.url(), leave));
    otlp.span(span("hr"));
    otlp.measure("hr", &WAITS, 1.0, vec![]);
    // Taken while it may, and kept when it may not any more.
    otlp.span(span("support"));
    otlp.measure("support", &WAITS, 1.0, vec![]);
    open.store(false, Ordering::SeqCst);
    assert!(otlp.flush(GUARD).await);
    assert_eq!(collector.requests().len(), 0);
    assert_eq!(counted(&metrics, "not_lawful"), 3);
    assert_eq!(counted(&metrics, "sent"), 0);
}

#[tokio::test]
async fn what_finds_no_room_is_dropped_and_counted_and_nobody_waits() {
    let collector = FakeCollector::start().await.unwrap();
    let (otlp, metrics) = started(options(collector.url(), Arc::new(|_| true)));
    // The task has not run yet: this one has not given way.
    for _ in 0..10 {
        otlp.span(span("support"));
    }
    assert_eq!(counted(&metrics, "no_room"), 6);
    assert!(otlp.flush(GUARD).await);
    assert_eq!(collector.spans().len(), 4);
}

#[tokio::test]
async fn a_collector_that_is_busy_is_asked_again_and_one_that_refuses_is_not() {
    let collector = FakeCollector::start().await.unwrap();
    let (otlp, metrics) = started(options(collector.url(), Arc::new(|_| true)));
    collector.then(&[503, 429]);
    otlp.span(span("support"));
    assert!(otlp.flush(GUARD).await);
    assert_eq!((collector.requests().len(), counted(&metrics, "sent")), (3, 1));
    collector.then(&[400]);
    otlp.span(span("support"));
    assert!(otlp.flush(GUARD).await);
    assert_eq!((collector.requests().len(), counted(&metrics, "failed")), (4, 1));
}

#[tokio::test]
async fn a_flush_ends_by_its_deadline_although_the_collector_is_gone() {
    let collector = FakeCollector::start().await.unwrap();
    let (otlp, _) = started(options(collector.url(), Arc::new(|_| true)));
    collector.die().await;
    otlp.span(span("support"));
    assert!(!otlp.flush(Duration::from_millis(10)).await);
}

#[tokio::test]
async fn the_share_of_traces_is_decided_by_their_ids() {
    let collector = FakeCollector::start().await.unwrap();
    let mut wanted = options(collector.url(), Arc::new(|_| true));
    wanted.share = 250_000;
    let (otlp, _) = started(wanted);
    let of = |byte: u8| {
        let mut id = [0xff; 16];
        id[9] = byte;
        otlp.samples(&TraceId(id))
    };
    assert_eq!([of(0x00), of(0x3e), of(0x40), of(0xff)], [true, true, false, false]);
    let none = OtlpOptions { share: 0, ..options(collector.url(), Arc::new(|_| true)) };
    assert!(!started(none).0.samples(&TraceId([0; 16])));
}

#[tokio::test(start_paused = true)]
async fn plain_text_reaches_this_machine_only() {
    let (otlp, metrics) = started(options("http://collector.invalid".to_owned(), Arc::new(|_| true)));
    otlp.span(span("support"));
    assert!(otlp.flush(GUARD).await);
    assert_eq!(counted(&metrics, "failed"), 1);
}
