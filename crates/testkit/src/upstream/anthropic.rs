//! The Messages API of Anthropic, as its API reference describes it ("Messages", "Streaming messages", "Errors", "Rate limits",
//! "Versions"): the version 2023-06-01, and 2026-10-21, which refuses some of what the other takes.

mod demands;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::upstream::answer::{Answer, End, Part, Usage};
use crate::upstream::call::{Call, Fault};
use crate::upstream::delivery::{EVENTS, Scene};
use demands::{admit, demand};

const REQUEST_ID: &str = "req_fake_1";

/// What every reply carries.
pub(super) const HEADERS: [(&str, &str); 8] = [
    ("request-id", REQUEST_ID),
    ("anthropic-organization-id", "00000000-0000-4000-8000-00000000000a"),
    ("anthropic-ratelimit-requests-limit", "50"),
    ("anthropic-ratelimit-requests-remaining", "49"),
    ("anthropic-ratelimit-requests-reset", "2026-01-01T00:01:00Z"),
    ("anthropic-ratelimit-tokens-limit", "40000"),
    ("anthropic-ratelimit-tokens-remaining", "39000"),
    ("anthropic-ratelimit-tokens-reset", "2026-01-01T00:01:00Z"),
];

pub(super) fn knows(path: &str) -> bool {
    matches!(path, "/v1/messages" | "/v1/messages/count_tokens" | "/v1/models")
}

pub(super) fn kind(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        400..=499 => "invalid_request_error",
        _ => "api_error",
    }
}

pub(super) fn fault(fault: &Fault) -> Value {
    json!({"type": "error", "error": {"type": fault.kind, "message": fault.message}, "request_id": REQUEST_ID})
}

pub(super) fn scene(call: &Call<'_>, answer: &Answer) -> Result<Scene, Fault> {
    admit(call)?;
    if call.path == "/v1/models" {
        return Ok(Scene::whole(models().to_string()));
    }
    let counts = call.path.ends_with("/count_tokens");
    demand(call, if counts { &["model", "messages"] } else { &["max_tokens", "model", "messages"] })?;
    if counts {
        return Ok(Scene::whole(json!({"input_tokens": answer.usage.all_input()}).to_string()));
    }
    let answer = answer.filled(&call.last_text("messages", &["user"], |_| false));
    if !call.streams() {
        return Ok(Scene::whole(message(call, &answer).to_string()));
    }
    let overloaded = json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}});
    Ok(Scene::stream(EVENTS, events(call, &answer), event(&overloaded)).in_packets(answer.packet))
}

fn models() -> Value {
    json!({
        "data": [{"type": "model", "id": "fake", "display_name": "Fake", "created_at": "2026-01-01T00:00:00Z"}],
        "has_more": false, "first_id": "fake", "last_id": "fake",
    })
}

fn message(call: &Call<'_>, answer: &Answer) -> Value {
    let content: Vec<Value> =
        answer.parts.iter().enumerate().map(|(at, part)| block(at, part, true)).collect();
    let (reason, sequence) = stop(answer);
    json!({
        "id": "msg_fake", "type": "message", "role": "assistant", "model": call.model(), "content": content,
        "stop_reason": reason, "stop_sequence": sequence, "usage": usage(call, answer, answer.usage.output),
    })
}

/// A block of content: complete, or as it begins in a stream.
fn block(at: usize, part: &Part, complete: bool) -> Value {
    let text = |text: &String| if complete { text.clone() } else { String::new() };
    match part {
        Part::Thought(thought) => {
            let signature = if complete { "c2lnbmF0dXJl" } else { "" };
            json!({"type": "thinking", "thinking": text(thought), "signature": signature})
        }
        Part::Text(said) | Part::Refusal(said) => json!({"type": "text", "text": text(said)}),
        Part::Call { name, arguments } => {
            let input = if complete { arguments.clone() } else { json!({}) };
            json!({"type": "tool_use", "id": format!("toolu_{}", at + 1), "name": name, "input": input})
        }
    }
}

fn events(call: &Call<'_>, answer: &Answer) -> Vec<Bytes> {
    let start = json!({"type": "message_start", "message": {
        "id": "msg_fake", "type": "message", "role": "assistant", "model": call.model(), "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": usage(call, answer, 1),
    }});
    let mut events = vec![event(&start)];
    for (at, part) in answer.parts.iter().enumerate() {
        events.push(event(
            &json!({"type": "content_block_start", "index": at, "content_block": block(at, part, false)}),
        ));
        if at == 0 {
            events.push(event(&json!({"type": "ping"})));
        }
        let delta =
            |delta: Value| event(&json!({"type": "content_block_delta", "index": at, "delta": delta}));
        events.extend(deltas(answer, part).into_iter().map(delta));
        events.push(event(&json!({"type": "content_block_stop", "index": at})));
    }
    let (reason, sequence) = stop(answer);
    let Usage { output, .. } = answer.usage;
    events.push(event(&json!({
        "type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": sequence},
        "usage": {"output_tokens": output},
    })));
    events.push(event(&json!({"type": "message_stop"})));
    events
}

fn deltas(answer: &Answer, part: &Part) -> Vec<Value> {
    let pieces = |text: &str| answer.pieces(text).into_iter();
    match part {
        Part::Thought(text) => {
            let thoughts = pieces(text).map(|piece| json!({"type": "thinking_delta", "thinking": piece}));
            thoughts.chain([json!({"type": "signature_delta", "signature": "c2lnbmF0dXJl"})]).collect()
        }
        Part::Text(text) | Part::Refusal(text) => {
            pieces(text).map(|piece| json!({"type": "text_delta", "text": piece})).collect()
        }
        // The vendor begins with an empty piece.
        Part::Call { arguments, .. } => std::iter::once(String::new())
            .chain(pieces(&arguments.to_string()))
            .map(|piece| json!({"type": "input_json_delta", "partial_json": piece}))
            .collect(),
    }
}

fn stop(answer: &Answer) -> (&'static str, Option<&str>) {
    match &answer.end {
        End::Natural if answer.calls() => ("tool_use", None),
        End::Natural => ("end_turn", None),
        End::Length => ("max_tokens", None),
        End::Stop(sequence) => ("stop_sequence", Some(sequence)),
        End::Filtered | End::Blocked => ("refusal", None),
    }
}

fn usage(call: &Call<'_>, answer: &Answer, output: u64) -> Value {
    let Usage { input, cached, stored, thought, .. } = answer.usage;
    let asked = call.body.get("inference_geo").and_then(Value::as_str);
    let mut usage = json!({
        "input_tokens": input, "cache_creation_input_tokens": stored, "cache_read_input_tokens": cached,
        "cache_creation": {"ephemeral_5m_input_tokens": stored, "ephemeral_1h_input_tokens": 0},
        "output_tokens": output, "service_tier": "standard",
        "inference_geo": answer.place.as_deref().or(asked).unwrap_or("global"),
    });
    if thought > 0
        && let Some(fields) = usage.as_object_mut()
    {
        fields.insert("output_tokens_details".into(), json!({"thinking_tokens": thought}));
    }
    usage
}

fn event(data: &Value) -> Bytes {
    let name = data.get("type").and_then(Value::as_str).unwrap_or_default();
    format!("event: {name}\ndata: {data}\n\n").into()
}
