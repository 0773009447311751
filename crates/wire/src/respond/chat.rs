//! The chat.completion object.

use serde_json::{Map, Value, json};

use super::{Head, refuse};
use crate::Wire;
use crate::dialog::{Choice, Finish, Part, Reply, Tokens, Untranslatable};

/// A whole answer.
pub(super) fn completion(head: &Head, reply: &Reply) -> Result<Value, Untranslatable> {
    let choices: Result<Vec<Value>, _> =
        reply.choices.iter().enumerate().map(|(index, one)| choice(index, one)).collect();
    Ok(json!({
        "id": format!("chatcmpl-{}", head.id),
        "object": "chat.completion",
        "created": head.created,
        "model": head.model,
        "choices": choices?,
        "usage": usage(&reply.tokens),
    }))
}

fn choice(index: usize, choice: &Choice) -> Result<Value, Untranslatable> {
    let mut said = Said::default();
    for part in &choice.parts {
        said.add(part)?;
    }
    Ok(json!({
        "index": index,
        "message": said.message(),
        "logprobs": null,
        "finish_reason": finish(&choice.finish),
    }))
}

/// What a message of this wire says: one text, one refusal, one text of thoughts, calls.
#[derive(Default)]
struct Said {
    text: Option<String>,
    refusal: Option<String>,
    thoughts: Option<String>,
    calls: Vec<Value>,
}

impl Said {
    fn add(&mut self, part: &Part) -> Result<(), Untranslatable> {
        match part {
            Part::Text(text) => self.text.get_or_insert_default().push_str(text),
            Part::Refusal(text) => self.refusal.get_or_insert_default().push_str(text),
            // The wire has no place for a seal on thoughts: a model that needs it back is better asked on its own wire.
            Part::Thought { text, .. } if text.is_empty() => {}
            Part::Thought { text, .. } => self.thoughts.get_or_insert_default().push_str(text),
            Part::Call { id, name, arguments, seal } => {
                let mut call =
                    json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}});
                if let (Some(seal), Some(call)) = (seal, call.as_object_mut()) {
                    call.insert("extra_content".to_owned(), sealed(seal));
                }
                self.calls.push(call);
            }
            Part::Image { .. } | Part::File { .. } | Part::Audio(_) | Part::Result { .. } => {
                return Err(refuse("choices", Wire::Chat, "an answer can hold text and calls of tools only"));
            }
        }
        Ok(())
    }

    fn message(self) -> Value {
        let mut message = Map::new();
        message.insert("role".to_owned(), "assistant".into());
        message.insert("content".to_owned(), self.text.into());
        message.insert("refusal".to_owned(), self.refusal.into());
        if let Some(thoughts) = self.thoughts {
            message.insert("reasoning_content".to_owned(), thoughts.into());
        }
        if !self.calls.is_empty() {
            message.insert("tool_calls".to_owned(), self.calls.into());
        }
        message.into()
    }
}

/// Google's extension for the seal on a call (Gemini API, "OpenAI compatibility").
pub(super) fn sealed(seal: &str) -> Value {
    json!({"google": {"thought_signature": seal}})
}

/// Why it ended, in this wire's words.
pub(super) fn finish(finish: &Finish) -> &'static str {
    match finish {
        Finish::Stop | Finish::StopText(_) | Finish::Paused => "stop",
        Finish::Length => "length",
        Finish::Calls => "tool_calls",
        Finish::Filtered | Finish::Refused => "content_filter",
    }
}

/// Usage, with details where they are known.
pub(super) fn usage(tokens: &Tokens) -> Value {
    let mut usage = json!({
        "prompt_tokens": tokens.input,
        "completion_tokens": tokens.output,
        "total_tokens": tokens.input.saturating_add(tokens.output),
    });
    if let (Some(cached), Some(usage)) = (tokens.cache_read, usage.as_object_mut()) {
        usage.insert("prompt_tokens_details".to_owned(), json!({"cached_tokens": cached}));
    }
    if let (Some(thought), Some(usage)) = (tokens.reasoning, usage.as_object_mut()) {
        usage.insert("completion_tokens_details".to_owned(), json!({"reasoning_tokens": thought}));
    }
    usage
}
