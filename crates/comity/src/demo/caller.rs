//! The demo's client: a caller of the gateway like any other, over HTTP on loopback.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};

use super::story::Scene;

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The text of the answer, joined if it was streamed.
    pub(crate) text: String,
    /// How many events it came in, if it was streamed.
    pub(crate) events: usize,
    /// The error, if it was one.
    pub(crate) error: Option<Value>,
    /// Index of the receipt.
    pub(crate) index: Option<u64>,
}

impl Reply {
    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }
}

/// Asks the question of a scene.
pub(crate) async fn ask(address: SocketAddr, scene: &Scene) -> anyhow::Result<Reply> {
    let body = json!({
        "model": scene.model, "stream": scene.stream, "max_tokens": 24, "temperature": 0,
        "messages": [{ "role": "user", "content": scene.prompt }],
    });
    let mut request = Request::builder().method(Method::POST).uri("/v1/chat/completions");
    for (name, value) in scene.headers {
        request = request.header(*name, *value);
    }
    let (status, headers, bytes) = send(address, scene.key, request, body.to_string()).await?;
    let index =
        headers.get("x-comity-receipt").and_then(|v| v.to_str().ok()?.rsplit(' ').next()?.parse().ok());
    let mut reply = Reply { status, headers, text: String::new(), events: 0, error: None, index };
    if !status.is_success() {
        reply.error = serde_json::from_slice::<Value>(&bytes).ok().and_then(|v| v.get("error").cloned());
    } else if scene.stream {
        (reply.text, reply.events) = joined(bytes);
    } else {
        let answer: Value = serde_json::from_slice(&bytes)?;
        reply.text =
            answer.pointer("/choices/0/message/content").and_then(Value::as_str).unwrap_or("").to_owned();
    }
    Ok(reply)
}

/// Fetches a receipt.
pub(crate) async fn receipt(address: SocketAddr, key: &str, index: u64) -> anyhow::Result<String> {
    let request = Request::builder().method(Method::GET).uri(format!("/v1/comity/receipts/{index}"));
    let (status, _, bytes) = send(address, key, request, String::new()).await?;
    if status != StatusCode::OK {
        bail!("receipt {index} was not given: {status}");
    }
    Ok(String::from_utf8(bytes.into())?)
}

async fn send(
    address: SocketAddr,
    key: &str,
    request: http::request::Builder,
    body: String,
) -> anyhow::Result<(StatusCode, HeaderMap, Bytes)> {
    let stream = tokio::net::TcpStream::connect(address).await.context("the gateway is not there")?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = request
        .header("host", address.to_string())
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body)))?;
    let (head, body) = sender.send_request(request).await?.into_parts();
    Ok((head.status, head.headers, body.collect().await?.to_bytes()))
}

/// The text of a stream, and how many events carried it.
fn joined(bytes: Bytes) -> (String, usize) {
    let mut reader = wire::SseReader::new(1 << 20);
    reader.push(bytes);
    let (mut text, mut events) = (String::new(), 0);
    while let Ok(Some(event)) = reader.next_event() {
        let chunk = event.data.and_then(|data| serde_json::from_slice::<Value>(&data).ok());
        if let Some(chunk) = chunk {
            events += 1;
            text.push_str(chunk.pointer("/choices/0/delta/content").and_then(Value::as_str).unwrap_or(""));
        }
    }
    (text, events)
}
