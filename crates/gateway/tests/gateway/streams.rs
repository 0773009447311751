//! Streams that break, on either side, and answers that are none.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use ledger::OutcomeCode;
use testkit::Mode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::house::{CHAT, GUARD, House, KEY, Plan, ask, ask_streamed, post};

/// The last event of a stream, which has to be an error that clients raise.
fn last_error(text: &str) -> serde_json::Value {
    let last = text.trim_end().rsplit("\n\n").next().unwrap();
    let event: serde_json::Value = serde_json::from_str(last.strip_prefix("data: ").unwrap()).unwrap();
    assert!(event["error"]["message"].is_string(), "{text}");
    event["error"].clone()
}

#[tokio::test]
async fn a_stream_cut_in_the_middle_says_so() {
    let house = House::open().await;
    for mode in [Mode::Cut { after: 3 }, Mode::Short { after: 3 }] {
        house.upstream("frankfurt").set(mode);
        let answer = house.chat(&ask_streamed("assistant")).await;
        assert_eq!(answer.status, 200);
        assert!(!answer.text().contains("[DONE]"));
        assert_eq!(answer.text().matches("data: ").count(), 4);
        assert_eq!(last_error(&answer.text())["code"], "upstream_cut");
    }
    assert_eq!(house.counts(), [0, 2, 0, 0], "no answer is spliced from two endpoints");
    assert_eq!(house.ended().await, [(OutcomeCode::Truncated, 2)]);
}

#[tokio::test]
async fn a_stream_that_ends_before_it_began_says_so() {
    let house = House::open().await;
    house.upstream("frankfurt").set(Mode::Short { after: 0 });
    let answer = house.chat(&ask_streamed("assistant")).await;
    assert_eq!(last_error(&answer.text())["code"], "upstream_cut");
    assert_eq!(house.ended().await, [(OutcomeCode::Truncated, 1)]);
}

#[tokio::test]
async fn an_error_event_passes_and_counts_as_the_endpoints_error() {
    let house = House::open().await;
    house.upstream("frankfurt").set(Mode::ErrorEvent { after: 2 });
    let answer = house.chat(&ask_streamed("assistant")).await;
    assert_eq!(last_error(&answer.text())["message"], "overloaded");
    assert_eq!(answer.text().matches("\"error\"").count(), 1);
    assert_eq!(house.ended().await, [(OutcomeCode::UpstreamError, 1)]);
}

#[tokio::test]
async fn an_answer_cut_in_the_middle_is_no_answer() {
    let house = House::open().await;
    // Broken off, and half of it as if that were all.
    for mode in [Mode::Cut { after: 0 }, Mode::Short { after: 0 }] {
        house.upstream("frankfurt").set(mode);
        let answer = house.chat(&ask("assistant")).await;
        assert_eq!(answer.refusal(), (502, "bad_upstream_answer".into(), Some("false")));
    }
    assert_eq!(house.outcomes(2).await, [OutcomeCode::Truncated, OutcomeCode::UpstreamError]);
    assert_eq!(house.end().await.admissions, 2);
}

#[tokio::test]
async fn garbage_is_no_answer() {
    let house = House::open().await;
    for mode in [Mode::Garbage, Mode::WrongType] {
        house.upstream("frankfurt").set(mode.clone());
        let answer = house.chat(&ask("assistant")).await;
        assert_eq!(answer.refusal(), (502, "bad_upstream_answer".into(), Some("false")), "{mode:?}");
        assert_eq!(answer.header("x-comity-endpoint"), Some("frankfurt"));
    }
    let answer = house.chat(&ask_streamed("assistant")).await;
    assert_eq!(answer.refusal(), (502, "bad_upstream_answer".into(), Some("false")));
    // An event stream of nonsense has begun before it shows.
    house.upstream("frankfurt").set(Mode::Garbage);
    let answer = house.chat(&ask_streamed("assistant")).await;
    assert_eq!(last_error(&answer.text())["code"], "upstream_cut");
    assert_eq!(house.ended().await, [(OutcomeCode::Truncated, 1), (OutcomeCode::UpstreamError, 3)]);
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_of_a_stream_is_on_record() {
    let house = House::open().await;
    let upstream = house.upstream("frankfurt");
    upstream.set(Mode::Gated);
    upstream.open(3);
    let mut call = house.begin(post(ask_streamed("assistant").to_string())).await;
    assert!(call.response.body_mut().frame().await.unwrap().is_ok());
    call.hang_up();
    assert_eq!(house.outcomes(1).await, [OutcomeCode::ClientGone]);
    assert_eq!(house.ended().await, [(OutcomeCode::ClientGone, 1)]);
}

#[tokio::test]
async fn a_client_that_leaves_before_the_answer_is_on_record() {
    let house = House::open().await;
    house.upstream("frankfurt").set(Mode::Gated);
    {
        let asking = house.begin(post(ask("assistant").to_string()));
        let mut asking = std::pin::pin!(asking);
        tokio::select! {
            _ = &mut asking => panic!("an answer through a closed gate"),
            () = house.upstream("frankfurt").arrived(1) => {}
        }
    }
    assert_eq!(house.outcomes(1).await, [OutcomeCode::ClientGone]);
    assert_eq!(house.counts(), [0, 1, 0, 0]);
    assert_eq!(house.ended().await, [(OutcomeCode::ClientGone, 1)]);
}

#[tokio::test]
async fn a_stream_that_falls_silent_is_ended() {
    let house = House::with(Plan { timeouts: "{ idle = \"200ms\" }", ..Plan::default() }).await;
    let upstream = house.upstream("frankfurt");
    upstream.set(Mode::Gated);
    upstream.open(3);
    let answer = house.chat(&ask_streamed("assistant")).await;
    assert_eq!(last_error(&answer.text())["code"], "upstream_cut");
    assert_eq!(answer.text().matches("data: ").count(), 3);
    assert_eq!(house.ended().await, [(OutcomeCode::Timeout, 1)]);
}

#[tokio::test]
async fn a_whole_answer_that_does_not_come_is_given_up() {
    let house = House::with(Plan { timeouts: "{ total = \"200ms\" }", ..Plan::default() }).await;
    let upstream = house.upstream("frankfurt");
    upstream.set(Mode::Gated);
    upstream.open(1);
    let answer = house.chat(&ask("assistant")).await;
    assert_eq!(answer.refusal(), (504, "upstream_timeout".into(), Some("false")));
    assert_eq!(house.ended().await, [(OutcomeCode::Timeout, 1)]);
}

/// An upstream that sends these bytes, whatever it is asked.
async fn raw(answer: Vec<u8>, again: bool) -> String {
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = tcp.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = tcp.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(&answer).await;
                while again && stream.write_all(b"data: {\"choices\":[]}\n\n").await.is_ok() {}
            });
        }
    });
    format!("http://{address}/v1")
}

