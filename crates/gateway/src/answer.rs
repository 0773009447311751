//! What an endpoint began to answer, as the response to the caller.

use assess::Candidate;
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http::{HeaderValue, Response, header};
use hyper::body::Incoming;
use ledger::OutcomeCode;
use serve::{Body, BodyError, read_body};
use tokio::time::{Instant, timeout_at};
use wire::{Answer, ChatRequest, ErrorBody, Finish, Usage, read_answer};

use crate::door::{Patience, Reply};
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
    let patience = Patience::with(endpoint, made.deadline);
    match reply {
        Reply::Http(response, record) => {
            let closing = Closing::new(record, &endpoint.id, metrics);
            if request.stream() {
                streamed(response, closing, patience)
            } else {
                whole(response, closing, patience).await
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
                pieces_streamed(pieces, answer, closing, patience)
            } else {
                pieces_whole(pieces, answer, closing, patience).await
            }
        }
    }
}

/// Who and when an answer of our own making is by, and when any answer has to be over.
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) seconds: u64,
    pub(crate) deadline: Instant,
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

fn streamed(response: Response<Incoming>, mut closing: Closing, patience: Patience) -> Response<Body> {
    let content_type =
        response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !content_type.starts_with("text/event-stream") || is_encoded(&response) {
        closing.end(OutcomeCode::UpstreamError);
        return errors::response(&not_an_answer());
    }
    event_stream(Body::wrap(Watched::new(response.into_body(), closing, patience)))
}

/// Nobody asked for an encoding: what such a stream says could not be seen.
fn is_encoded(response: &Response<Incoming>) -> bool {
    response.headers().get_all(header::CONTENT_ENCODING).iter().any(|e| e.as_bytes() != b"identity")
}

async fn whole(response: Response<Incoming>, mut closing: Closing, patience: Patience) -> Response<Body> {
    let (head, body) = response.into_parts();
    let left = patience.until.saturating_duration_since(Instant::now());
    let bytes = match read_body(&head.headers, body, MOST_ANSWER_BYTES, left).await {
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
        BodyError::Slow { .. } => errors::response(&not_in_time()),
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

fn not_in_time() -> ErrorBody {
    ErrorBody::new(504, "upstream_timeout", "the endpoint's answer did not come in time").with_retry(false)
}

fn engine_failed() -> ErrorBody {
    ErrorBody::new(502, "engine_failed", "the embedded engine stopped in the middle").with_retry(false)
}

/// Why the engine gave no end, and how that stands in the record.
fn no_end(late: bool) -> (ErrorBody, OutcomeCode) {
    if late { (not_in_time(), OutcomeCode::Timeout) } else { (engine_failed(), OutcomeCode::UpstreamError) }
}

async fn pieces_whole(
    mut pieces: Pieces,
    answer: Answer,
    mut closing: Closing,
    patience: Patience,
) -> Response<Body> {
    let mut text = String::new();
    let late = loop {
        match timeout_at(patience.until, pieces.next()).await {
            Ok(Some(Piece::Text(more))) => text.push_str(&more),
            Ok(Some(Piece::End { finish, usage })) => {
                closing.tokens = Some((usage.prompt_tokens, usage.completion_tokens));
                return complete(answer.completion(&text, finish, usage), closing);
            }
            Ok(Some(Piece::Failed(_)) | None) => break false,
            Err(_) => break true,
        }
    };
    let (error, outcome) = no_end(late);
    closing.end(outcome);
    errors::response(&error)
}

fn pieces_streamed(pieces: Pieces, answer: Answer, closing: Closing, patience: Patience) -> Response<Body> {
    let first = answer.first_chunk();
    let state = (pieces, answer, closing);
    let rest = stream::unfold(Some(state), move |state| async move {
        let (mut pieces, answer, mut closing) = state?;
        let next = timeout_at(patience.until, pieces.next()).await;
        let late = next.is_err();
        let (bytes, more) = match next.ok().flatten() {
            Some(Piece::Text(text)) => (answer.text_chunk(&text), true),
            Some(Piece::End { finish, usage }) => {
                closing.tokens = Some((usage.prompt_tokens, usage.completion_tokens));
                (last_chunks(&answer, finish, usage), false)
            }
            Some(Piece::Failed(_)) | None => {
                let (error, outcome) = no_end(late);
                closing.end(outcome);
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
