//! Anthropic's message object.

use serde_json::{Map, Value, json};

use super::{Head, only_choice, refuse};
use crate::Wire;
use crate::dialog::{Finish, Part, Reply, Tokens, Untranslatable};

/// A whole answer.
pub(super) fn message(head: &Head, reply: &Reply) -> Result<Value, Untranslatable> {
    let choice = only_choice(reply, Wire::Messages)?;
    let content: Result<Vec<Value>, _> = choice.parts.iter().map(block).collect();
    let (reason, stop) = finish(&choice.finish);
    let mut message = begun(head);
    message.insert("content".to_owned(), content?.into());
    message.insert("stop_reason".to_owned(), reason.into());
    message.insert("stop_sequence".to_owned(), stop.into());
    message.insert("usage".to_owned(), usage(&reply.tokens, reply.geo.as_deref()));
    Ok(message.into())
}

/// A message without content, as it begins.
pub(super) fn begun(head: &Head) -> Map<String, Value> {
    let mut message = Map::new();
    message.insert("id".to_owned(), format!("msg_{}", head.id).into());
    message.insert("type".to_owned(), "message".into());
    message.insert("role".to_owned(), "assistant".into());
    message.insert("model".to_owned(), head.model.as_str().into());
    message.insert("content".to_owned(), json!([]));
    message.insert("stop_reason".to_owned(), Value::Null);
    message.insert("stop_sequence".to_owned(), Value::Null);
    message
}

/// What a vendor sealed without words, as Anthropic's wire has it.
pub(super) fn redacted(seal: &str) -> &str {
    seal.strip_prefix(Part::REDACTED).unwrap_or(seal)
}

fn block(part: &Part) -> Result<Value, Untranslatable> {
    Ok(match part {
        Part::Text(text) | Part::Refusal(text) => json!({"type": "text", "text": text}),
        Part::Thought { text, seal: Some(seal) } if text.is_empty() => {
            json!({"type": "redacted_thinking", "data": redacted(seal)})
        }
        Part::Thought { text, seal } => {
            json!({"type": "thinking", "thinking": text, "signature": seal.as_deref().unwrap_or_default()})
        }
        Part::Call { id, name, arguments, .. } => {
            json!({"type": "tool_use", "id": id, "name": name, "input": input(arguments)?})
        }
        Part::Image { .. } | Part::File { .. } | Part::Audio(_) | Part::Result { .. } => {
            return Err(refuse(
                "content",
                Wire::Messages,
                "an answer can hold text, thoughts and calls of tools only",
            ));
        }
    })
}

/// No arguments are an empty object; what is not JSON, as where an answer was cut, cannot stand here.
fn input(arguments: &str) -> Result<Value, Untranslatable> {
    if arguments.trim().is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_str(arguments)
        .map_err(|_| refuse("content", Wire::Messages, "the model wrote arguments that are not JSON"))
}

/// Why it ended, in this wire's words, and the stop text that did it.
pub(super) fn finish(finish: &Finish) -> (&'static str, Option<&str>) {
    match finish {
        Finish::Stop => ("end_turn", None),
        Finish::StopText(text) => ("stop_sequence", text.as_deref()),
        Finish::Length => ("max_tokens", None),
        Finish::Calls => ("tool_use", None),
        Finish::Filtered | Finish::Refused => ("refusal", None),
        Finish::Paused => ("pause_turn", None),
    }
}

/// Usage: here what a cache took part in is counted apart from the input.
pub(super) fn usage(tokens: &Tokens, geo: Option<&str>) -> Value {
    let (read, written) = (tokens.cache_read.unwrap_or(0), tokens.cache_write.unwrap_or(0));
    let mut usage = Map::new();
    let fresh = tokens.input.saturating_sub(read).saturating_sub(written);
    usage.insert("input_tokens".to_owned(), fresh.into());
    usage.insert("cache_creation_input_tokens".to_owned(), written.into());
    usage.insert("cache_read_input_tokens".to_owned(), read.into());
    usage.insert("output_tokens".to_owned(), tokens.output.into());
    if let Some(geo) = geo {
        usage.insert("inference_geo".to_owned(), geo.into());
    }
    usage.into()
}