async fn with_raw(answer: &[u8], again: bool, timeouts: &'static str) -> House {
    let instead = vec![("frankfurt", raw(answer.to_vec(), again).await)];
    House::with(Plan { instead, timeouts, ..Plan::default() }).await
}

#[tokio::test]
async fn an_encoded_answer_is_not_passed_on() {
    for content_type in ["text/event-stream", "application/json"] {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\u{8b}"
        );
        let house = with_raw(head.as_bytes(), false, "{}").await;
        let body =
            if content_type == "text/event-stream" { ask_streamed("assistant") } else { ask("assistant") };
        let answer = house.chat(&body).await;
        assert_eq!(answer.refusal(), (502, "bad_upstream_answer".into(), Some("false")), "{content_type}");
        assert_eq!(house.ended().await, [(OutcomeCode::UpstreamError, 1)]);
    }
}

#[tokio::test]
async fn an_upstream_that_speaks_no_http_is_passed_over() {
    for nonsense in [
        "",
        "\r\n\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 099 What\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
    ] {
        let house = with_raw(nonsense.as_bytes(), false, "{}").await;
        let answer = house.chat(&ask("assistant")).await;
        assert_eq!(answer.header("x-comity-endpoint"), Some("paris"), "{nonsense:?}: {}", answer.text());
        assert_eq!(house.ended().await, [(OutcomeCode::Served, 1), (OutcomeCode::UpstreamError, 1)]);
    }
}

#[tokio::test]
async fn a_stream_without_end_is_ended() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let house = with_raw(head, true, "{ total = \"300ms\" }").await;
    let call = house.begin(post(ask_streamed("assistant").to_string())).await;
    let answer = tokio::time::timeout(GUARD.min(Duration::from_secs(20)), call.whole())
        .await
        .expect("the stream ends");
    assert_eq!(last_error(&answer.text())["code"], "upstream_cut");
    assert_eq!(house.ended().await, [(OutcomeCode::Timeout, 1)]);
}

#[tokio::test]
async fn an_event_too_large_is_not_kept_in_memory() {
    let mut head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: ".to_vec();
    head.resize(head.len() + (2 << 20), b'a');
    let house = with_raw(&head, false, "{}").await;
    let answer = house.chat(&ask_streamed("assistant")).await;
    assert_eq!(last_error(&answer.text())["code"], "upstream_cut");
    assert!(answer.body.len() < 4096);
    assert_eq!(house.ended().await, [(OutcomeCode::UpstreamError, 1)]);
}

#[tokio::test]
async fn a_stream_of_http_2_that_is_reset_is_on_record() {
    let house = House::open().await;
    let upstream = house.upstream("frankfurt");
    upstream.set(Mode::Gated);
    upstream.open(3);
    let tcp = tokio::net::TcpStream::connect(house.address).await.unwrap();
    let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(tcp));
    let (mut sender, connection) = handshake.await.unwrap();
    let connection = tokio::spawn(connection);
    let uri = format!("http://gateway.test{CHAT}");
    let request = || {
        let request = http::Request::post(&uri).header("authorization", format!("Bearer {KEY}"));
        request.body(Full::<Bytes>::from(ask_streamed("assistant").to_string())).unwrap()
    };
    let mut response = sender.send_request(request()).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.body_mut().frame().await.unwrap().is_ok());
    // Only this stream ends, not the connection.
    drop(response);
    assert_eq!(house.outcomes(1).await, [OutcomeCode::ClientGone]);
    upstream.set(Mode::Instant);
    let response = sender.send_request(request()).await.unwrap();
    assert!(response.into_body().collect().await.unwrap().to_bytes().ends_with(b"[DONE]\n\n"));
    drop(sender);
    connection.await.unwrap().unwrap();
    assert_eq!(house.ended().await, [(OutcomeCode::Served, 1), (OutcomeCode::ClientGone, 1)]);
}
