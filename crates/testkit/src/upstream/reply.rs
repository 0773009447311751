//! The answers of a fake upstream, made once and sent many times.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::host::{Reply, ReplyError};
use crate::upstream::Mode;

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// What of a request changes the answer.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    stream: Option<bool>,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
}

#[derive(Debug, Default, Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: Option<bool>,
}

impl Asked {
    pub(super) fn read(body: &[u8]) -> Asked {
        serde_json::from_slice(body).unwrap_or_default()
    }

    fn stream(&self) -> bool {
        self.stream == Some(true)
    }

    fn usage(&self) -> bool {
        self.stream_options.as_ref().is_some_and(|options| options.include_usage == Some(true))
    }
}

/// One answer in all its forms.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) text: String,
    full: Bytes,
    refusal: Bytes,
    /// The role, a word each, the finish reason.
    events: Vec<Bytes>,
    refusal_events: Vec<Bytes>,
    usage: Bytes,
}

impl Script {
    pub(super) fn new(words: usize) -> Script {
        let words: Vec<String> = (1..=words).map(|n| format!("word{n} ")).collect();
        let text = words.concat();
        let usage =
            json!({"prompt_tokens": 7, "completion_tokens": words.len(), "total_tokens": words.len() + 7});
        let role = delta(&json!({"role": "assistant", "content": ""}), None);
        let mut events = vec![role.clone()];
        events.extend(words.iter().map(|word| delta(&json!({"content": word}), None)));
        events.push(delta(&json!({}), Some("stop")));
        Script {
            full: full(&json!({"role": "assistant", "content": &text, "refusal": null}), "stop", &usage),
            refusal: full(
                &json!({"role": "assistant", "content": null, "refusal": "I cannot help with that."}),
                "content_filter",
                &usage,
            ),
            events,
            refusal_events: vec![
                role,
                delta(&json!({"refusal": "I cannot help with that."}), None),
                delta(&json!({}), Some("content_filter")),
            ],
            usage: event(&head("chat.completion.chunk", json!([]), Some(&usage))),
            text,
        }
    }

    pub(super) fn reply(&self, mode: &Mode, asked: &Asked, gate: &Arc<Semaphore>) -> Reply {
        match mode {
            Mode::HangUp => hang_up(),
            Mode::Busy { retry_after } => busy(*retry_after),
            Mode::Status(status) => error(*status, "as told"),
            Mode::Garbage if asked.stream() => {
                whole(EVENTS, Bytes::from_static(b"\x00\xff{{{ nothing of sense\n\n"))
            }
            Mode::Garbage => whole(JSON, Bytes::from_static(b"\x00\xff{{{ nothing of sense")),
            Mode::WrongType => whole("text/html", Bytes::from_static(b"<html><body>Sign in</body></html>")),
            Mode::Refusal if asked.stream() => {
                pieces(EVENTS, self.stream(&self.refusal_events, asked), Pace::None)
            }
            Mode::Refusal => whole(JSON, self.refusal.clone()),
            Mode::Gated => {
                let parts = if asked.stream() {
                    self.stream(&self.events, asked)
                } else {
                    vec![Ok(self.full.clone())]
                };
                pieces(if asked.stream() { EVENTS } else { JSON }, parts, Pace::Gate(Arc::clone(gate)))
            }
            Mode::Instant | Mode::Paced if !asked.stream() => whole(JSON, self.full.clone()),
            Mode::Instant => pieces(EVENTS, self.stream(&self.events, asked), Pace::None),
            Mode::Paced => pieces(EVENTS, self.stream(&self.events, asked), Pace::Yield),
            Mode::Cut { .. } if !asked.stream() => self.cut_body(),
            Mode::Short { .. } | Mode::ErrorEvent { .. } if !asked.stream() => {
                whole(JSON, self.full.slice(..self.full.len() / 2))
            }
            Mode::Cut { after } => self.broken(*after, Some(Err("cut".into()))),
            Mode::Short { after } => self.broken(*after, None),
            Mode::ErrorEvent { after } => self.broken(*after, Some(Ok(event(&error_json("overloaded"))))),
        }
    }

