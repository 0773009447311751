//! Traces and metrics: what is told of a request, to whom, and what never is. `side_channels` seeks secrets in all of it.

use std::collections::BTreeSet;

use http::Request;
use http_body_util::Full;
use ledger::Entry;
use serde_json::json;
use testkit::{FakeCollector, Mode, PointSeen, SpanSeen};

use crate::house::{CHAT, GUARD, House, KEY, Plan, ask, ask_streamed};

/// A collector at home, to which traces and metrics go.
pub(crate) const AT_HOME: &str = r#"
[telemetry]
url = "{collector}"
traces = true
metrics = true
place = "DE"
source = "test"
checked = "2026-11-01"
operation = "store"
parties = [{ role = "operator", vendor = "rhein", access = "clear", remote_access_from = [], keys_with_third_party = false, importer_adequate_law = false, importer_kind = "private", relation = "vendor_agreement" }]
"#;

/// The same where it may not lawfully be.
const IN_CHINA: &str = r#"
[telemetry]
url = "{collector}"
traces = true
metrics = true
place = "CN"
source = "test"
checked = "2026-11-01"
operation = "store"
parties = [{ role = "operator", vendor = "huanghe", access = "clear", remote_access_from = [], keys_with_third_party = false, importer_adequate_law = false, importer_kind = "private", relation = "vendor_agreement" }]
"#;

/// The same at home, with the callers' own parents.
const WITH_PARENTS: &str = r#"
[telemetry]
url = "{collector}"
traces = true
accept_traceparent = true
share = 0.0
place = "DE"
source = "test"
checked = "2026-11-01"
operation = "store"
parties = [{ role = "operator", vendor = "rhein", access = "clear", remote_access_from = [], keys_with_third_party = false, importer_adequate_law = false, importer_kind = "private", relation = "vendor_agreement" }]
"#;

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

async fn house(more: &'static str, plan: Plan) -> (House, FakeCollector) {
    let collector = FakeCollector::start().await.unwrap();
    let instead = vec![("collector", collector.url())];
    (House::with(Plan { more, instead, ..plan }).await, collector)
}

/// Waits until so many spans are there: the last of a request is told when its body has been handed on.
async fn spans(house: &House, collector: &FakeCollector, count: usize) -> Vec<SpanSeen> {
    let enough = async {
        while collector.spans().len() < count {
            assert!(house.telemetry.as_ref().unwrap().flush(GUARD).await);
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(GUARD, enough).await.expect("the spans arrive");
    collector.spans()
}

fn named<'a>(spans: &'a [SpanSeen], name: &str) -> Vec<&'a SpanSeen> {
    spans.iter().filter(|span| span.name == name).collect()
}

fn of<'a>(points: &'a [PointSeen], name: &str) -> Vec<&'a PointSeen> {
    points.iter().filter(|point| point.name == name).collect()
}

#[tokio::test]
async fn a_request_is_a_span_and_each_of_its_crossings_one_within_it() {
    let (house, collector) = house(AT_HOME, Plan::default()).await;
    house.upstream("frankfurt").set(Mode::Status(500));
    let mut body = ask("assistant");
    body["temperature"] = json!(0.7);
    let answer = house.chat(&body).await;
    assert_eq!(answer.header("x-comity-endpoint"), Some("paris"));
    let spans = spans(&house, &collector, 3).await;
    let server = named(&spans, "POST /v1/chat/completions")[0];
    assert_eq!((server.kind, server.failed, server.parent.is_empty()), (2, false, true));
    assert_eq!(
        json!(server.attributes),
        json!({
            "http.request.method": "POST", "http.route": CHAT, "http.response.status_code": 200,
            "http.response.header.x-request-id": [answer.header("x-request-id")], "comity.system": "support",
        })
    );
    let first = named(&spans, "chat up-frankfurt")[0];
    let second = named(&spans, "chat up-paris")[0];
    for span in [first, second] {
        assert_eq!((&span.trace, &span.parent, span.kind), (&server.trace, &server.id, 3));
        assert!(server.times.0 <= span.times.0 && span.times.0 <= span.times.1);
    }
    assert_eq!((first.failed, &first.attributes["error.type"]), (true, &json!("upstream_error")));
    let port =
        house.upstream("paris").url().rsplit_once(':').unwrap().1.trim_end_matches("/v1").parse::<u16>();
    let usage = answer.json()["usage"].clone();
    assert_eq!(
        json!(second.attributes),
        json!({
            "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "up-paris",
            "gen_ai.request.stream": false, "gen_ai.request.temperature": 0.7,
            "gen_ai.usage.input_tokens": usage["prompt_tokens"],
            "gen_ai.usage.output_tokens": usage["completion_tokens"],
            "server.address": "127.0.0.1", "server.port": port.unwrap(),
            "comity.system": "support", "comity.endpoint": "paris", "comity.place": "FR", "comity.verdict": "permit",
            "comity.model": "assistant", "comity.attempt": 2, "comity.masked": false,
            "comity.receipt": answer.header("x-comity-receipt"),
        })
    );
    assert_eq!(second.resource["service.instance.id"], "example.com/gateway");
    // No header of a caller's trace or of ours reaches an upstream.
    assert!(house.upstream("paris").requests()[0].headers.get("traceparent").is_none());
    house.end().await;
}

