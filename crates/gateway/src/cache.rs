//! Answers that may be given again: only where a route turns it on, and never where people could be meant.
//!
//! An answer is given again to the same request of the same system, ruled on by the same law and estate, about the same people for the
//! same purposes, as long as the endpoint that gave it is still lawful and open. Nothing is stored on disk.

use std::sync::Arc;
use std::time::Duration;

use assess::Candidate;
use border::Judged;
use bytes::Bytes;
use estate::EndpointId;
use http::{HeaderValue, Response, header};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serve::Body;
use sha2::{Digest, Sha256};
use terms::{Token, Verdict};
use wire::Inbound;

use crate::ask::put;
use crate::content::Content;
use crate::routes::{Gateway, json_bytes};

/// The header that says what the cache did: `hit`, `miss`, or `never` where the request may not be answered from it.
pub(crate) const HEADER: &str = "x-comity-cache";

/// Bytes of answers that are kept.
const MOST_BYTES: u64 = 64 << 20;
/// Answers that are made room for; a guess that costs nothing if it is wrong.
const GUESSED: usize = 4096;

/// Answers by what they are answers to.
pub(crate) struct Answers(Cache<Key, Arc<Kept>, ByBytes>);

type Key = [u8; 32];

struct Kept {
    body: Bytes,
    endpoint: EndpointId,
    until_ms: u64,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Arc<Kept>> for ByBytes {
    fn weight(&self, _: &Key, kept: &Arc<Kept>) -> u64 {
        u64::try_from(kept.body.len()).unwrap_or(u64::MAX).saturating_add(256)
    }
}

/// A place for the answer to one request.
pub(crate) struct Slot {
    key: Key,
    keep: Duration,
}

impl Default for Answers {
    fn default() -> Answers {
        Answers(Cache::with_weighter(GUESSED, MOST_BYTES, ByBytes))
    }
}

impl Answers {
    /// The answer that was given before, if it may be given again now.
    pub(crate) fn again(
        &self,
        slot: &Slot,
        judged: &Judged,
        is_open: impl Fn(&EndpointId) -> bool,
        now_ms: u64,
    ) -> Option<Response<Body>> {
        let kept = self.0.get(&slot.key).filter(|kept| now_ms < kept.until_ms)?;
        let lawful = judged.lawful().any(|candidate| candidate.endpoint.id == kept.endpoint);
        if !lawful || !is_open(&kept.endpoint) {
            return None;
        }
        let mut response = json_bytes(kept.body.clone());
        put(response.headers_mut(), "x-comity-endpoint", kept.endpoint.as_str());
        put(response.headers_mut(), HEADER, "hit");
        Some(response)
    }

    /// Keeps a whole answer.
    pub(crate) fn keep(&self, slot: Slot, response: &Response<Body>, now_ms: u64) {
        let is_json = response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        let endpoint =
            response.headers().get("x-comity-endpoint").and_then(|id| id.to_str().ok()?.parse().ok());
        let whole = response.body().whole().filter(|_| response.status().is_success() && is_json);
        let (Some(body), Some(endpoint)) = (whole, endpoint) else { return };
        let keep_ms = u64::try_from(slot.keep.as_millis()).unwrap_or(u64::MAX);
        let kept = Kept { body: body.clone(), endpoint, until_ms: now_ms.saturating_add(keep_ms) };
        self.0.insert(slot.key, Arc::new(kept));
    }
}

impl Gateway {
    /// An answer that was given before. Nothing crosses, so nothing is recorded; it is counted.
    pub(crate) fn again(&self, slot: &Slot, judged: &Judged, now_ms: u64) -> Option<Response<Body>> {
        let closures = self.border.closures();
        let again =
            self.answers.again(slot, judged, |id| !closures.endpoint_is_closed(id.as_str()), now_ms)?;
        self.metrics.cached();
        Some(again)
    }
}

/// Whether a route has a cache, and the place for this request in it: none if people could be meant.
pub(crate) fn slot(judged: &Judged, content: &Content) -> Option<Result<Slot, Never>> {
    let request = judged.request();
    let route = request.system.model_aliases.get(request.model.as_deref()?)?;
    let keep = route.cache?;
    let inbound = content.inbound();
    if is_personal(judged) || inbound.stream() || !content.is_read_whole() || judged.shadow().is_some() {
        return Some(Err(Never));
    }
    Some(Ok(Slot { key: key(judged, inbound), keep }))
}

/// The request may not be answered from the cache.
pub(crate) struct Never;

impl Never {
    pub(crate) const WORD: HeaderValue = HeaderValue::from_static("never");
}

/// Whether any flow of the request may be about people, by what the estate says, the caller states, and was found.
fn is_personal(judged: &Judged) -> bool {
    let stated = &judged.request().stated;
    let about_people =
        |candidate: &Candidate| candidate.flows.iter().any(|leg| leg.flow.contains_personal() != Some(false));
    !stated.detected.is_empty()
        || !stated.data.is_empty()
        || stated.maskable
        || judged.lawful().next().is_none()
        || judged.assessment().candidates.iter().filter(|c| c.verdict == Verdict::Permit).any(about_people)
}

/// Everything that an answer depends on.
fn key(judged: &Judged, inbound: &Inbound) -> Key {
    let (request, snapshot) = (judged.request(), judged.snapshot());
    let subject = request.stated.subject.map(|places| places.to_string()).unwrap_or_default();
    let purposes: Vec<&str> = request.stated.purposes.iter().map(|purpose| purpose.name()).collect();
    let mut digest = Sha256::new();
    let mut part = |bytes: &[u8]| {
        digest.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        digest.update(bytes);
    };
    part(request.system.id.as_str().as_bytes());
    part(request.model.as_deref().unwrap_or_default().as_bytes());
    part(snapshot.estate().hash().as_bytes());
    snapshot.editions().iter().for_each(|edition| part(edition.hash().as_bytes()));
    part(subject.as_bytes());
    part(purposes.join(",").as_bytes());
    part(format!("{:?}", inbound.wire()).as_bytes());
    part(inbound.body());
    digest.finalize().into()
}
