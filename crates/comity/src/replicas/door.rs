//! The way to running gateways: orders and questions of management, and no data of anybody.

use bytes::Bytes;
use estate::BaseUrl;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full, Limited};
use serde_json::Value;
use serve::{Client, ClientOptions};
use std::time::Duration;

/// Largest answer, in bytes.
const MOST_BYTES: usize = 4 << 20;
/// Time for one replica to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// One replica, and the key that manages it.
pub(super) struct At {
    pub(super) client: Client,
    pub(super) url: BaseUrl,
    pub(super) key: String,
}

/// The client that all are asked with.
pub(super) fn client() -> anyhow::Result<Client> {
    Ok(serve::client(&ClientOptions::default())?)
}

/// Asks for what stands at a path.
pub(super) async fn get(at: At, path: &'static str) -> Result<Value, String> {
    ask(at, Method::GET, path, Bytes::new()).await
}

/// Sends a body to a path.
pub(super) async fn post(at: At, path: &'static str, body: Vec<u8>) -> Result<Value, String> {
    ask(at, Method::POST, path, body.into()).await
}

async fn ask(at: At, method: Method, path: &str, body: Bytes) -> Result<Value, String> {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", at.url))
        .header(header::AUTHORIZATION, format!("Bearer {}", at.key))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(body))
        .map_err(|_| "the management key does not fit into a header".to_owned())?;
    let answer = async {
        let response =
            at.client.request(request).await.map_err(|error| format!("not reached: {}", cause(&error)))?;
        let (head, body) = response.into_parts();
        let body =
            Limited::new(body, MOST_BYTES).collect().await.map_err(|error| format!("broken off: {error}"))?;
        let value: Value = serde_json::from_slice(&body.to_bytes()).unwrap_or_default();
        if head.status.is_success() {
            return Ok(value);
        }
        let message = value.pointer("/error/message").and_then(Value::as_str).unwrap_or("no reason given");
        Err(format!("refused with {}: {message}", head.status.as_u16()))
    };
    tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| Err(format!("no answer in {PATIENCE:?}")))
}

/// The innermost cause, which says what to look at.
fn cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
