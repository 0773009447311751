//! A request as the fakes read it.

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;

/// A request that is to be answered.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) method: &'a Method,
    /// As it came, still encoded.
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) raw: &'a Bytes,
    /// The body as JSON; null if it is none.
    pub(super) body: Value,
    /// The only key that is taken, if the test named one.
    pub(super) key: Option<&'a str>,
}

/// An error as a vendor reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The status of HTTP.
    pub status: u16,
    /// The vendor's own word: `overloaded_error` (Anthropic), `rate_limit_exceeded` (OpenAI), `RESOURCE_EXHAUSTED` (Google),
    /// `ThrottlingException` (AWS).
    pub kind: String,
    /// What is said to a person.
    pub message: String,
    /// Seconds for `retry-after`.
    pub retry_after: Option<u64>,
}

impl Fault {
    /// A fault without `retry-after`.
    pub fn new(status: u16, kind: &str, message: impl Into<String>) -> Fault {
        Fault { status, kind: kind.to_owned(), message: message.into(), retry_after: None }
    }
}

impl<'a> Call<'a> {
    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether a key is the one that is taken.
    pub(super) fn takes(&self, key: &str) -> bool {
        !key.is_empty() && self.key.is_none_or(|only| only == key)
    }

    /// The bearer token.
    pub(super) fn bearer(&self) -> Option<&'a str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    /// Whether the request holds the result of a tool, in any vendor's words.
    pub(super) fn has_tool_result(&self) -> bool {
        const NAMES: [&str; 5] = [
            "\"tool_call_id\"",
            "\"tool_result\"",
            "\"function_call_output\"",
            "\"functionResponse\"",
            "\"toolResult\"",
        ];
        let text = String::from_utf8_lossy(self.raw);
        NAMES.iter().any(|name| text.contains(name))
    }

    pub(super) fn streams(&self) -> bool {
        self.body.get("stream") == Some(&Value::Bool(true))
    }

    /// The model that the body names.
    pub(super) fn model(&self) -> &str {
        self.body.get("model").and_then(Value::as_str).unwrap_or("fake")
    }

    /// The text of the last item of a list of messages that has one of these roles, or that `or` picks.
    pub(super) fn last_text(&self, list: &str, roles: &[&str], or: fn(&Value) -> bool) -> String {
        let spoken = |message: &&Value| {
            message.get("role").and_then(Value::as_str).is_some_and(|role| roles.contains(&role))
                || or(message)
        };
        let messages = self.body.get(list).and_then(Value::as_array);
        messages.and_then(|all| all.iter().rev().find(spoken)).map(text_of).unwrap_or_default()
    }
}

/// All text within a message, a list of parts or a part, in the words of any vendor. Images and the like have none.
pub(super) fn text_of(value: &Value) -> String {
    const WITHIN: [&str; 7] =
        ["content", "parts", "output", "toolResult", "functionResponse", "tool_result", "result"];
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect(),
        Value::Object(fields) => {
            if let Some(Value::String(text)) = fields.get("text") {
                return text.clone();
            }
            if let Some(result) = fields.get("response").or_else(|| fields.get("json")) {
                // Google's word for what a function gave back, where it is one text.
                let output = result.get("output").and_then(Value::as_str);
                return output.map_or_else(|| result.to_string(), str::to_owned);
            }
            WITHIN.iter().find_map(|name| fields.get(*name)).map(text_of).unwrap_or_default()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}
