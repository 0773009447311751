//! What the Messages API demands of a request, and in which words it refuses one that falls short.

use serde_json::Value;

use crate::upstream::call::{Call, Fault};

/// The version that the vendor's clients send since October 2026.
const NEWEST: &str = "2026-10-21";

/// The key and the version. Of two keys the one in `x-api-key` counts.
pub(super) fn admit(call: &Call<'_>) -> Result<(), Fault> {
    let key = call.header("x-api-key").or_else(|| call.bearer());
    match key {
        None => return Err(Fault::new(401, "authentication_error", "x-api-key header is required")),
        Some(key) if !call.takes(key) => {
            return Err(Fault::new(401, "authentication_error", "invalid x-api-key"));
        }
        Some(_) => {}
    }
    match call.header("anthropic-version") {
        None => Err(invalid("anthropic-version: header is required")),
        Some("2023-06-01" | NEWEST) => Ok(()),
        Some(other) => Err(invalid(format!("anthropic-version: \"{other}\" is not a valid version"))),
    }
}

pub(super) fn demand(call: &Call<'_>, fields: &[&str]) -> Result<(), Fault> {
    if !call.body.is_object() {
        return Err(invalid("The request body is not valid JSON"));
    }
    if let Some(missing) = fields.iter().find(|name| call.body.get(**name).is_none()) {
        return Err(invalid(format!("{missing}: Field required")));
    }
    let messages = call.body.get("messages").and_then(Value::as_array);
    let messages = messages.ok_or_else(|| invalid("messages: Input should be a valid array"))?;
    if messages.is_empty() {
        return Err(invalid("messages: at least one message is required"));
    }
    let newest = call.header("anthropic-version") == Some(NEWEST);
    let gone = ["temperature", "top_p", "top_k"].into_iter().find(|name| call.body.get(*name).is_some());
    if let Some(gone) = gone.filter(|_| newest) {
        return Err(invalid(format!("{gone}: Extra inputs are not permitted")));
    }
    for (at, message) in messages.iter().enumerate() {
        check_message(at, messages)?;
        if newest {
            check_message_of_newest(at, message)?;
        }
    }
    check_tools(call)
}

fn check_tools(call: &Call<'_>) -> Result<(), Fault> {
    let tools = call.body.get("tools").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let own = |tool: &Value| tool.get("type").is_none_or(|kind| kind == "custom");
    match tools.iter().position(|tool| own(tool) && tool.get("input_schema").is_none()) {
        Some(at) => Err(invalid(format!("tools.{at}.custom.input_schema: Field required"))),
        None => Ok(()),
    }
}

/// A message of the system may follow one of the user ("Mid-conversation system messages"), and may not come first.
fn check_message(at: usize, messages: &[Value]) -> Result<(), Fault> {
    let role = |at: usize| messages.get(at).and_then(|message| message.get("role")).and_then(Value::as_str);
    let before = at.checked_sub(1).and_then(role);
    match role(at) {
        Some("user" | "assistant") => {}
        Some("system") if before == Some("user") => {}
        Some("system") => {
            return Err(invalid(format!(
                "messages.{at}: role 'system' must immediately follow a 'user' message"
            )));
        }
        _ => {
            return Err(invalid(format!(
                "messages.{at}.role: Input should be 'user', 'assistant' or 'system'"
            )));
        }
    }
    check_blocks(at, messages.get(at).unwrap_or(&Value::Null))
}

fn check_blocks(at: usize, message: &Value) -> Result<(), Fault> {
    let blocks = match message.get("content") {
        Some(Value::String(_)) => return Ok(()),
        Some(Value::Array(blocks)) => blocks,
        _ => return Err(invalid(format!("messages.{at}.content: Field required"))),
    };
    const KINDS: [&str; 7] =
        ["text", "image", "document", "tool_use", "tool_result", "thinking", "redacted_thinking"];
    let strange =
        |block: &&Value| !block.get("type").and_then(Value::as_str).is_some_and(|kind| KINDS.contains(&kind));
    match blocks.iter().find(strange) {
        None => Ok(()),
        Some(_) => Err(invalid(format!(
            "messages.{at}.content.0: Input tag does not match any of the expected tags"
        ))),
    }
}

/// What the newest version refuses ("Migrating to API version 2026-10-21").
fn check_message_of_newest(at: usize, message: &Value) -> Result<(), Fault> {
    let is = |value: &Value, name: &str, wanted: &str| value.get(name).is_some_and(|found| found == wanted);
    let cites =
        |block: &Value| block.get("citations").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
    let refused = |block: &Value| {
        (is(message, "role", "assistant") && is(block, "type", "document"))
            || (is(message, "role", "user") && is(block, "type", "text") && cites(block))
    };
    match message.get("content").and_then(Value::as_array) {
        Some(blocks) if blocks.iter().any(refused) => {
            Err(invalid(format!("messages.{at}.content: a block of this kind is not allowed here")))
        }
        _ => Ok(()),
    }
}

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new(400, "invalid_request_error", message)
}
