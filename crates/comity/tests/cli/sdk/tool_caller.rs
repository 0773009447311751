//! An upstream that answers every chat request with a tool call.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// It lives as long as the test's runtime.
pub(crate) struct ToolCaller {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Value>>>,
}

impl ToolCaller {
    pub(crate) async fn start() -> ToolCaller {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let caller = ToolCaller { address: tcp.local_addr().unwrap(), requests: Arc::default() };
        let requests = caller.requests.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = tcp.accept().await {
                let requests = requests.clone();
                let service = service_fn(move |request| answer(request, requests.clone()));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        caller
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The bodies that arrived, in order.
    pub(crate) fn requests(&self) -> Vec<Value> {
        self.requests.lock().unwrap().clone()
    }
}

async fn answer(
    request: Request<Incoming>,
    requests: Arc<Mutex<Vec<Value>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let body: Value =
        serde_json::from_slice(&request.into_body().collect().await.unwrap().to_bytes()).unwrap();
    let stream = body["stream"] == true;
    requests.lock().unwrap().push(body);
    let (content_type, text) =
        if stream { ("text/event-stream", streamed()) } else { ("application/json", whole()) };
    Ok(Response::builder().header("content-type", content_type).body(Full::from(text)).unwrap())
}

fn whole() -> String {
    let call = json!({ "id": "call_1", "type": "function", "function": { "name": "weather", "arguments": "{\"city\":\"Bonn\"}" } });
    let message = json!({ "role": "assistant", "content": null, "tool_calls": [call] });
    json!({
        "id": "chatcmpl-tools", "object": "chat.completion", "created": 1_700_000_000, "model": "fake",
        "choices": [{ "index": 0, "message": message, "finish_reason": "tool_calls" }],
        "usage": { "prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10 },
    })
    .to_string()
}

fn streamed() -> String {
    let begin = json!({ "index": 0, "id": "call_1", "type": "function", "function": { "name": "weather", "arguments": "" } });
    let part = |text: &str| json!({ "index": 0, "function": { "arguments": text } });
    let deltas = [
        json!({ "role": "assistant", "content": null, "tool_calls": [begin] }),
        json!({ "tool_calls": [part("{\"city\":")] }),
        json!({ "tool_calls": [part("\"Bonn\"}")] }),
    ];
    let chunk = |delta: &Value, finish: Option<&str>| {
        let chunk = json!({
            "id": "chatcmpl-tools", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "fake",
            "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }],
        });
        format!("data: {chunk}\n\n")
    };
    let chunks: String = deltas.iter().map(|delta| chunk(delta, None)).collect();
    chunks + &chunk(&json!({}), Some("tool_calls")) + "data: [DONE]\n\n"
}
