//! Requests that are malformed, huge, deep, slow, half-closed or lost.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::house::{CHAT, GUARD, House, KEY, Plan, ask, post, post_with};

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused() {
    let house = House::open().await;
    let deep = |open: &str, close: &str| {
        let (open, close) = (open.repeat(10_000), close.repeat(10_000));
        format!("{{\"model\":\"assistant\",\"messages\":{open}1{close}}}").into_bytes()
    };
    let with = |extra: &str| {
        format!("{{\"model\":\"assistant\",\"messages\":[{{\"role\":\"user\",\"content\":\"x\"}}]{extra}}}")
            .into_bytes()
    };
    let many = format!("{{\"model\":\"assistant\",\"messages\":[{}]}}", vec!["{}"; 5000].join(","));
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (b"".to_vec(), "invalid_json"),
        (b"not json".to_vec(), "invalid_json"),
        (b"{\"model\":\"assistant\",".to_vec(), "invalid_json"),
        (b"\xff\xfe{\x00}\x00".to_vec(), "invalid_json"),
        ([b"\xef\xbb\xbf", &with("")[..]].concat(), "invalid_json"),
        ([&with("")[..], b"{}"].concat(), "invalid_json"),
        (with(",\"x\":NaN"), "invalid_json"),
        (b"[]".to_vec(), "not_an_object"),
        (b"null".to_vec(), "not_an_object"),
        (deep("[", "]"), "nested_too_deep"),
        (deep("{\"a\":", "}"), "nested_too_deep"),
        (many.into_bytes(), "too_many_messages"),
        (b"{\"model\":\"assistant\"}".to_vec(), "missing_field"),
        (b"{\"messages\":[]}".to_vec(), "missing_field"),
        (b"{\"model\":7,\"messages\":[]}".to_vec(), "wrong_type"),
        (with(",\"stream\":\"yes\""), "wrong_type"),
        // Which of two is meant differs from parser to parser: ours might judge one and the upstream follow the other.
        (with(",\"model\":\"abroad\""), "duplicate_field"),
        (with(",\"messages\":[]"), "duplicate_field"),
        (with(",\"\\u006dodel\":\"abroad\""), "duplicate_field"),
        (with(",\"Model\":\"abroad\""), "ambiguous_field"),
    ];
    for (body, code) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let answer = house.send(post(body)).await;
        assert_eq!(answer.refusal(), (400, code.into(), Some("false")), "{shown}: {}", answer.text());
        assert!(answer.header("x-request-id").is_some());
    }
    assert_eq!(house.counts(), [0, 0, 0, 0]);
    assert_eq!(house.end().await.admissions, 0);
}

#[tokio::test]
async fn a_huge_body_is_refused_before_it_is_read() {
    let house = House::open().await;
    let mut body = ask("assistant");
    body["pad"] = "x".repeat(65_536).into();
    let answer = house.send(post(body.to_string())).await;
    assert_eq!(answer.refusal(), (413, "request_too_large".into(), Some("false")));
    // Declared and never sent: the answer comes at once.
    let head = format!(
        "POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\ncontent-length: 99999999999\r\n\r\n"
    );
    assert!(exchange(&house, head.as_bytes(), false).await.starts_with("HTTP/1.1 413"));
    // Not declared, and without end.
    let head = format!(
        "POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    let chunks = format!("8000\r\n{}\r\n", "y".repeat(0x8000)).repeat(3);
    assert!(exchange(&house, (head + &chunks).as_bytes(), false).await.starts_with("HTTP/1.1 413"));
    assert_eq!(house.end().await.admissions, 0);
}

#[tokio::test]
async fn an_encoded_body_is_refused() {
    let house = House::open().await;
    let bearer = format!("Bearer {KEY}");
    for encoding in ["gzip", "zstd", "br", "deflate", "identity, gzip", "GZIP", "x-unknown", ""] {
        let headers = [("authorization", bearer.as_str()), ("content-encoding", encoding)];
        let answer = house.send(post_with(&headers, ask("assistant").to_string())).await;
        assert_eq!(answer.refusal(), (415, "unsupported_encoding".into(), Some("false")), "{encoding}");
    }
    let headers = [("authorization", bearer.as_str()), ("content-encoding", "identity")];
    assert_eq!(house.send(post_with(&headers, ask("assistant").to_string())).await.status, 200);
    assert_eq!(house.end().await.admissions, 1);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let house = House::with(Plan { body_deadline: "200ms", ..Plan::default() }).await;
    let head = format!(
        "POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\ncontent-length: 100\r\n\r\n{{\"mod"
    );
    let answer = exchange(&house, head.as_bytes(), false).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("request_too_slow"), "{answer}");
    assert_eq!(house.end().await.admissions, 0);
}

