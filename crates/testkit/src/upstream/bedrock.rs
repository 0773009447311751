//! The Converse API of Amazon Bedrock, as AWS's API reference describes it ("Converse", "ConverseStream", "CountTokens").

mod frames;
mod signature;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::upstream::answer::{Answer, End, Part};
use crate::upstream::call::{Call, Fault};
use crate::upstream::delivery::Scene;

pub use signature::{AWS_KEY, AWS_SECRET};

const STREAM: &str = "application/vnd.amazon.eventstream";

/// What a block of content may be.
const KINDS: [&str; 9] = [
    "text",
    "image",
    "document",
    "video",
    "toolUse",
    "toolResult",
    "guardContent",
    "cachePoint",
    "reasoningContent",
];

pub(super) fn knows(path: &str) -> bool {
    action(path).is_some()
}

fn action(path: &str) -> Option<&str> {
    let (model, action) = path.strip_prefix("/model/")?.rsplit_once('/')?;
    let known = ["converse", "converse-stream", "count-tokens"].contains(&action);
    (known && !model.is_empty() && !model.contains('/')).then_some(action)
}

pub(super) fn kind(status: u16) -> &'static str {
    match status {
        403 => "AccessDeniedException",
        404 => "ResourceNotFoundException",
        408 => "ModelTimeoutException",
        424 => "ModelErrorException",
        429 => "ThrottlingException",
        400..=499 => "ValidationException",
        503 => "ServiceUnavailableException",
        _ => "InternalServerException",
    }
}

pub(super) fn fault(fault: &Fault) -> Value {
    json!({"message": fault.message})
}

pub(super) fn scene(call: &Call<'_>, answer: &Answer) -> Result<Scene, Fault> {
    match call.bearer() {
        Some(token) if call.takes(token) => {}
        Some(_) => {
            return Err(Fault::new(
                403,
                "AccessDeniedException",
                "Authentication failed: the API key is not valid.",
            ));
        }
        None => signature::verify(call)?,
    }
    let action = action(call.path).unwrap_or_default();
    if action == "count-tokens" {
        let converse = call.body.pointer("/input/converse").ok_or_else(|| invalid("input is required"))?;
        check(converse)?;
        return Ok(Scene::whole(json!({"inputTokens": answer.usage.all_input()}).to_string()));
    }
    check(&call.body)?;
    let answer = answer.filled(&call.last_text("messages", &["user"], |_| false));
    if action == "converse" {
        return Ok(Scene::whole(whole(&answer).to_string()));
    }
    let failure = frames::exception("throttlingException", &json!({"message": "Too many requests"}));
    Ok(Scene::stream(STREAM, events(&answer), failure).in_packets(answer.packet))
}

/// What the vendor refuses in a request.
fn check(body: &Value) -> Result<(), Fault> {
    let messages = body.get("messages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if messages.is_empty() {
        return Err(invalid("The value at messages is empty."));
    }
    if messages.first().and_then(|message| message.get("role")).is_none_or(|role| role != "user") {
        return Err(invalid(
            "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
        ));
    }
    let mut before = "";
    for message in messages {
        before = check_message(message, before)?;
    }
    Ok(())
}

fn check_message<'a>(message: &'a Value, before: &str) -> Result<&'a str, Fault> {
    let role = message.get("role").and_then(Value::as_str).unwrap_or_default();
    if !matches!(role, "user" | "assistant") {
        return Err(invalid(format!(
            "1 validation error detected: Value '{role}' at 'messages.1.member.role' failed to satisfy constraint: Member \
             must satisfy enum value set: [user, assistant]"
        )));
    }
    if role == before {
        return Err(invalid(format!(
            "A conversation must alternate between user and assistant roles; there are two of {role}."
        )));
    }
    check_blocks(message)?;
    Ok(role)
}