    fn stream(&self, events: &[Bytes], asked: &Asked) -> Vec<Piece> {
        let usage = asked.usage().then(|| self.usage.clone());
        let done = Bytes::from_static(b"data: [DONE]\n\n");
        events.iter().cloned().chain(usage).chain([done]).map(Ok).collect()
    }

    fn cut_body(&self) -> Reply {
        let half = self.full.slice(..self.full.len() / 2);
        pieces(JSON, vec![Ok(half), Err("cut".into())], Pace::Yield)
    }

    fn broken(&self, after: usize, last: Option<Piece>) -> Reply {
        let parts = self.events.iter().take(after).cloned().map(Ok).chain(last).collect();
        pieces(EVENTS, parts, Pace::Yield)
    }
}

type Piece = Result<Bytes, ReplyError>;

/// What comes before each piece.
enum Pace {
    None,
    /// The server is given a chance to send what it has.
    Yield,
    Gate(Arc<Semaphore>),
}

impl Pace {
    async fn wait(&self) -> bool {
        match self {
            Pace::None => true,
            Pace::Yield => {
                tokio::task::yield_now().await;
                true
            }
            Pace::Gate(gate) => step(gate).await,
        }
    }
}

/// Takes one step through the gate.
pub(super) async fn step(gate: &Semaphore) -> bool {
    gate.acquire().await.map(tokio::sync::SemaphorePermit::forget).is_ok()
}

fn pieces(content_type: &'static str, pieces: Vec<Piece>, pace: Pace) -> Reply {
    let pace = Arc::new(pace);
    let frames = stream::iter(pieces).then(move |piece| {
        let pace = Arc::clone(&pace);
        async move {
            pace.wait().await;
            piece.map(Frame::data)
        }
    });
    respond(200, content_type, StreamBody::new(frames).boxed_unsync())
}

fn whole(content_type: &'static str, body: Bytes) -> Reply {
    respond(200, content_type, Full::new(body).map_err(|never| match never {}).boxed_unsync())
}

/// An error with an OpenAI body.
pub(super) fn error(status: u16, message: &str) -> Reply {
    let mut reply = whole(JSON, error_json(message).to_string().into());
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply
}

fn busy(retry_after: u64) -> Reply {
    let mut reply = error(429, "too many requests");
    reply.headers_mut().insert(header::RETRY_AFTER, retry_after.into());
    reply
}

/// A reply whose body breaks before its first byte.
pub(super) fn hang_up() -> Reply {
    let broken = stream::iter([Err::<Frame<Bytes>, ReplyError>("hung up".into())]);
    respond(200, JSON, StreamBody::new(broken).boxed_unsync())
}

fn respond(
    status: u16,
    content_type: &'static str,
    body: http_body_util::combinators::UnsyncBoxBody<Bytes, ReplyError>,
) -> Reply {
    let mut reply = Response::new(body);
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

fn error_json(message: &str) -> Value {
    json!({"error": {"message": message, "type": "server_error", "param": null, "code": null}})
}

fn head(object: &str, choices: Value, usage: Option<&Value>) -> Value {
    json!({"id": "chatcmpl-fake", "object": object, "created": 1_700_000_000, "model": "fake", "choices": choices, "usage": usage})
}

fn full(message: &Value, finish: &str, usage: &Value) -> Bytes {
    let choices = json!([{"index": 0, "message": message, "logprobs": null, "finish_reason": finish}]);
    head("chat.completion", choices, Some(usage)).to_string().into()
}

fn delta(delta: &Value, finish: Option<&str>) -> Bytes {
    let choices = json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}]);
    event(&head("chat.completion.chunk", choices, None))
}

fn event(value: &Value) -> Bytes {
    format!("data: {value}\n\n").into()
}
