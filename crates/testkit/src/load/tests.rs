use std::time::Duration;

use bytes::Bytes;

use super::{Load, count_events, quantile};
use crate::{BareProxy, FakeUpstream};

fn short(target: std::net::SocketAddr, body: &'static str) -> Load {
    let brief = Duration::from_millis(200);
    Load {
        warmup: Duration::ZERO,
        duration: brief,
        ..Load::new(target, Bytes::from_static(body.as_bytes()), 4)
    }
}

#[tokio::test]
async fn counts_answers_through_the_bare_proxy() {
    let upstream = FakeUpstream::start_with(64, false).await.unwrap();
    let proxy = BareProxy::start(upstream.address()).await.unwrap();
    let report = short(proxy.address(), r#"{"model":"m","messages":[]}"#).run().await.unwrap();
    assert!(report.requests > 0 && report.failures == 0);
    assert!(report.latency(0.5) > Duration::ZERO && report.latency(0.5) <= report.latency(0.99));
    assert!(upstream.count() as u64 >= report.requests);
}

#[tokio::test]
async fn counts_events_and_failures() {
    let upstream = FakeUpstream::start_with(64, false).await.unwrap();
    let proxy = BareProxy::start(upstream.address()).await.unwrap();
    let report = short(proxy.address(), r#"{"model":"m","stream":true}"#).run().await.unwrap();
    assert!(report.requests > 0 && report.events > report.requests * 60);
    assert!(report.first_chunk(0.5) <= report.latency(0.5));
    let report = short(proxy.address(), "{").run().await.unwrap();
    assert_eq!(report.failures, report.requests);
}

#[tokio::test]
async fn a_rate_is_kept() {
    let upstream = FakeUpstream::start_with(1, false).await.unwrap();
    let load = Load { rate: Some(200.0), ..short(upstream.address(), r#"{"model":"m"}"#) };
    let report = load.run().await.unwrap();
    assert!((1..=41).contains(&report.requests), "{}", report.requests);
}

#[test]
fn quantiles_are_those_of_the_nearest_rank() {
    let latencies: Vec<_> = (1..=100).map(Duration::from_millis).collect();
    let of = |share| quantile(&latencies, share).as_millis();
    assert_eq!((of(0.0), of(0.5), of(0.99), of(1.0)), (1, 50, 99, 100));
    assert_eq!(quantile(&[], 0.5), Duration::ZERO);
    assert_eq!(count_events(b"data: a\n\ndata: b\n\nd"), 2);
}