#[tokio::test]
async fn a_request_cut_in_the_middle_crosses_nothing() {
    let house = House::open().await;
    let body = ask("assistant").to_string();
    for cut in [1, body.len() / 2, body.len() - 1] {
        for framing in [format!("content-length: {}", body.len()), "transfer-encoding: chunked".to_owned()] {
            let part = if framing.starts_with("content") {
                body[..cut].to_owned()
            } else {
                format!("{:x}\r\n{}\r\n", cut, &body[..cut])
            };
            let head = format!(
                "POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\n{framing}\r\n\r\n{part}"
            );
            let answer = exchange(&house, head.as_bytes(), true).await;
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
        }
    }
    assert_eq!(house.counts(), [0, 0, 0, 0]);
    assert_eq!(house.end().await.admissions, 0);
}

#[tokio::test]
async fn two_lengths_are_no_request() {
    let house = House::open().await;
    let body = ask("assistant").to_string();
    for framing in [
        format!("content-length: {}\r\ncontent-length: 5", body.len()),
        format!("content-length: {}\r\ntransfer-encoding: chunked", body.len()),
        "content-length: -1".to_owned(),
        "transfer-encoding: gzip".to_owned(),
    ] {
        let request = format!(
            "POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\n{framing}\r\n\r\n{body}"
        );
        let answer = exchange(&house, request.as_bytes(), true).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{framing}: {answer}");
    }
    assert_eq!(house.counts(), [0, 0, 0, 0]);
    assert_eq!(house.end().await.admissions, 0);
}

#[tokio::test]
async fn what_is_not_served_is_not_passed_through() {
    let house = House::open().await;
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v1/completions",
        "/v1/responses/resp_1",
        "/v1/messages/batches",
        "/v1/audio/transcriptions",
        "/v1/chat/completions/",
        "/v1/chat/completions/x",
        "/V1/chat/completions",
        "//v1/chat/completions",
        "/v1/../v1/chat/completions",
        "/v1/chat%2Fcompletions",
        "/proxy",
        "/v1/comity/receipts",
        "/v1/files",
    ] {
        let request = Request::post(path).header("authorization", format!("Bearer {KEY}"));
        let answer = house.send(request.body(Full::from(ask("assistant").to_string())).unwrap()).await;
        assert_eq!(answer.refusal(), (404, "unknown_path".into(), Some("false")), "{path}");
    }
    assert_eq!(house.counts(), [0, 0, 0, 0]);
    house.end().await;
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_one() {
    let house = House::open().await;
    for (method, path, allow) in [
        ("GET", CHAT, "POST"),
        ("PUT", CHAT, "POST"),
        ("DELETE", CHAT, "POST"),
        ("POST", "/v1/models", "GET"),
        ("POST", "/metrics", "GET"),
        ("POST", "/healthz", "GET"),
        ("DELETE", "/v1/comity/receipts/3", "GET"),
    ] {
        let request =
            Request::builder().method(method).uri(path).header("authorization", format!("Bearer {KEY}"));
        let answer = house.send(request.body(Full::from(ask("assistant").to_string())).unwrap()).await;
        assert_eq!(answer.refusal(), (405, "wrong_method".into(), Some("false")), "{method} {path}");
        assert_eq!(answer.header("allow"), Some(allow));
    }
    assert_eq!(house.counts(), [0, 0, 0, 0]);
    house.end().await;
}

#[tokio::test]
async fn headers_that_are_not_text_are_an_error() {
    let house = House::open().await;
    let mut request = post(ask("assistant").to_string());
    let value = http::HeaderValue::from_bytes(b"h\xc3\xa9alth").unwrap();
    request.headers_mut().insert("x-comity-data", value);
    assert_eq!(house.send(request).await.refusal(), (400, "invalid_fact".into(), Some("false")));
    let mut request = post(ask("assistant").to_string());
    request.headers_mut().insert("authorization", http::HeaderValue::from_bytes(b"Bearer \xff").unwrap());
    assert_eq!(house.send(request).await.status, 401);
    assert_eq!(house.end().await.admissions, 0);
}

/// Sends raw bytes, ends the sending side if asked to, and reads the answer's beginning, or nothing if there is none.
async fn exchange(house: &House, bytes: &[u8], half_close: bool) -> String {
    let talk = async {
        let mut stream = TcpStream::connect(house.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        if half_close {
            stream.shutdown().await.unwrap();
        }
        let mut answer = Vec::new();
        let mut piece = [0; 4096];
        // The head and the body of an error come together.
        while let Ok(count) = stream.read(&mut piece).await {
            answer.extend_from_slice(&piece[..count]);
            if count == 0 || answer.windows(2).any(|w| w == b"}}") {
                break;
            }
        }
        String::from_utf8_lossy(&answer).into_owned()
    };
    tokio::time::timeout(GUARD.max(Duration::from_secs(1)), talk)
        .await
        .expect("the gateway answers or closes")
}

#[tokio::test]
async fn a_body_in_many_small_pieces_is_one_request() {
    let house = House::open().await;
    let body = Bytes::from(ask("assistant").to_string());
    let mut request = format!(
        "POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    for byte in &body {
        request.push_str(&format!("1\r\n{}\r\n", *byte as char));
    }
    request.push_str("0\r\n\r\n");
    let answer = exchange(&house, request.as_bytes(), false).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(house.end().await.admissions, 1);
}