fn check_blocks(message: &Value) -> Result<(), Fault> {
    let blocks = message.get("content").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let known = |block: &Value| {
        block
            .as_object()
            .is_some_and(|fields| fields.len() == 1 && fields.keys().all(|name| KINDS.contains(&&**name)))
    };
    if blocks.is_empty() || !blocks.iter().all(known) {
        return Err(invalid(
            "The content of a message is empty, or a block of it has not exactly one known member.",
        ));
    }
    Ok(())
}

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new(400, "ValidationException", message)
}

fn whole(answer: &Answer) -> Value {
    let content: Vec<Value> = answer.parts.iter().enumerate().map(|(at, part)| block(at, part)).collect();
    json!({
        "output": {"message": {"role": "assistant", "content": content}}, "stopReason": stop(answer), "usage": usage(answer),
        "metrics": {"latencyMs": 12},
    })
}

fn block(at: usize, part: &Part) -> Value {
    match part {
        Part::Thought(text) => {
            json!({"reasoningContent": {"reasoningText": {"text": text, "signature": "c2lnbmF0dXJl"}}})
        }
        Part::Text(text) | Part::Refusal(text) => json!({"text": text}),
        Part::Call { name, arguments } => {
            json!({"toolUse": {"toolUseId": tool_id(at), "name": name, "input": arguments}})
        }
    }
}

fn events(answer: &Answer) -> Vec<Bytes> {
    let mut events = vec![frames::event("messageStart", &json!({"role": "assistant"}))];
    for (at, part) in answer.parts.iter().enumerate() {
        // Only tools have a start of their own.
        if let Part::Call { name, .. } = part {
            let start = json!({"toolUse": {"toolUseId": tool_id(at), "name": name}});
            events
                .push(frames::event("contentBlockStart", &json!({"contentBlockIndex": at, "start": start})));
        }
        let delta =
            |delta| frames::event("contentBlockDelta", &json!({"contentBlockIndex": at, "delta": delta}));
        events.extend(deltas(answer, part).into_iter().map(delta));
        events.push(frames::event("contentBlockStop", &json!({"contentBlockIndex": at})));
    }
    events.push(frames::event("messageStop", &json!({"stopReason": stop(answer)})));
    let metadata = json!({"usage": usage(answer), "metrics": {"latencyMs": 12}});
    events.push(frames::event("metadata", &metadata));
    events
}

fn deltas(answer: &Answer, part: &Part) -> Vec<Value> {
    let pieces = |text: &str| answer.pieces(text).into_iter();
    match part {
        Part::Thought(text) => {
            let signature = json!({"reasoningContent": {"signature": "c2lnbmF0dXJl"}});
            pieces(text)
                .map(|piece| json!({"reasoningContent": {"text": piece}}))
                .chain([signature])
                .collect()
        }
        Part::Text(text) | Part::Refusal(text) => pieces(text).map(|piece| json!({"text": piece})).collect(),
        Part::Call { arguments, .. } => {
            pieces(&arguments.to_string()).map(|piece| json!({"toolUse": {"input": piece}})).collect()
        }
    }
}

fn tool_id(at: usize) -> String {
    format!("tooluse_{}", at + 1)
}

fn stop(answer: &Answer) -> &'static str {
    match &answer.end {
        End::Natural if answer.calls() => "tool_use",
        End::Natural => "end_turn",
        End::Length => "max_tokens",
        End::Stop(_) => "stop_sequence",
        End::Filtered => "content_filtered",
        End::Blocked => "guardrail_intervened",
    }
}

fn usage(answer: &Answer) -> Value {
    let usage = &answer.usage;
    let mut counts = Map::new();
    counts.insert("inputTokens".into(), json!(usage.input));
    counts.insert("outputTokens".into(), json!(usage.output));
    counts.insert("totalTokens".into(), json!(usage.all_input() + usage.output));
    counts.insert("cacheReadInputTokens".into(), json!(usage.cached));
    counts.insert("cacheWriteInputTokens".into(), json!(usage.stored));
    Value::Object(counts)
}
