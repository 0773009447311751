//! What an endpoint began to answer, as the response to the caller.

use std::time::Duration;

use assess::Candidate;
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http::{HeaderValue, Response, header};
use hyper::body::Incoming;
use ledger::OutcomeCode;
use serve::{Body, BodyError, read_body};
use wire::{Answer, ChatRequest, ErrorBody, Finish, Usage, read_answer};

use crate::door::{Reply, patience};
use crate::embedded::{Piece, Pieces};
use crate::errors;
use crate::metrics::GatewayMetrics;
use crate::stream::{Closing, Watched};

/// Largest answer that is not streamed.
const MOST_ANSWER_BYTES: usize = 64 << 20;

/// Turns a reply into a response. Errors of the endpoint's own making that came before the first byte become errors here.
pub(crate) async fn respond(
    reply: Reply,
    request: &ChatRequest,
    candidate: &Candidate,
    metrics: &GatewayMetrics,
    made: Made,
) -> Response<Body> {
    let endpoint = &candidate.endpoint;
    let (idle, total) = patience(endpoint);
    match reply {
        Reply::Http(response, record) => {
            let closing = Closing::new(record, &endpoint.id, metrics);
            if request.stream() {
                streamed(response, closing, idle, total)
            } else {
                whole(response, closing, total).await
            }
        }
        Reply::Pieces(pieces, asked, record) => {
            let closing = Closing::new(record, &endpoint.id, metrics);
            let answer = Answer {
                id: format!("chatcmpl-{}", made.id),
                created: made.seconds,
                model: request.model().to_owned(),
                include_usage: asked.include_usage(),
            };
            if request.stream() {
                pieces_streamed(pieces, answer, closing)
            } else {
                pieces_whole(pieces, answer, closing).await
            }
        }
    }
}

/// Who and when an answer of our own making is by.
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) seconds: u64,
}

fn typed(body: Body, content_type: &'static str) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn event_stream(body: Body) -> Response<Body> {
    let mut response = typed(body, "text/event-stream; charset=utf-8");
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn streamed(
    response: Response<Incoming>,
    mut closing: Closing,
    idle: Duration,
    total: Duration,
) -> Response<Body> {
    let content_type =
        response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !content_type.starts_with("text/event-stream") || is_encoded(&response) {
        closing.end(OutcomeCode::UpstreamError);
        return errors::response(&not_an_answer());
    }
    event_stream(Body::wrap(Watched::new(response.into_body(), closing, idle, total)))
}

/// Nobody asked for an encoding: what such a stream says could not be seen.
fn is_encoded(response: &Response<Incoming>) -> bool {
    response.headers().get_all(header::CONTENT_ENCODING).iter().any(|e| e.as_bytes() != b"identity")
}

async fn whole(response: Response<Incoming>, mut closing: Closing, total: Duration) -> Response<Body> {
    let (head, body) = response.into_parts();
    let bytes = match read_body(&head.headers, body, MOST_ANSWER_BYTES, total).await {
        Ok(bytes) => bytes,
        Err(error) => return unread(&error, closing),
    };
    let Ok(seen) = read_answer(&bytes) else {
        closing.end(OutcomeCode::UpstreamError);
        return errors::response(&not_an_answer());
    };
    closing.tokens = seen.usage.map(|u| (u.prompt_tokens, u.completion_tokens));
    complete(bytes, closing)
}

fn unread(error: &BodyError, mut closing: Closing) -> Response<Body> {
    closing.end(match error {
        BodyError::Slow { .. } => OutcomeCode::Timeout,
        BodyError::Incomplete => OutcomeCode::Truncated,
        BodyError::Encoded | BodyError::TooLarge { .. } => OutcomeCode::UpstreamError,
    });
    match error {
        BodyError::Slow { .. } => {
            let message = "the endpoint's answer did not come in time";
            errors::response(&ErrorBody::new(504, "upstream_timeout", message).with_retry(false))
        }
        _ => errors::response(&not_an_answer()),
    }
}

/// A body in one piece: handed to the connection as a whole, so the record can be closed now.
fn complete(bytes: Bytes, mut closing: Closing) -> Response<Body> {
    closing.bytes = bytes.len() as u64;
    closing.end(OutcomeCode::Served);
    typed(Body::from(bytes), "application/json")
}

fn not_an_answer() -> ErrorBody {
    ErrorBody::new(502, "bad_upstream_answer", "the endpoint's answer is not a completion").with_retry(false)
}

async fn pieces_whole(mut pieces: Pieces, answer: Answer, mut closing: Closing) -> Response<Body> {
    let mut text = String::new();
    while let Some(piece) = pieces.next().await {
        match piece {
            Piece::Text(more) => text.push_str(&more),
            Piece::End { finish, usage } => {
                closing.tokens = Some((usage.prompt_tokens, usage.completion_tokens));
                return complete(answer.completion(&text, finish, usage), closing);
            }
            Piece::Failed(_) => break,
        }
    }
    closing.end(OutcomeCode::UpstreamError);
    errors::response(
        &ErrorBody::new(502, "engine_failed", "the embedded engine stopped in the middle").with_retry(false),
    )
}

fn pieces_streamed(pieces: Pieces, answer: Answer, closing: Closing) -> Response<Body> {
    let first = answer.first_chunk();
    let state = (pieces, answer, closing);
    let rest = stream::unfold(Some(state), |state| async move {
        let (mut pieces, answer, mut closing) = state?;
        let (bytes, more) = match pieces.next().await {
            Some(Piece::Text(text)) => (answer.text_chunk(&text), true),
            Some(Piece::End { finish, usage }) => (last_chunks(&answer, finish, usage), false),
            Some(Piece::Failed(_)) | None => {
                let error = ErrorBody::new(502, "engine_failed", "the embedded engine stopped in the middle")
                    .with_retry(false);
                closing.end(OutcomeCode::UpstreamError);
                return Some((wire::error_event(&error), None));
            }
        };
        closing.bytes += bytes.len() as u64;
        if more {
            return Some((bytes, Some((pieces, answer, closing))));
        }
        closing.end(OutcomeCode::Served);
        Some((bytes, None))
    });
    let all = stream::once(async { first }).chain(rest).map(Ok::<_, std::convert::Infallible>);
    event_stream(Body::stream(all))
}

fn last_chunks(answer: &Answer, finish: Finish, usage: Usage) -> Bytes {
    let mut last = answer.finish_chunk(finish).to_vec();
    if answer.include_usage {
        last.extend_from_slice(&answer.usage_chunk(usage));
    }
    last.extend_from_slice(&wire::done());
    last.into()
}
