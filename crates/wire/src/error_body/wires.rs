//! Errors on the wires other than chat completions.
//!
//! Anthropic's shape and kinds: API reference, "Errors". The error event of the responses wire: OpenAI API reference,
//! streaming events, `error`; its nested `error` is what the SDKs of OpenAI raise on (openai-python `_streaming.py`).

use bytes::{Bytes, BytesMut};
use serde::Serialize;
use serde_json::Value;

use super::{ErrorBody, Inner, Outer};
use crate::answer::json;
use crate::{Wire, sse};

impl ErrorBody {
    /// The JSON body as clients of the wire expect it.
    pub fn to_json_for(&self, wire: Wire, request_id: &str) -> Bytes {
        if wire.is_anthropic() { self.anthropic(request_id) } else { self.to_json() }
    }

    /// The headers that go with the body on this wire, besides its content type.
    pub fn headers_for(&self, wire: Wire, request_id: &str) -> impl Iterator<Item = (&'static str, String)> {
        let name = if wire.is_anthropic() { "request-id" } else { "x-request-id" };
        self.headers().chain([(name, request_id.to_owned())])
    }

    fn anthropic(&self, request_id: &str) -> Bytes {
        let error = Told {
            kind: anthropic_kind(self.status),
            message: &self.message,
            param: self.param.as_deref(),
            code: self.code.as_deref(),
            comity: self.extra.as_ref(),
        };
        sse::escape_line_ends(json(&Anthropic { kind: "error", error, request_id }))
    }

    pub(super) fn inner(&self) -> Inner<'_> {
        Inner {
            message: &self.message,
            kind: self.kind,
            param: self.param.as_deref(),
            code: self.code.as_deref(),
            comity: self.extra.as_ref(),
        }
    }
}

/// The error as an event of the wire's own, for a stream that has begun. `sequence` is the number of the event on the
/// responses wire ([`crate::Seen::events`] of a watched stream); the other wires do not number events.
pub fn error_event_for(wire: Wire, error: &ErrorBody, request_id: &str, sequence: u64) -> Bytes {
    match wire {
        Wire::Messages | Wire::CountTokens => named("error", &error.anthropic(request_id)),
        Wire::Responses => {
            let event = Responses {
                kind: "error",
                code: error.code.as_deref(),
                message: &error.message,
                param: error.param.as_deref(),
                sequence_number: sequence,
                outer: Outer { error: error.inner() },
            };
            named("error", &json(&event))
        }
        Wire::Chat | Wire::Embeddings => super::error_event(error),
    }
}

/// An event with a name.
pub(crate) fn named(name: &str, json: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(json.len() + name.len() + 16);
    out.extend_from_slice(b"event: ");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\n");
    out.extend_from_slice(&sse::frame(json));
    out.freeze()
}

/// The kind that Anthropic gives a status. 451 and 503 are not on its list: the nearest is taken.
fn anthropic_kind(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 | 451 => "permission_error",
        404 => "not_found_error",
        409 => "conflict_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        503 | 529 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}

#[derive(Serialize)]
struct Anthropic<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    error: Told<'a>,
    request_id: &'a str,
}

/// `param`, `code` and `comity` are ours; clients of Anthropic ignore them.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    param: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comity: Option<&'a Value>,
}

#[derive(Serialize)]
struct Responses<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    code: Option<&'a str>,
    message: &'a str,
    param: Option<&'a str>,
    sequence_number: u64,
    #[serde(flatten)]
    outer: Outer<'a>,
}
