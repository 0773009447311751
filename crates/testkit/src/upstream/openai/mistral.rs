//! Where Mistral differs from OpenAI: it refuses fields that it does not know, at the top and in messages, and words its errors
//! differently. The names are those of its API reference ("Chat Completion") and of its own client.

use serde_json::{Value, json};

use crate::upstream::call::{Call, Fault};

const FIELDS: [&str; 30] = [
    "model",
    "messages",
    "stream",
    // Not in the reference, but nothing shows that it is refused.
    "stream_options",
    "temperature",
    "top_p",
    "top_k",
    "max_tokens",
    "min_tokens",
    "stop",
    "random_seed",
    "metadata",
    "response_format",
    "tools",
    "tool_choice",
    "presence_penalty",
    "frequency_penalty",
    "repetition_penalty",
    "n",
    "prediction",
    "parallel_tool_calls",
    "prompt_mode",
    "prompt_cache_key",
    "reasoning_effort",
    "guardrails",
    "logprobs",
    "top_logprobs",
    "prompt_logprobs",
    "safe_prompt",
    "service_tier",
];

/// The fields of a message, by its role.
fn fields_of_message(role: &str) -> &'static [&'static str] {
    match role {
        "assistant" => &["role", "content", "tool_calls", "prefix"],
        "tool" => &["role", "content", "tool_call_id", "name"],
        _ => &["role", "content"],
    }
}

pub(super) fn demand(call: &Call<'_>) -> Result<(), Fault> {
    refuse_others(&call.body, &FIELDS, "body")?;
    let messages = call.body.get("messages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (at, message) in messages.iter().enumerate() {
        let role = message.get("role").and_then(Value::as_str).unwrap_or_default();
        refuse_others(message, fields_of_message(role), &format!("body.messages.{at}.{role}"))?;
    }
    Ok(())
}

fn refuse_others(value: &Value, known: &[&str], place: &str) -> Result<(), Fault> {
    let mut names = value.as_object().into_iter().flat_map(serde_json::Map::keys);
    match names.find(|name| !known.contains(&&***name)) {
        Some(name) => Err(Fault::new(422, "invalid_request_error", format!("{place}.{name}"))),
        None => Ok(()),
    }
}

pub(super) fn fault(fault: &Fault) -> Value {
    let message = match fault.status {
        401 => return json!({"detail": "Unauthorized"}),
        422 => {
            let place: Vec<&str> = fault.message.split('.').collect();
            json!({"detail": [{"type": "extra_forbidden", "loc": place, "msg": "Extra inputs are not permitted"}]})
        }
        _ => json!(fault.message),
    };
    json!({"object": "error", "message": message, "type": fault.kind, "param": null, "code": null})
}
