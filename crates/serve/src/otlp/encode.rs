//! Spans and histograms as the messages of OTLP (opentelemetry-proto 1.x).

use std::time::Duration;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, any_value,
};
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Histogram, HistogramDataPoint, Metric, ResourceMetrics, ScopeMetrics, metric,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind as WireKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span as WireSpan, Status};
use prost::Message;

use super::histogram::{Instrument, Series};
use super::span::{Attribute, Span, SpanKind, Value};

const NS_PER_MS: u64 = 1_000_000;

/// The body of a request to `/v1/traces`.
pub(crate) fn spans(resource: &[Attribute], spans: Vec<Span>) -> Vec<u8> {
    let scope_spans = vec![ScopeSpans {
        scope: Some(scope()),
        spans: spans.into_iter().map(span).collect(),
        schema_url: String::new(),
    }];
    let resource_spans =
        vec![ResourceSpans { resource: Some(from(resource)), scope_spans, schema_url: String::new() }];
    ExportTraceServiceRequest { resource_spans }.encode_to_vec()
}

/// The body of a request to `/v1/metrics`; times in milliseconds since 1970.
pub(crate) fn histograms(
    resource: &[Attribute],
    (since_ms, now_ms): (u64, u64),
    all: Vec<(&'static Instrument, Vec<Series>)>,
) -> Vec<u8> {
    let times = (since_ms.saturating_mul(NS_PER_MS), now_ms.saturating_mul(NS_PER_MS));
    let metrics = all.into_iter().map(|(instrument, series)| histogram(instrument, series, times)).collect();
    let scope_metrics = vec![ScopeMetrics { scope: Some(scope()), metrics, schema_url: String::new() }];
    let resource_metrics =
        vec![ResourceMetrics { resource: Some(from(resource)), scope_metrics, schema_url: String::new() }];
    ExportMetricsServiceRequest { resource_metrics }.encode_to_vec()
}

fn scope() -> InstrumentationScope {
    InstrumentationScope {
        name: "comity".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..InstrumentationScope::default()
    }
}

fn from(resource: &[Attribute]) -> Resource {
    Resource { attributes: attributes(resource.to_vec()), ..Resource::default() }
}

fn span(span: Span) -> WireSpan {
    let kind = match span.kind {
        SpanKind::Server => WireKind::Server,
        SpanKind::Client => WireKind::Client,
    };
    let status = Status { code: StatusCode::Error.into(), message: String::new() };
    WireSpan {
        trace_id: span.trace.0.to_vec(),
        span_id: span.id.0.to_vec(),
        parent_span_id: span.parent.map(|id| id.0.to_vec()).unwrap_or_default(),
        // Sampled (W3C Trace Context, section 3.2.2.5).
        flags: 1,
        name: span.name,
        kind: kind.into(),
        start_time_unix_nano: span.begun_ns,
        end_time_unix_nano: span.ended_ns,
        attributes: attributes(span.attributes),
        status: span.failed.then_some(status),
        ..WireSpan::default()
    }
}

fn histogram(instrument: &Instrument, series: Vec<Series>, (since, now): (u64, u64)) -> Metric {
    let point = |Series { attributes: known, counts }: Series| HistogramDataPoint {
        attributes: attributes(known),
        start_time_unix_nano: since,
        time_unix_nano: now,
        count: counts.buckets.iter().sum(),
        sum: Some(counts.sum),
        bucket_counts: counts.buckets,
        explicit_bounds: instrument.bounds.to_vec(),
        min: Some(counts.min),
        max: Some(counts.max),
        ..HistogramDataPoint::default()
    };
    let histogram = Histogram {
        data_points: series.into_iter().map(point).collect(),
        aggregation_temporality: AggregationTemporality::Cumulative.into(),
    };
    Metric {
        name: instrument.name.to_owned(),
        description: instrument.about.to_owned(),
        unit: instrument.unit.to_owned(),
        metadata: Vec::new(),
        data: Some(metric::Data::Histogram(histogram)),
    }
}

fn attributes(all: Vec<Attribute>) -> Vec<KeyValue> {
    let one = |(key, value): Attribute| KeyValue {
        key: key.to_owned(),
        value: Some(any(value)),
        ..KeyValue::default()
    };
    all.into_iter().map(one).collect()
}

fn any(value: Value) -> AnyValue {
    use any_value::Value as Wire;
    let text = |text: &str| Wire::StringValue(text.to_owned());
    let value = match value {
        Value::Text(one) => text(&one),
        Value::Texts(all) => {
            let values = all.iter().map(|one| AnyValue { value: Some(text(one)) }).collect();
            Wire::ArrayValue(ArrayValue { values })
        }
        Value::Whole(number) => Wire::IntValue(number),
        Value::Flag(flag) => Wire::BoolValue(flag),
        Value::Hundredths(number) => Wire::DoubleValue(number as f64 / 100.0),
        Value::Seconds(time) => Wire::DoubleValue(Duration::as_secs_f64(&time)),
    };
    AnyValue { value: Some(value) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use data_encoding::HEXLOWER;

    use super::super::histogram::{Histograms, Instrument};
    use super::super::span::{Span, SpanId, SpanKind, TraceId, Value};
    use super::{histograms, spans};

    static WAITS: Instrument =
        Instrument { name: "waits", unit: "s", about: "How long it took", bounds: &[0.5, 1.0] };

    /// What OpenTelemetry's own package for Python writes for the same span, and so for the histogram below. Both have our version.
    const SPAN: &str = "\
         0ace020a1a0a180a0c736572766963652e6e616d6512080a06636f6d69747912af020a0f0a06636f6d6974791205302e\
         312e30129b020a100707070707070707070707070707070712080808080808080808220809090909090909092a0a6368\
         617420736d616c6c30033905000000000000004109000000000000004a1a0a0d636f6d6974792e73797374656d12090a\
         07737570706f72744a1c0a0c636f6d6974792e666c616773120c2a0a0a030a01610a030a01624a1f0a1967656e5f6169\
         2e75736167652e696e7075745f746f6b656e731202180c4a130a0d636f6d6974792e6d61736b6564120210014a270a1a\
         67656e5f61692e726571756573742e74656d7065726174757265120921666666666666e63f4a300a2367656e5f61692e\
         726573706f6e73652e74696d655f746f5f66697273745f6368756e6b120921000000000000d03f7a0218028501010000\
         00";
    const HISTOGRAM: &str = "\
         0ad4010a1a0a180a0c736572766963652e6e616d6512080a06636f6d69747912b5010a0f0a06636f6d6974791205302e\
         312e3012a1010a0577616974731210486f77206c6f6e6720697420746f6f6b1a01734a82010a7e1140420f0000000000\
         1980841e0000000000210300000000000000290000000000000640321801000000000000000100000000000000010000\
         00000000003a10000000000000e03f000000000000f03f4a1a0a0d636f6d6974792e73797374656d12090a0773757070\
         6f727459000000000000d03f61000000000000f83f1002";

    #[test]
    fn a_span_is_written_as_others_write_it() {
        let span = Span {
            subject: "support".into(),
            trace: TraceId([7; 16]),
            id: SpanId([8; 8]),
            parent: Some(SpanId([9; 8])),
            kind: SpanKind::Client,
            name: "chat small".to_owned(),
            begun_ns: 5,
            ended_ns: 9,
            attributes: vec![
                ("comity.system", "support".into()),
                ("comity.flags", Value::Texts(vec!["a".into(), "b".into()])),
                ("gen_ai.usage.input_tokens", 12.into()),
                ("comity.masked", true.into()),
                ("gen_ai.request.temperature", Value::Hundredths(70)),
                ("gen_ai.response.time_to_first_chunk", Value::Seconds(Duration::from_millis(250))),
            ],
            failed: true,
        };
        assert_eq!(HEXLOWER.encode(&spans(&[("service.name", "comity".into())], vec![span])), SPAN);
    }

    #[test]
    fn a_histogram_is_written_as_others_write_it() {
        let all = Histograms::since(1);
        for value in [0.25, 1.0, 1.5] {
            all.record("support", &WAITS, value, vec![("comity.system", "support".into())]);
        }
        let written = histograms(&[("service.name", "comity".into())], (1, 2), all.leaving(|_| true));
        assert_eq!(HEXLOWER.encode(&written), HISTOGRAM);
    }
}
