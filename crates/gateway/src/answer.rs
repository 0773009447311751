//! What an endpoint began to answer, as the response to the caller on the caller's wire.

mod engine;
mod whole;

use std::sync::Arc;

use http::{HeaderValue, Response, header};
use hyper::body::Incoming;
use ledger::OutcomeCode;
use mask::Vault;
use serve::Body;
use wire::{ErrorBody, Inbound, Respond, Wire};

use crate::carry::Passage;
use crate::closing::Closing;
use crate::door::Patience;
use crate::errors;
use crate::events::Events;
use crate::said_place::Said;
use crate::stream::Watched;

/// What an answer is to: the request as the caller sent it, and how the endpoint's answer comes back.
pub(crate) struct Asked<'a> {
    pub(crate) inbound: &'a Inbound,
    pub(crate) passage: Passage,
    /// What undoes the mask, if the request was masked.
    pub(crate) vault: Option<&'a Arc<Vault>>,
    /// The request's id.
    pub(crate) id: &'a str,
    /// Now, in seconds since 1970.
    pub(crate) seconds: u64,
}

impl Asked<'_> {
    fn wire(&self) -> Wire {
        self.inbound.wire()
    }

    fn respond(&self) -> Respond {
        let (wire, model) = (self.wire(), self.inbound.model());
        Respond::new(wire, self.id, self.seconds, model, self.inbound.include_usage())
    }

    fn failed(&self, error: &ErrorBody) -> Response<Body> {
        errors::response(self.wire(), error, self.id)
    }
}

/// Turns an HTTP answer into a response. Errors of the endpoint's own making that came before the first byte become errors here.
pub(crate) async fn of_http(
    response: Response<Incoming>,
    mut closing: Closing,
    patience: Patience,
    asked: &Asked<'_>,
) -> Response<Body> {
    if let Some(said) = Said::by_headers(response.headers()) {
        closing.hold(&said);
    }
    if asked.inbound.stream() {
        streamed(response, closing, patience, asked)
    } else {
        whole::whole(response, closing, patience, asked).await
    }
}

pub(crate) use engine::of_engine;

fn streamed(
    response: Response<Incoming>,
    mut closing: Closing,
    patience: Patience,
    asked: &Asked<'_>,
) -> Response<Body> {
    let content_type =
        response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !is_stream(content_type, asked.passage) || is_encoded(&response) {
        closing.end(OutcomeCode::UpstreamError);
        return asked.failed(&not_an_answer());
    }
    let events = match asked.passage {
        Passage::Translated(vendor) => {
            let pair = (vendor.stream(crate::events::MOST_EVENT_BYTES), asked.respond().begin_stream());
            Events::translated(asked.wire(), asked.id, pair, asked.vault)
        }
        Passage::SameWire | Passage::Engine => Events::passed(asked.wire(), asked.id, asked.vault),
    };
    event_stream(Body::wrap(Watched::new(response.into_body(), events, closing, patience)))
}

fn is_stream(content_type: &str, passage: Passage) -> bool {
    let expected = match passage {
        Passage::Translated(wire::vendor::Vendor::Bedrock) => "application/vnd.amazon.eventstream",
        _ => "text/event-stream",
    };
    content_type.starts_with(expected)
}

/// Nobody asked for an encoding: what such a stream says could not be seen.
fn is_encoded(response: &Response<Incoming>) -> bool {
    response.headers().get_all(header::CONTENT_ENCODING).iter().any(|e| e.as_bytes() != b"identity")
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

/// A body in one piece: handed to the connection as a whole, so the record can be closed now.
fn complete(bytes: bytes::Bytes, mut closing: Closing) -> Response<Body> {
    closing.bytes = bytes.len() as u64;
    closing.end(OutcomeCode::Served);
    typed(Body::from(bytes), "application/json")
}

fn not_an_answer() -> ErrorBody {
    ErrorBody::new(502, "bad_upstream_answer", "the endpoint's answer cannot be read").with_retry(false)
}

fn not_in_time() -> ErrorBody {
    ErrorBody::new(504, "upstream_timeout", "the endpoint's answer did not come in time").with_retry(false)
}
