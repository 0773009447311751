//! `POST /v1/comity/explain`: where a request would run and why not elsewhere. The body is the request itself; nothing of it
//! is sent and nothing is recorded.

use std::sync::Arc;

use assess::{Candidate, Content as State};
use border::Refused;
use http::{Response, Uri};
use hyper::body::Incoming;
use serde_json::{Value, json};
use serve::Body;
use terms::Verdict;
use tokio::time::Instant;
use wire::{ErrorBody, Wire};

use crate::ask::Read;
use crate::routes::{Gateway, json};
use crate::routing::{Ranked, Readiness, ranked};
use crate::{errors, routes};

impl Gateway {
    /// Answers for a request on the wire named in the query (`?path=/v1/messages`); chat if none is.
    pub(crate) async fn explain(
        self: &Arc<Self>,
        request: http::Request<Incoming>,
        id: &str,
    ) -> Response<Body> {
        let wire = match wire(request.uri()) {
            Ok(wire) => wire,
            Err(error) => return errors::response(Wire::Chat, &error, id),
        };
        match self.explained(wire, request, id).await {
            Ok(explained) => json(&explained),
            Err(error) => errors::response(wire, &error, id),
        }
    }

    async fn explained(
        &self,
        wire: Wire,
        request: http::Request<Incoming>,
        id: &str,
    ) -> Result<Value, ErrorBody> {
        let Read { request, content, screened, .. } = self.read(wire, request, id, false).await?;
        let judged = self.border.judge(request).map_err(|refused: Refused| errors::refused(&refused))?;
        let order = ranked(&judged, &self.endpoints, || 0.5);
        let (system, mut masked) = (&judged.request().system, None);
        let mut first = Vec::new();
        for ranked in &order {
            let key = &self.mask_key;
            let carried = content.carried(ranked.candidate, system, key, &mut masked)?;
            first.push(self.in_order(ranked, carried.err().map(|cause| cause.to_string())));
        }
        let rest = judged.assessment().candidates.iter().filter(|c| !is_among(&order, c)).map(fell_out);
        Ok(json!({
            "system": judged.request().system.id.as_str(),
            "model": content.inbound().model(),
            "editions": judged.snapshot().editions().iter().map(|e| e.hash()).collect::<Vec<_>>(),
            "estate": judged.snapshot().estate().hash(),
            "found": content.kinds().iter().map(|(kind, count)| json!({
                "kind": kind.name(), "category": kind.category().to_string(), "count": count,
            })).collect::<Vec<_>>(),
            "version": judged.request().version(),
            "shadow": judged.shadow().map(|trial| json!({"id": trial.id.as_str(), "until": trial.until.to_string()})),
            "cannot_cross": content.unmaskable_part(system).map(|(path, what)| format!("`{path}` is {what}")),
            "flags": judged.request().flags,
            "screened": screened.as_ref().map(|finding| errors::screened(finding).message),
            "detected": judged.request().stated.detected.names().collect::<Vec<_>>(),
            "lawful": first,
            "others": rest.collect::<Vec<_>>(),
        }))
    }

    fn in_order(&self, ranked: &Ranked<'_>, cannot: Option<String>) -> Value {
        let endpoint = &ranked.candidate.endpoint;
        let ready = match self.endpoints.readiness(endpoint, Instant::now()) {
            Readiness::Ready => "ready",
            Readiness::Probe => "to be tried again",
            Readiness::Not(_) => "out of order or full",
        };
        let mut told = out(ranked.candidate);
        if let Some(told) = told.as_object_mut() {
            told.insert("state".to_owned(), json!(ready));
            told.insert("reserve".to_owned(), json!(ranked.reserve.as_ref().map(ToString::to_string)));
            told.insert("cannot_carry".to_owned(), json!(cannot));
        }
        told
    }
}

fn is_among(order: &[Ranked<'_>], candidate: &Candidate) -> bool {
    order.iter().any(|r| std::ptr::eq(r.candidate, candidate))
}

/// Lawful and not in the order is what others lend, while no agreement holds.
fn fell_out(candidate: &Candidate) -> Value {
    let mut told = out(candidate);
    if let (Verdict::Permit, Some(told)) = (candidate.verdict, told.as_object_mut()) {
        told.insert("why".to_owned(), json!("it is lent, and under no agreement that holds today"));
    }
    told
}

fn out(candidate: &Candidate) -> Value {
    let ruling = candidate.ruling();
    let why = match candidate.verdict {
        Verdict::Permit => None,
        _ => Some(errors::words(&ruling)),
    };
    json!({
        "endpoint": candidate.endpoint.id.as_str(),
        "places": candidate.endpoint.places.iter().map(|p| p.code()).collect::<Vec<_>>(),
        "masked": candidate.content == State::Masked,
        "verdict": candidate.verdict.to_string(),
        "why": why,
        "ruling": serde_json::to_value(&ruling).unwrap_or_default(),
    })
}

/// The wire of the path in the query.
fn wire(uri: &Uri) -> Result<Wire, ErrorBody> {
    let Some(query) = uri.query() else { return Ok(Wire::Chat) };
    let path = query.strip_prefix("path=").map(|path| path.replace("%2F", "/").replace("%2f", "/"));
    let known = path.as_deref().and_then(routes::wire_at);
    known.ok_or_else(|| errors::bad_query(query))
}