#[tokio::test]
async fn histograms_are_those_of_the_conventions() {
    let (house, collector) = house(AT_HOME, Plan::default()).await;
    house.chat(&ask_streamed("assistant")).await;
    house.chat(&ask("assistant")).await;
    spans(&house, &collector, 4).await;
    let points = collector.points();
    let latest = |name: &str| of(&points, name).into_iter().cloned().collect::<Vec<_>>();
    let tokens = latest("gen_ai.client.token.usage");
    let kinds: BTreeSet<_> = tokens.iter().map(|p| p.attributes["gen_ai.token.type"].to_string()).collect();
    assert_eq!(kinds, BTreeSet::from(["\"input\"".to_owned(), "\"output\"".to_owned()]));
    assert_eq!((tokens[0].unit.as_str(), tokens[0].point.explicit_bounds.len()), ("{token}", 14));
    let took = latest("gen_ai.client.operation.duration").pop().unwrap();
    assert_eq!((took.point.count, took.unit.as_str()), (2, "s"));
    assert_eq!(took.attributes["comity.endpoint"], "frankfurt");
    for name in ["gen_ai.client.operation.time_to_first_chunk", "gen_ai.server.time_to_first_token"] {
        assert_eq!(latest(name).pop().unwrap().point.count, 1, "of the stream alone");
    }
    let streamed = collector
        .spans()
        .into_iter()
        .find(|s| s.attributes.get("gen_ai.request.stream") == Some(&json!(true)));
    assert!(streamed.unwrap().attributes["gen_ai.response.time_to_first_chunk"].is_f64());
    house.end().await;
}

#[tokio::test]
async fn a_refusal_is_a_span_with_its_code_and_where_it_is_on_record() {
    let (house, collector) = house(AT_HOME, Plan::default()).await;
    let answer = house.chat(&ask("abroad")).await;
    let spans = spans(&house, &collector, 1).await;
    assert_eq!(spans.len(), 1);
    let told = &spans[0].attributes;
    assert_eq!(
        (&told["error.type"], &told["http.response.status_code"]),
        (&json!("refused_by_law"), &json!(403))
    );
    assert_eq!(told["comity.receipt"], answer.header("x-comity-receipt").unwrap());
    house.end().await;
}

#[tokio::test]
async fn telemetry_goes_nowhere_unlawful_and_the_decision_is_on_record() {
    let (house, collector) = house(IN_CHINA, Plan::default()).await;
    for body in [ask("assistant"), ask_streamed("assistant"), ask("abroad")] {
        house.chat(&body).await;
    }
    let metrics = house.get(KEY, "/metrics").await.text();
    assert!(house.telemetry.as_ref().unwrap().flush(GUARD).await);
    assert!(collector.requests().is_empty());
    assert!(metrics.contains("comity_telemetry_total{fate=\"not_lawful\"}"), "{metrics}");
    let entries = house.entries();
    let ruled = entries.iter().find_map(|e| match e {
        Entry::Telemetry(t) if t.system == "support" => Some(t),
        _ => None,
    });
    let ruled = ruled.unwrap();
    assert!(!ruled.permit);
    let Entry::Decision(decision) = &entries[usize::try_from(ruled.decisions[0]).unwrap()] else { panic!() };
    assert_eq!(decision.flow["to_location"], "CN");
    assert_ne!(decision.ruling["verdict"], "permit");
    house.end().await;
}

#[tokio::test]
async fn telemetry_is_off_unless_it_is_asked_for() {
    let house = House::open().await;
    assert!(house.telemetry.is_none());
    house.chat(&ask("assistant")).await;
    assert!(!house.entries().iter().any(|e| matches!(e, Entry::Telemetry(_))));
    assert!(!house.get(KEY, "/metrics").await.text().contains("comity_telemetry"));
    house.end().await;
}

#[tokio::test]
async fn a_reload_that_makes_it_unlawful_keeps_what_was_measured_before() {
    let (house, collector) = house(AT_HOME, Plan::default()).await;
    house.chat(&ask("assistant")).await;
    let sent = spans(&house, &collector, 2).await.len();
    let requests = collector.requests().len();
    let plan = Plan { more: IN_CHINA, instead: vec![("collector", collector.url())], ..Plan::default() };
    house.border.reload(Ok((house.law.clone(), house.planned(&plan)))).await.unwrap();
    house.border.rule_on_telemetry().await.unwrap();
    house.chat(&ask("assistant")).await;
    assert!(house.telemetry.as_ref().unwrap().flush(GUARD).await);
    assert_eq!((collector.spans().len(), collector.requests().len()), (sent, requests));
    house.end().await;
}

async fn with_parent(house: &House, parent: &str) {
    let request = Request::post(CHAT)
        .header("authorization", format!("Bearer {KEY}"))
        .header("traceparent", parent)
        .body(Full::new(ask("assistant").to_string().into()));
    assert_eq!(house.send(request.unwrap()).await.status, 200);
}

#[tokio::test]
async fn a_callers_parent_is_taken_where_the_estate_says_so_and_nowhere_else() {
    let (trusting, collector) = house(WITH_PARENTS, Plan::default()).await;
    // By the share nothing of it would leave: whether it is sampled is the caller's to say.
    with_parent(&trusting, PARENT).await;
    with_parent(&trusting, &PARENT.replace("-01", "-00")).await;
    let seen = spans(&trusting, &collector, 2).await;
    let server = named(&seen, "POST /v1/chat/completions")[0];
    assert_eq!(server.trace[..2], [0x0a, 0xf7]);
    assert_eq!(server.parent[..2], [0xb7, 0xad]);
    assert_eq!(seen.len(), 2);
    trusting.end().await;
    let (other, collector) = house(AT_HOME, Plan::default()).await;
    with_parent(&other, PARENT).await;
    let seen = spans(&other, &collector, 2).await;
    assert!(seen.iter().all(|span| span.trace[..2] != [0x0a, 0xf7]));
    assert!(named(&seen, "POST /v1/chat/completions")[0].parent.is_empty());
    other.end().await;
}
