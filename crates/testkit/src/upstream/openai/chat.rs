//! Chat completions with everything that a stream of them can hold.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::upstream::answer::{Answer, End, Part};
use crate::upstream::call::{Call, Fault};
use crate::upstream::delivery::{EVENTS, Scene};
use crate::upstream::openai::{error_json, missing};
use crate::upstream::vendor::Vendor;

pub(super) fn scene(vendor: Vendor, call: &Call<'_>, answer: &Answer) -> Result<Scene, Fault> {
    if call.body.get("messages").and_then(Value::as_array).is_none() {
        return Err(missing("messages"));
    }
    let answer = answer.filled(&call.last_text("messages", &["user", "tool"], |_| false));
    let wire = Wire { call, answer: &answer, whole_calls: vendor == Vendor::Mistral };
    if !call.streams() {
        return Ok(Scene::whole(wire.completion().to_string()));
    }
    let failure = event(&error_json("server_error", None, "overloaded"));
    Ok(Scene::stream(EVENTS, wire.events(), failure).in_packets(answer.packet))
}

struct Wire<'a> {
    call: &'a Call<'a>,
    answer: &'a Answer,
    whole_calls: bool,
}

impl Wire<'_> {
    fn completion(&self) -> Value {
        let choice = |index| {
            let logprobs = self.logprobs(&self.all_text());
            json!({"index": index, "message": self.message(), "logprobs": logprobs, "finish_reason": self.finish()})
        };
        let choices: Vec<Value> = (0..self.count()).map(choice).collect();
        let mut completion = self.head("chat.completion", json!(choices));
        completion.insert("usage".into(), self.usage());
        Value::Object(completion)
    }

    fn events(&self) -> Vec<Bytes> {
        let mut deltas = vec![json!({"role": "assistant", "content": ""})];
        let mut calls = 0;
        for part in &self.answer.parts {
            deltas.extend(self.deltas(part, calls));
            calls += usize::from(matches!(part, Part::Call { .. }));
        }
        let mut events: Vec<Bytes> = deltas.iter().flat_map(|delta| self.chunks(delta, None)).collect();
        events.extend(self.chunks(&json!({}), Some(self.finish())));
        if self.call.body.pointer("/stream_options/include_usage") == Some(&Value::Bool(true)) {
            let mut last = self.head("chat.completion.chunk", json!([]));
            last.insert("usage".into(), self.usage());
            events.push(event(&Value::Object(last)));
        }
        events.push(Bytes::from_static(b"data: [DONE]\n\n"));
        events
    }

    /// One chunk for each choice.
    fn chunks(&self, delta: &Value, finish: Option<&str>) -> Vec<Bytes> {
        let text = delta.get("content").and_then(Value::as_str).filter(|text| !text.is_empty());
        let logprobs = text.map_or(Value::Null, |text| self.logprobs(text));
        let chunk = |index| {
            let choice =
                json!({"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish});
            event(&Value::Object(self.head("chat.completion.chunk", json!([choice]))))
        };
        (0..self.count()).map(chunk).collect()
    }

    fn deltas(&self, part: &Part, calls: usize) -> Vec<Value> {
        let pieces = |name: &str, text: &str| -> Vec<Value> {
            self.answer.pieces(text).into_iter().map(|piece| json!({name: piece})).collect()
        };
        match part {
            Part::Thought(text) => pieces("reasoning_content", text),
            Part::Text(text) => pieces("content", text),
            Part::Refusal(text) => pieces("refusal", text),
            Part::Call { name, arguments } => self.call_deltas(calls, name, &arguments.to_string()),
        }
    }

    fn call_deltas(&self, index: usize, name: &str, arguments: &str) -> Vec<Value> {
        let first = if self.whole_calls { arguments } else { "" };
        let head = json!({"tool_calls": [{
            "index": index, "id": call_id(index), "type": "function", "function": {"name": name, "arguments": first},
        }]});
        let rest = if self.whole_calls { Vec::new() } else { self.answer.pieces(arguments) };
        let rest = rest
            .into_iter()
            .map(|piece| json!({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}));
        std::iter::once(head).chain(rest).collect()
    }

    fn message(&self) -> Value {
        let mut message = Map::new();
        message.insert("role".into(), json!("assistant"));
        let (mut content, mut refusal, mut calls) = (Value::Null, Value::Null, Vec::new());
        for part in &self.answer.parts {
            match part {
                Part::Thought(text) => drop(message.insert("reasoning_content".into(), json!(text))),
                Part::Text(_) => content = json!(self.all_text()),
                Part::Refusal(text) => refusal = json!(text),
                Part::Call { name, arguments } => calls.push(json!({
                    "id": call_id(calls.len()), "type": "function",
                    "function": {"name": name, "arguments": arguments.to_string()},
                })),
            }
        }
        message.insert("content".into(), content);
        message.insert("refusal".into(), refusal);
        if !calls.is_empty() {
            message.insert("tool_calls".into(), json!(calls));
        }
        Value::Object(message)
    }

    fn all_text(&self) -> String {
        let texts = self.answer.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(&**text),
            _ => None,
        });
        texts.collect()
    }

    /// One entry for each word, if the request asks for them.
    fn logprobs(&self, text: &str) -> Value {
        if self.call.body.get("logprobs") != Some(&Value::Bool(true)) {
            return Value::Null;
        }
        let one = |token: &str| json!({"token": token, "logprob": -0.1, "bytes": token.as_bytes(), "top_logprobs": []});
        json!({"content": text.split_inclusive(' ').map(one).collect::<Vec<_>>(), "refusal": null})
    }

    fn finish(&self) -> &'static str {
        match &self.answer.end {
            End::Natural if self.answer.calls() => "tool_calls",
            End::Natural | End::Stop(_) => "stop",
            End::Length => "length",
            End::Filtered | End::Blocked => "content_filter",
        }
    }

    fn usage(&self) -> Value {
        let usage = &self.answer.usage;
        json!({
            "prompt_tokens": usage.all_input(), "completion_tokens": usage.output,
            "total_tokens": usage.all_input() + usage.output,
            "prompt_tokens_details": {"cached_tokens": usage.cached},
            "completion_tokens_details": {"reasoning_tokens": usage.thought},
        })
    }

    fn count(&self) -> u64 {
        self.call.body.get("n").and_then(Value::as_u64).unwrap_or(1)
    }

    fn head(&self, object: &str, choices: Value) -> Map<String, Value> {
        let fields = [
            ("id", json!("chatcmpl-fake")),
            ("object", json!(object)),
            ("created", json!(1_700_000_000)),
            ("model", json!(self.call.model())),
            ("system_fingerprint", json!("fp_fake")),
            ("choices", choices),
        ];
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

fn call_id(index: usize) -> String {
    format!("call_{}", index + 1)
}

fn event(value: &Value) -> Bytes {
    format!("data: {value}\n\n").into()
}
