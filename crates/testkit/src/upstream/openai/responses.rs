//! Responses (API reference: "Responses", "Streaming events"): items of output, and the events in which they come.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::upstream::answer::{Answer, End, Part};
use crate::upstream::call::{Call, Fault, text_of};
use crate::upstream::delivery::{EVENTS, Scene};
use crate::upstream::openai::missing;

pub(super) fn scene(call: &Call<'_>, answer: &Answer) -> Result<Scene, Fault> {
    let echo = match call.body.get("input") {
        Some(Value::Array(_)) => call.last_text("input", &["user"], |item| {
            item.get("type").is_some_and(|kind| kind == "function_call_output")
        }),
        Some(input @ Value::String(_)) => text_of(input),
        _ => return Err(missing("input")),
    };
    let answer = answer.filled(&echo);
    let items: Vec<Value> = answer.parts.iter().enumerate().map(|(at, part)| item(at, part, true)).collect();
    if !call.streams() {
        return Ok(Scene::whole(response(call, &answer, status(&answer), items).to_string()));
    }
    let mut stream = Stream { answer: &answer, events: Vec::new() };
    stream.tell("response.created", json!({"response": response(call, &answer, "in_progress", Vec::new())}));
    stream.tell(
        "response.in_progress",
        json!({"response": response(call, &answer, "in_progress", Vec::new())}),
    );
    for (at, part) in answer.parts.iter().enumerate() {
        stream.part(at, part);
    }
    let last = if status(&answer) == "completed" { "response.completed" } else { "response.incomplete" };
    stream.tell(last, json!({"response": response(call, &answer, status(&answer), items)}));
    let events = stream.events;
    let mut failed = Stream { answer: &answer, events: Vec::new() };
    failed.tell("error", json!({"code": "server_error", "message": "overloaded", "param": null}));
    Ok(Scene::stream(EVENTS, events, failed.events.concat()).in_packets(answer.packet))
}

fn response(call: &Call<'_>, answer: &Answer, status: &str, output: Vec<Value>) -> Value {
    let asked = |name: &str, otherwise: Value| call.body.get(name).cloned().unwrap_or(otherwise);
    let incomplete = match (status, &answer.end) {
        ("incomplete", End::Length) => json!({"reason": "max_output_tokens"}),
        ("incomplete", _) => json!({"reason": "content_filter"}),
        _ => Value::Null,
    };
    let usage = if status == "in_progress" { Value::Null } else { usage(answer) };
    json!({
        "id": "resp_fake", "object": "response", "created_at": 1_700_000_000, "status": status, "error": null,
        "incomplete_details": incomplete, "instructions": asked("instructions", Value::Null),
        "max_output_tokens": asked("max_output_tokens", Value::Null), "metadata": asked("metadata", json!({})),
        "model": call.model(), "output": output, "parallel_tool_calls": asked("parallel_tool_calls", json!(true)),
        "previous_response_id": asked("previous_response_id", Value::Null),
        "reasoning": asked("reasoning", json!({"effort": null, "summary": null})), "store": asked("store", json!(true)),
        "temperature": asked("temperature", json!(1.0)), "text": {"format": {"type": "text"}},
        "tool_choice": asked("tool_choice", json!("auto")), "tools": asked("tools", json!([])),
        "top_p": asked("top_p", json!(1.0)), "truncation": "disabled", "usage": usage, "user": null,
    })
}

fn usage(answer: &Answer) -> Value {
    let usage = &answer.usage;
    json!({
        "input_tokens": usage.all_input(),
        "input_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": usage.stored},
        "output_tokens": usage.output, "output_tokens_details": {"reasoning_tokens": usage.thought},
        "total_tokens": usage.all_input() + usage.output,
    })
}

fn status(answer: &Answer) -> &'static str {
    match &answer.end {
        End::Natural | End::Stop(_) => "completed",
        // A model that declines has completed its answer.
        End::Filtered if answer.parts.iter().any(|part| matches!(part, Part::Refusal(_))) => "completed",
        End::Length | End::Filtered | End::Blocked => "incomplete",
    }
}

