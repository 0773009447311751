//! One caller over HTTP/1.1: sends a request, reads the answer to its end or leaves, and says what it saw.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use ledger::Digest;
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::requests::{Ask, Kind};

/// The longest that a caller waits for a piece: longer than the estate lets an endpoint take, on every attempt.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a caller who leaves thinks before.
const THOUGHT: Duration = Duration::from_millis(400);

/// A connection that is used again as long as it can be.
pub(crate) struct Line {
    address: SocketAddr,
    sender: Option<SendRequest<Full<Bytes>>>,
}

/// What a caller saw of an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// 0 if there was none.
    pub(crate) status: u16,
    pub(crate) end: How,
    /// The code of an error, in an answer or within a stream.
    pub(crate) code: String,
    /// Where the receipt is: the index of an entry, and the digest that a refusal of this request has.
    pub(crate) pointer: Option<(u64, Option<Digest>)>,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum How {
    /// There was none.
    #[default]
    Unanswered,
    /// Nobody took the request.
    Unsent,
    Whole,
    /// It has a proper end, but is not whole.
    Short,
    Broken,
    /// The caller left.
    Left,
}

impl Line {
    pub(crate) fn new(address: SocketAddr) -> Line {
        Line { address, sender: None }
    }

    /// Where it leads.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a request and sees what becomes of it. A slow upstream takes `steps` while the caller waits.
    pub(crate) async fn ask(&mut self, ask: &Ask, steps: impl FnOnce()) -> Seen {
        if ask.kind == Kind::HalfSent {
            // It does not matter how far it comes.
            drop(self.half(ask).await);
            return Seen { end: How::Left, ..Seen::default() };
        }
        if self.sender().await.is_err() {
            return Seen { end: How::Unsent, ..Seen::default() };
        }
        let headers = [("authorization", format!("Bearer {}", ask.secret()))];
        steps();
        let sent = self.send((Method::POST, ask.path), &headers, ask.body.clone());
        let Ok(Ok(response)) = timeout(PATIENCE, sent).await else {
            self.sender = None;
            return Seen::default();
        };
        let (head, body) = response.into_parts();
        let pointer = pointer(&head.headers, &ask.body);
        let seen = Seen { status: head.status.as_u16(), pointer, ..Seen::default() };
        let leaves = ask.kind == Kind::Leaver && seen.status == 200;
        let seen = if leaves { leave(body, seen).await } else { read(ask, body, seen).await };
        if !matches!(seen.end, How::Whole | How::Short) {
            self.sender = None;
        }
        seen
    }

    /// What a path answers to a key.
    pub(crate) async fn get(&mut self, path: &str, secret: &str) -> anyhow::Result<(u16, Bytes)> {
        let headers = [("authorization", format!("Bearer {secret}"))];
        let sent = self.send((Method::GET, path), &headers, Bytes::new());
        let response = timeout(PATIENCE, sent).await.context("no answer in time")??;
        let status = response.status().as_u16();
        let body = timeout(PATIENCE, response.into_body().collect()).await.context("no end in time")??;
        Ok((status, body.to_bytes()))
    }

    async fn send(
        &mut self,
        (method, path): (Method, &str),
        headers: &[(&str, String)],
        body: Bytes,
    ) -> anyhow::Result<Response<Incoming>> {
        let mut request =
            Request::builder().method(method).uri(path).header("host", self.address.to_string());
        request = request.header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(body))?;
        Ok(self.sender().await?.send_request(request).await?)
    }

    async fn sender(&mut self) -> anyhow::Result<&mut SendRequest<Full<Bytes>>> {
        let usable = match &mut self.sender {
            Some(sender) => sender.ready().await.is_ok(),
            None => false,
        };
        if !usable {
            let stream = TcpStream::connect(self.address).await?;
            let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
            // A connection that breaks shows in its sender.
            tokio::spawn(connection);
            self.sender = Some(sender);
        }
        self.sender.as_mut().context("no connection")
    }

    /// Sends half of a request and closes the connection.
    async fn half(&self, ask: &Ask) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(self.address).await?;
        let (path, secret, length) = (ask.path, ask.secret(), ask.body.len());
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: soak\r\nauthorization: Bearer {secret}\r\ncontent-length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(ask.body.get(..length / 2).unwrap_or_default()).await?;
        stream.flush().await
    }
}

/// Reads one piece, thinks about it, and leaves: some are always under way when the process ends.
async fn leave(mut body: Incoming, seen: Seen) -> Seen {
    drop(timeout(Duration::from_secs(1), body.frame()).await);
    tokio::time::sleep(THOUGHT).await;
    Seen { end: How::Left, ..seen }
}

async fn read(ask: &Ask, mut body: Incoming, seen: Seen) -> Seen {
    let mut bytes = Vec::new();
    let end = loop {
        match timeout(PATIENCE, body.frame()).await {
            Ok(Some(Ok(frame))) => bytes.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data)),
            Ok(None) if seen.status != 200 || ask.is_whole(&bytes) => break How::Whole,
            Ok(None) => break How::Short,
            Ok(Some(Err(_))) | Err(_) => break How::Broken,
        }
    };
    let code = if seen.status == 200 && end == How::Whole { String::new() } else { code(&bytes) };
    Seen { end, code, ..seen }
}

/// The code of an error body, or of the last event of a stream that ended with one.
fn code(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let last = text.trim_end().rsplit("data: ").next().unwrap_or_default();
    let value: Value = serde_json::from_str(last).unwrap_or_default();
    let within = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    within("/error/code").or_else(|| within("/error/type")).unwrap_or_default()
}

/// Index and digest, as the headers of an answer have them.
fn pointer(headers: &HeaderMap, body: &[u8]) -> Option<(u64, Option<Digest>)> {
    let of = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let index = of("x-comity-receipt")?.rsplit(' ').next()?.parse().ok()?;
    let salt = data_encoding::HEXLOWER.decode(of("x-comity-salt").unwrap_or_default().as_bytes()).ok();
    let salt = salt.and_then(|salt| <[u8; 16]>::try_from(salt).ok());
    Some((index, salt.map(|salt| Digest::salted(&salt, body))))
}

/// A figure of `/metrics`, by the beginning of its line.
pub(crate) async fn metric(address: SocketAddr, begins: &str) -> anyhow::Result<f64> {
    let (status, body) = Line::new(address).get("/metrics", "").await?;
    let text = String::from_utf8_lossy(&body);
    let line = text.lines().find_map(|line| line.strip_prefix(begins));
    match line.and_then(|rest| rest.trim().parse().ok()) {
        Some(figure) => Ok(figure),
        None => bail!("`/metrics` answers {status} and has no `{begins}`"),
    }
}
