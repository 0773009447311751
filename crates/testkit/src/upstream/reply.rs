//! The answer that an OpenAI upstream gives unless it is told another, made once and sent many times.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::upstream::delivery::{EVENTS, Scene};
use crate::upstream::openai::error_json;

/// What of a request changes the answer.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    stream: Option<bool>,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
}

#[derive(Debug, Default, Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: Option<bool>,
}

impl Asked {
    pub(super) fn read(body: &[u8]) -> Asked {
        serde_json::from_slice(body).unwrap_or_default()
    }

    fn stream(&self) -> bool {
        self.stream == Some(true)
    }

    fn usage(&self) -> bool {
        self.stream_options.as_ref().is_some_and(|options| options.include_usage == Some(true))
    }
}

/// One answer in all its forms.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) text: String,
    full: Bytes,
    refusal: Bytes,
    /// The role, a word each, the finish reason.
    events: Vec<Bytes>,
    refusal_events: Vec<Bytes>,
    usage: Bytes,
    failure: Bytes,
}

impl Script {
    pub(super) fn new(words: usize) -> Script {
        let words: Vec<String> = (1..=words).map(|n| format!("word{n} ")).collect();
        let text = words.concat();
        let usage =
            json!({"prompt_tokens": 7, "completion_tokens": words.len(), "total_tokens": words.len() + 7});
        let role = delta(&json!({"role": "assistant", "content": ""}), None);
        let mut events = vec![role.clone()];
        events.extend(words.iter().map(|word| delta(&json!({"content": word}), None)));
        events.push(delta(&json!({}), Some("stop")));
        Script {
            full: full(&json!({"role": "assistant", "content": &text, "refusal": null}), "stop", &usage),
            refusal: full(
                &json!({"role": "assistant", "content": null, "refusal": "I cannot help with that."}),
                "content_filter",
                &usage,
            ),
            events,
            refusal_events: vec![
                role,
                delta(&json!({"refusal": "I cannot help with that."}), None),
                delta(&json!({}), Some("content_filter")),
            ],
            usage: event(&head("chat.completion.chunk", json!([]), Some(&usage))),
            failure: event(&error_json("server_error", None, "overloaded")),
            text,
        }
    }

    /// The answer as it is asked for, or the refusal.
    pub(super) fn scene(&self, asked: &Asked, refuse: bool) -> Scene {
        let (full, events) =
            if refuse { (&self.refusal, &self.refusal_events) } else { (&self.full, &self.events) };
        if !asked.stream() {
            return Scene::whole(full.clone());
        }
        let usage = asked.usage().then(|| self.usage.clone());
        let done = Bytes::from_static(b"data: [DONE]\n\n");
        let events = events.iter().cloned().chain(usage).chain([done]).collect();
        Scene::stream(EVENTS, events, self.failure.clone())
    }
}

fn head(object: &str, choices: Value, usage: Option<&Value>) -> Value {
    json!({"id": "chatcmpl-fake", "object": object, "created": 1_700_000_000, "model": "fake", "choices": choices, "usage": usage})
}

fn full(message: &Value, finish: &str, usage: &Value) -> Bytes {
    let choices = json!([{"index": 0, "message": message, "logprobs": null, "finish_reason": finish}]);
    head("chat.completion", choices, Some(usage)).to_string().into()
}

fn delta(delta: &Value, finish: Option<&str>) -> Bytes {
    let choices = json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}]);
    event(&head("chat.completion.chunk", choices, None))
}

fn event(value: &Value) -> Bytes {
    format!("data: {value}\n\n").into()
}
