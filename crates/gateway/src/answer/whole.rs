//! Answers that are not streamed.

use bytes::Bytes;
use http::Response;
use hyper::body::Incoming;
use ledger::OutcomeCode;
use serve::{Body, BodyError, read_body};
use tokio::time::Instant;
use wire::vendor::Vendor;
use wire::{ErrorBody, NotAnAnswer, Wire, read_answer_of};

use super::{Asked, complete, not_an_answer, not_in_time};
use crate::carry::Passage;
use crate::closing::Closing;
use crate::door::Patience;
use crate::events::Told;
use crate::restore::restored;

/// Largest answer that is not streamed, in bytes.
const MOST_ANSWER_BYTES: usize = 64 << 20;

pub(super) async fn whole(
    response: Response<Incoming>,
    mut closing: Closing,
    patience: Patience,
    asked: &Asked<'_>,
) -> Response<Body> {
    let (head, body) = response.into_parts();
    let left = patience.until.saturating_duration_since(Instant::now());
    let bytes = match read_body(&head.headers, body, MOST_ANSWER_BYTES, left).await {
        Ok(bytes) => bytes,
        Err(error) => return unread(&error, closing, asked),
    };
    let answered = read(bytes, asked).and_then(|(body, told)| Ok((unmasked(body, asked)?, told)));
    match answered {
        Ok((body, told)) => {
            closing.told(told);
            complete(body, closing)
        }
        Err(error) => {
            closing.end(OutcomeCode::UpstreamError);
            asked.failed(&error)
        }
    }
}

/// The answer on the caller's wire, and what it tells of itself.
fn read(bytes: Bytes, asked: &Asked<'_>) -> Result<(Bytes, Told), ErrorBody> {
    match asked.passage {
        Passage::Translated(vendor) => translated(&bytes, vendor, asked),
        Passage::SameWire | Passage::Engine => {
            let seen = read_answer_of(asked.wire(), &bytes).map_err(|NotAnAnswer| not_an_answer())?;
            let tokens = seen.usage.map(|u| (u.prompt_tokens, u.completion_tokens));
            Ok((bytes, Told { tokens, geo: seen.geo }))
        }
    }
}

/// Vectors are told no more than what they are.
fn embedded(bytes: &[u8], vendor: Vendor, asked: &Asked<'_>) -> Result<(Bytes, Told), ErrorBody> {
    let read = vendor.read_embeddings(bytes).map_err(|NotAnAnswer| not_an_answer())?;
    let form = asked.inbound.embedding().map(|wanted| wanted.form).unwrap_or_default();
    // OpenAI's own numbers have 32 bits.
    let vectors: Vec<Vec<f32>> =
        read.vectors.iter().map(|vector| vector.iter().map(|number| *number as f32).collect()).collect();
    let tokens = read.tokens.unwrap_or_default();
    let body = wire::embeddings(asked.inbound.model(), &vectors, form, tokens);
    Ok((body, Told { tokens: read.tokens.map(|read| (read, 0)), geo: None }))
}

fn translated(bytes: &[u8], vendor: Vendor, asked: &Asked<'_>) -> Result<(Bytes, Told), ErrorBody> {
    if asked.wire() == Wire::Embeddings {
        return embedded(bytes, vendor, asked);
    }
    let reply = vendor.read(bytes).map_err(|NotAnAnswer| not_an_answer())?;
    let told = Told { tokens: Some((reply.tokens.input, reply.tokens.output)), geo: reply.geo.clone() };
    let body = asked.respond().whole(&reply).map_err(|untranslatable| {
        ErrorBody::new(502, "untranslatable_answer", untranslatable.to_string()).with_retry(false)
    })?;
    Ok((body, told))
}

fn unmasked(body: Bytes, asked: &Asked<'_>) -> Result<Bytes, ErrorBody> {
    match asked.vault {
        Some(vault) if !vault.is_empty() => {
            restored(asked.wire(), &body, vault).map_err(|NotAnAnswer| not_an_answer())
        }
        _ => Ok(body),
    }
}

fn unread(error: &BodyError, mut closing: Closing, asked: &Asked<'_>) -> Response<Body> {
    closing.end(match error {
        BodyError::Slow { .. } => OutcomeCode::Timeout,
        BodyError::Incomplete => OutcomeCode::Truncated,
        BodyError::Encoded | BodyError::TooLarge { .. } => OutcomeCode::UpstreamError,
    });
    match error {
        BodyError::Slow { .. } => asked.failed(&not_in_time()),
        _ => asked.failed(&not_an_answer()),
    }
}
