mod fakes;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use super::{FakeUpstream, Mode};

type Tester = Client<HttpConnector, Full<Bytes>>;

fn tester() -> Tester {
    Client::builder(TokioExecutor::new()).build_http()
}

/// Status, body, and whether the body came to its end; none if there was no answer.
async fn ask(tester: &Tester, upstream: &FakeUpstream, body: &Value) -> Option<(u16, String, bool)> {
    let request = Request::post(format!("{}/chat/completions", upstream.url()));
    let answer = tester.request(request.body(Full::new(body.to_string().into())).unwrap()).await.ok()?;
    let status = answer.status().as_u16();
    let (mut body, mut bytes, mut whole) = (answer.into_body(), Vec::new(), true);
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => bytes.extend_from_slice(frame.data_ref().unwrap()),
            Err(_) => whole = false,
        }
    }
    Some((status, String::from_utf8_lossy(&bytes).into_owned(), whole))
}

fn plain() -> Value {
    json!({"model": "m", "messages": []})
}

fn streamed() -> Value {
    json!({"model": "m", "messages": [], "stream": true})
}

#[tokio::test]
async fn answers_whole_and_streamed_and_records_what_it_saw() {
    let (tester, upstream) = (tester(), FakeUpstream::start().await.unwrap());
    let (status, body, _) = ask(&tester, &upstream, &plain()).await.unwrap();
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, body["choices"][0]["message"]["content"].as_str()), (200, Some(upstream.text())));
    for mode in [Mode::Instant, Mode::Paced] {
        upstream.set(mode);
        let (_, events, whole) = ask(&tester, &upstream, &streamed()).await.unwrap();
        assert_eq!(
            (events.matches("data: ").count(), events.contains("\"prompt_tokens\""), whole),
            (11, false, true)
        );
        assert!(events.ends_with("data: [DONE]\n\n"));
    }
    let mut with_usage = streamed();
    with_usage["stream_options"] = json!({"include_usage": true});
    assert!(ask(&tester, &upstream, &with_usage).await.unwrap().1.contains("\"prompt_tokens\":7"));
    assert_eq!((upstream.count(), upstream.requests().len()), (4, 4));
    assert_eq!(upstream.requests()[0].body, plain().to_string());
    assert_eq!(upstream.requests()[0].path, "/v1/chat/completions");
}

#[tokio::test]
async fn fails_on_demand_one_request_each() {
    let (tester, upstream) = (tester(), FakeUpstream::start().await.unwrap());
    upstream.then([Mode::Status(500), Mode::Garbage, Mode::WrongType, Mode::Refusal, Mode::HangUp]);
    assert_eq!(ask(&tester, &upstream, &plain()).await.unwrap().0, 500);
    assert!(serde_json::from_str::<Value>(&ask(&tester, &upstream, &plain()).await.unwrap().1).is_err());
    assert!(ask(&tester, &upstream, &plain()).await.unwrap().1.starts_with("<html>"));
    assert!(ask(&tester, &upstream, &plain()).await.unwrap().1.contains("content_filter"));
    assert!(ask(&tester, &upstream, &plain()).await.is_none_or(|(_, body, whole)| body.is_empty() && !whole));
    assert_eq!(ask(&tester, &upstream, &plain()).await.unwrap().0, 200);
}

#[tokio::test]
async fn a_busy_upstream_says_for_how_long() {
    let (tester, upstream) = (tester(), FakeUpstream::start().await.unwrap());
    upstream.set(Mode::Busy { retry_after: 3 });
    let request =
        Request::post(format!("{}/chat/completions", upstream.url())).body(Full::default()).unwrap();
    let answer = tester.request(request).await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (429, &"3".parse().unwrap()));
}

#[tokio::test]
async fn streams_end_early_in_three_ways() {
    let (tester, upstream) = (tester(), FakeUpstream::start().await.unwrap());
    upstream.then([Mode::Cut { after: 3 }, Mode::Short { after: 3 }, Mode::ErrorEvent { after: 3 }]);
    let mut ends = Vec::new();
    for _ in 0..3 {
        let (_, events, whole) = ask(&tester, &upstream, &streamed()).await.unwrap();
        assert!(!events.contains("[DONE]"));
        ends.push((events.matches("data: ").count(), whole));
    }
    assert_eq!(ends, [(3, false), (3, true), (4, true)]);
    upstream.set(Mode::Cut { after: 0 });
    assert!(!ask(&tester, &upstream, &plain()).await.unwrap().2);
}

#[tokio::test]
async fn a_gated_upstream_waits_for_each_step() {
    let (tester, upstream) = (tester(), FakeUpstream::start_with(1, true).await.unwrap());
    upstream.set(Mode::Gated);
    let request = Request::post(format!("{}/chat/completions", upstream.url()));
    let pending = tester.request(request.body(Full::new(streamed().to_string().into())).unwrap());
    let pending = tokio::spawn(pending);
    upstream.arrived(1).await;
    assert!(!pending.is_finished());
    upstream.open(2);
    let mut body = pending.await.unwrap().unwrap().into_body();
    assert!(body.frame().await.is_some());
    upstream.open(3);
    let rest = body.collect().await.unwrap().to_bytes();
    assert!(rest.ends_with(b"[DONE]\n\n"));
}

#[tokio::test]
async fn a_dead_upstream_refuses_connections_until_it_is_revived() {
    let (tester, upstream) = (tester(), FakeUpstream::start().await.unwrap());
    assert!(ask(&tester, &upstream, &plain()).await.is_some());
    upstream.die().await;
    assert!(tokio::net::TcpStream::connect(upstream.address()).await.is_err());
    upstream.revive().unwrap();
    assert_eq!(ask(&tester, &upstream, &plain()).await.unwrap().0, 200);
}
