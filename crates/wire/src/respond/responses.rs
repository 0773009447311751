//! OpenAI's response object and its output items.

use serde_json::{Value, json};

use super::{Head, only_choice, refuse};
use crate::Wire;
use crate::dialog::{Finish, Part, Reply, Tokens, Untranslatable};

/// A whole answer.
pub(super) fn response(head: &Head, reply: &Reply) -> Result<Value, Untranslatable> {
    let choice = only_choice(reply, Wire::Responses)?;
    let output: Result<Vec<Value>, _> =
        choice.parts.iter().enumerate().map(|(at, part)| item(head, at, part)).collect();
    Ok(object(head, Status::of(&choice.finish), output?, Some(&reply.tokens)))
}

/// How far a response is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Status {
    InProgress,
    Completed,
    Incomplete(&'static str),
    Failed { code: String, message: String },
}

impl Status {
    /// A response that the vendor paused is complete as far as the caller can tell.
    pub(super) fn of(finish: &Finish) -> Status {
        match finish {
            Finish::Length => Status::Incomplete("max_output_tokens"),
            Finish::Filtered => Status::Incomplete("content_filter"),
            _ => Status::Completed,
        }
    }

    pub(super) fn word(&self) -> &'static str {
        match self {
            Status::InProgress => "in_progress",
            Status::Completed => "completed",
            Status::Incomplete(_) => "incomplete",
            Status::Failed { .. } => "failed",
        }
    }
}

/// The response object. Members that repeat the request say what holds without it, since an answer knows no request.
pub(super) fn object(head: &Head, status: Status, output: Vec<Value>, tokens: Option<&Tokens>) -> Value {
    let why = if let Status::Incomplete(why) = status { json!({"reason": why}) } else { Value::Null };
    let error = match &status {
        Status::Failed { code, message } => json!({"code": code, "message": message}),
        _ => Value::Null,
    };
    json!({
        "id": format!("resp_{}", head.id),
        "object": "response",
        "created_at": head.created,
        "status": status.word(),
        "background": false,
        "error": error,
        "incomplete_details": why,
        "instructions": null,
        "metadata": {},
        "model": head.model,
        "output": output,
        "parallel_tool_calls": true,
        "previous_response_id": null,
        "reasoning": {"effort": null, "summary": null},
        "store": false,
        "temperature": null,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": null,
        "truncation": "disabled",
        "usage": tokens.map(usage),
    })
}

fn item(head: &Head, at: usize, part: &Part) -> Result<Value, Untranslatable> {
    Ok(match part {
        Part::Text(text) => message(&id(head, "msg", at), "completed", json!([text_part(text)])),
        Part::Refusal(text) => message(&id(head, "msg", at), "completed", json!([refusal_part(text)])),
        Part::Thought { text, seal } => reasoning(&id(head, "rs", at), text, seal.as_deref()),
        Part::Call { id: call, name, arguments, .. } => {
            function_call(&id(head, "fc", at), "completed", [call, name, arguments])
        }
        Part::Image { .. } | Part::File { .. } | Part::Audio(_) | Part::Result { .. } => {
            return Err(refuse(
                "output",
                Wire::Responses,
                "an answer can hold text, thoughts and calls of tools only",
            ));
        }
    })
}

/// The id of an item.
pub(super) fn id(head: &Head, kind: &str, at: usize) -> String {
    format!("{kind}_{}_{at}", head.id)
}

pub(super) fn message(id: &str, status: &str, content: Value) -> Value {
    json!({"id": id, "type": "message", "status": status, "role": "assistant", "content": content})
}

pub(super) fn text_part(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []})
}

pub(super) fn refusal_part(text: &str) -> Value {
    json!({"type": "refusal", "refusal": text})
}

pub(super) fn summary_part(text: &str) -> Value {
    json!({"type": "summary_text", "text": text})
}

pub(super) fn reasoning(id: &str, text: &str, seal: Option<&str>) -> Value {
    let summary = if text.is_empty() { json!([]) } else { json!([summary_part(text)]) };
    let mut item = json!({"id": id, "type": "reasoning", "summary": summary});
    if let (Some(seal), Some(item)) = (seal, item.as_object_mut()) {
        item.insert("encrypted_content".to_owned(), seal.into());
    }
    item
}

pub(super) fn function_call(id: &str, status: &str, [call, name, arguments]: [&str; 3]) -> Value {
    json!({
        "id": id, "type": "function_call", "status": status,
        "call_id": call, "name": name, "arguments": arguments,
    })
}

fn usage(tokens: &Tokens) -> Value {
    json!({
        "input_tokens": tokens.input,
        "input_tokens_details": {"cached_tokens": tokens.cache_read.unwrap_or(0)},
        "output_tokens": tokens.output,
        "output_tokens_details": {"reasoning_tokens": tokens.reasoning.unwrap_or(0)},
        "total_tokens": tokens.input.saturating_add(tokens.output),
    })
}
