//! Answers of the engine inside this process: pieces of text, written on the caller's wire.

use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http::Response;
use ledger::OutcomeCode;
use serve::Body;
use tokio::time::timeout_at;
use wire::ErrorBody;
use wire::dialog::{Block, Choice, Delta, Part, Reply, Tokens};

use super::{Asked, complete, event_stream, not_an_answer, not_in_time};
use crate::closing::Closing;
use crate::door::Patience;
use crate::embedded::{Piece, Pieces};
use crate::events::{Events, Told, finish};
use crate::restore::restored;

/// Turns pieces into a response.
pub(crate) async fn of_engine(
    pieces: Pieces,
    closing: Closing,
    patience: Patience,
    asked: &Asked<'_>,
) -> Response<Body> {
    if asked.inbound.stream() {
        streamed(pieces, closing, patience, asked)
    } else {
        whole(pieces, closing, patience, asked).await
    }
}

async fn whole(
    mut pieces: Pieces,
    mut closing: Closing,
    patience: Patience,
    asked: &Asked<'_>,
) -> Response<Body> {
    let mut text = String::new();
    let late = loop {
        match timeout_at(patience.until, pieces.next()).await {
            Ok(Some(Piece::Text(more))) => text.push_str(&more),
            Ok(Some(Piece::End { finish: why, usage })) => {
                let tokens = tokens(&usage);
                closing.told(Told { tokens: Some((tokens.input, tokens.output)), geo: None });
                let choice = Choice { parts: vec![Part::Text(text)], finish: finish(why) };
                let reply = Reply { choices: vec![choice], tokens, ..Reply::default() };
                return written(&reply, closing, asked);
            }
            Ok(Some(Piece::Failed(_)) | None) => break false,
            Err(_) => break true,
        }
    };
    let (error, outcome) = no_end(late);
    closing.end(outcome);
    asked.failed(&error)
}

fn written(reply: &Reply, mut closing: Closing, asked: &Asked<'_>) -> Response<Body> {
    let body = asked.respond().whole(reply).ok();
    let body = body.and_then(|body| match asked.vault {
        Some(vault) if !vault.is_empty() => restored(asked.wire(), &body, vault).ok(),
        _ => Some(body),
    });
    match body {
        Some(body) => complete(body, closing),
        None => {
            closing.end(OutcomeCode::UpstreamError);
            asked.failed(&not_an_answer())
        }
    }
}

fn streamed(pieces: Pieces, closing: Closing, patience: Patience, asked: &Asked<'_>) -> Response<Body> {
    let writer = asked.respond().begin_stream();
    let mut events = Events::made(asked.wire(), asked.id, writer, asked.vault);
    let model = asked.inbound.model().to_owned();
    let opened = [
        Delta::Start { id: asked.id.to_owned(), model },
        Delta::Open { choice: 0, block: 0, what: Block::Text },
    ];
    let first = events.write(&opened).unwrap_or_default();
    let state = (pieces, events, closing);
    let rest = stream::unfold(Some(state), move |state| async move {
        let (mut pieces, mut events, mut closing) = state?;
        let next = timeout_at(patience.until, pieces.next()).await;
        let late = next.is_err();
        let (bytes, ended) = match next.ok().flatten() {
            Some(Piece::Text(text)) => (more(&mut events, text), false),
            Some(Piece::End { finish: why, usage }) => (last(&mut events, finish(why), tokens(&usage)), true),
            Some(Piece::Failed(_)) | None => {
                let (error, outcome) = no_end(late);
                closing.end(outcome);
                return Some((events.fault(&error), None));
            }
        };
        closing.wrote(bytes.len());
        if !ended {
            return Some((bytes, Some((pieces, events, closing))));
        }
        closing.told(events.told());
        closing.end(OutcomeCode::Served);
        Some((bytes, None))
    });
    let all = stream::once(async { first }).chain(rest).map(Ok::<_, std::convert::Infallible>);
    event_stream(Body::stream(all.filter(|piece| {
        let empty = matches!(piece, Ok(bytes) if bytes.is_empty());
        std::future::ready(!empty)
    })))
}

fn more(events: &mut Events, text: String) -> Bytes {
    events.write(&[Delta::More { choice: 0, block: 0, text }]).unwrap_or_default()
}

fn last(events: &mut Events, finish: wire::dialog::Finish, tokens: Tokens) -> Bytes {
    let ending = [
        Delta::Close { choice: 0, block: 0 },
        Delta::Finish { choice: 0, finish },
        Delta::Tokens(tokens),
        Delta::End,
    ];
    let written = events.write(&ending).unwrap_or_default();
    let (held, _) = events.end();
    if held.is_empty() { written } else { [written, held].concat().into() }
}

fn tokens(usage: &wire::Usage) -> Tokens {
    Tokens { input: usage.prompt_tokens, output: usage.completion_tokens, ..Tokens::default() }
}

fn engine_failed() -> ErrorBody {
    ErrorBody::new(502, "engine_failed", "the embedded engine stopped in the middle").with_retry(false)
}

/// Why the engine gave no end, and how that stands in the record.
fn no_end(late: bool) -> (ErrorBody, OutcomeCode) {
    if late { (not_in_time(), OutcomeCode::Timeout) } else { (engine_failed(), OutcomeCode::UpstreamError) }
}
