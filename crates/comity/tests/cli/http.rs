//! A plain caller over HTTP/1.1, a connection a request.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of an error.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The index of the receipt.
    #[track_caller]
    pub(crate) fn index(&self) -> u64 {
        let receipt = self.header("x-comity-receipt");
        receipt
            .rsplit(' ')
            .next()
            .and_then(|n| n.parse().ok())
            .unwrap_or_else(|| panic!("no receipt: {self:?}"))
    }
}

/// A request with a key, sent; its answer's head.
pub(crate) async fn send(
    address: SocketAddr,
    method: Method,
    path: &str,
    key: &str,
    body: String,
) -> Result<Response<Incoming>, String> {
    let stream = tokio::net::TcpStream::connect(address).await.map_err(|e| e.to_string())?;
    let shaken = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = shaken.map_err(|e| e.to_string())?;
    tokio::spawn(connection);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", address.to_string())
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body)))
        .unwrap();
    sender.send_request(request).await.map_err(|e| e.to_string())
}

async fn whole(response: Response<Incoming>) -> Result<Reply, String> {
    let (head, body) = response.into_parts();
    let body = body.collect().await.map_err(|e| e.to_string())?.to_bytes();
    Ok(Reply { status: head.status, headers: head.headers, body })
}

/// What a path answers.
pub(crate) async fn get(address: SocketAddr, path: &str, key: &str) -> Reply {
    whole(send(address, Method::GET, path, key, String::new()).await.unwrap()).await.unwrap()
}

/// What a chat request to a model is answered, or how it broke.
pub(crate) async fn try_ask(
    address: SocketAddr,
    key: &str,
    model: &str,
    stream: bool,
) -> Result<Reply, String> {
    let body =
        json!({ "model": model, "stream": stream, "messages": [{ "role": "user", "content": "Hello" }] });
    whole(send(address, Method::POST, "/v1/chat/completions", key, body.to_string()).await?).await
}

/// What a chat request to a model is answered.
pub(crate) async fn ask(address: SocketAddr, key: &str, model: &str) -> Reply {
    try_ask(address, key, model, false).await.unwrap()
}