/// An item of output: done, or as it is when it is added to a stream.
fn item(at: usize, part: &Part, done: bool) -> Value {
    let status = if done { "completed" } else { "in_progress" };
    match part {
        Part::Thought(text) => {
            let summary = if done { json!([{"type": "summary_text", "text": text}]) } else { json!([]) };
            json!({"id": item_id(at, part), "type": "reasoning", "summary": summary})
        }
        Part::Text(_) | Part::Refusal(_) => {
            let content = if done { json!([content(part, true)]) } else { json!([]) };
            json!({"id": item_id(at, part), "type": "message", "status": status, "role": "assistant", "content": content})
        }
        Part::Call { name, arguments } => {
            let arguments = if done { arguments.to_string() } else { String::new() };
            json!({
                "id": item_id(at, part), "type": "function_call", "status": status, "call_id": format!("call_{}", at + 1),
                "name": name, "arguments": arguments,
            })
        }
    }
}

fn content(part: &Part, done: bool) -> Value {
    let text = |text: &String| if done { text.clone() } else { String::new() };
    match part {
        Part::Refusal(said) => json!({"type": "refusal", "refusal": text(said)}),
        Part::Thought(said) => json!({"type": "summary_text", "text": text(said)}),
        Part::Text(said) => {
            json!({"type": "output_text", "text": text(said), "annotations": [], "logprobs": []})
        }
        Part::Call { .. } => Value::Null,
    }
}

fn item_id(at: usize, part: &Part) -> String {
    let kind = match part {
        Part::Thought(_) => "rs",
        Part::Text(_) | Part::Refusal(_) => "msg",
        Part::Call { .. } => "fc",
    };
    format!("{kind}_{}", at + 1)
}

struct Stream<'a> {
    answer: &'a Answer,
    events: Vec<Bytes>,
}

impl Stream<'_> {
    /// Adds an event with the next number.
    fn tell(&mut self, name: &str, fields: Value) {
        let mut event = json!({"type": name, "sequence_number": self.events.len()});
        if let (Value::Object(event), Value::Object(fields)) = (&mut event, fields) {
            event.extend(fields);
        }
        self.events.push(format!("event: {name}\ndata: {event}\n\n").into());
    }

    fn part(&mut self, at: usize, part: &Part) {
        self.tell("response.output_item.added", json!({"output_index": at, "item": item(at, part, false)}));
        match part {
            Part::Thought(text) => self.words(at, part, text, &THOUGHT),
            Part::Text(text) => self.words(at, part, text, &TEXT),
            Part::Refusal(text) => self.words(at, part, text, &REFUSAL),
            Part::Call { arguments, .. } => self.arguments(at, part, &arguments.to_string()),
        }
        self.tell("response.output_item.done", json!({"output_index": at, "item": item(at, part, true)}));
    }

    fn words(&mut self, at: usize, part: &Part, text: &str, names: &Names) {
        let id = item_id(at, part);
        let place = |more: Value| {
            let mut fields = json!({"item_id": id, "output_index": at, names.index: 0});
            if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
                fields.extend(more);
            }
            fields
        };
        self.tell(names.added, place(json!({"part": content(part, false)})));
        for piece in self.answer.pieces(text) {
            self.tell(names.delta, place(json!({"delta": piece, "logprobs": []})));
        }
        self.tell(names.done, place(json!({names.field: text, "logprobs": []})));
        self.tell(names.part_done, place(json!({"part": content(part, true)})));
    }

    fn arguments(&mut self, at: usize, part: &Part, arguments: &str) {
        let id = item_id(at, part);
        for piece in self.answer.pieces(arguments) {
            let fields = json!({"item_id": id, "output_index": at, "delta": piece});
            self.tell("response.function_call_arguments.delta", fields);
        }
        let name = if let Part::Call { name, .. } = part { name } else { "" };
        let fields = json!({"item_id": id, "output_index": at, "name": name, "arguments": arguments});
        self.tell("response.function_call_arguments.done", fields);
    }
}

/// The events in which a text comes.
struct Names {
    added: &'static str,
    delta: &'static str,
    done: &'static str,
    part_done: &'static str,
    field: &'static str,
    index: &'static str,
}

const TEXT: Names = Names {
    added: "response.content_part.added",
    delta: "response.output_text.delta",
    done: "response.output_text.done",
    part_done: "response.content_part.done",
    field: "text",
    index: "content_index",
};

const REFUSAL: Names =
    Names { delta: "response.refusal.delta", done: "response.refusal.done", field: "refusal", ..TEXT };

const THOUGHT: Names = Names {
    added: "response.reasoning_summary_part.added",
    delta: "response.reasoning_summary_text.delta",
    done: "response.reasoning_summary_text.done",
    part_done: "response.reasoning_summary_part.done",
    field: "text",
    index: "summary_index",
};
