//! Chunks of a chat completion.
//!
//! What is still held of a channel goes into the chunk that shows its end: the one with the reason for the end of its
//! choice, or the first with another kind of delta of that choice.

use bytes::BytesMut;
use serde_json::{Map, Value, json};

use super::channels::Channels;
use super::offer::offer;
use super::{Outgoing, TextSink};
use crate::inbound::Wire;
use crate::places::Place;
use crate::texts::InsideText;

/// The state of a stream.
#[derive(Debug, Default)]
pub(super) struct Stream {
    channels: Channels<Key>,
    /// The members that all chunks share, for one of our own.
    head: Map<String, Value>,
}

/// A channel: where in the deltas of which choice, or of which of its calls.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    choice: u64,
    call: Option<u64>,
    pointer: &'static str,
}

/// Texts that come in pieces in a delta, and in an entry of its `tool_calls`.
const TEXTS: [&str; 6] = [
    "/content",
    "/refusal",
    "/reasoning_content",
    "/reasoning",
    "/audio/transcript",
    "/function_call/arguments",
];
const CALL_TEXTS: [&str; 2] = ["/function/arguments", "/custom/input"];

/// A piece taken out of a chunk: its channel, where it was below the chunk, and its text.
struct Piece {
    /// The entry of `choices` that it was in.
    at: usize,
    key: Key,
    pointer: String,
    text: String,
}

impl Stream {
    pub(super) fn event(&mut self, mut event: Outgoing, sink: &mut dyn TextSink, out: &mut BytesMut) {
        if event.value.get("error").is_some_and(|error| !error.is_null()) {
            self.flush(sink, out);
        }
        self.keep_head(&event.value);
        let pieces = taken(&mut event.value);
        offer(&mut event.value, Place::answer(Wire::Chat), sink);
        let choices = event.value.get("choices").and_then(Value::as_array).map_or(0, Vec::len);
        for at in 0..choices {
            self.choice(&mut event.value, at, &pieces, sink);
        }
        event.send(out);
    }

    /// Sends what is held of every channel in one chunk of our own.
    pub(super) fn flush(&mut self, sink: &mut dyn TextSink, out: &mut BytesMut) {
        let mut choices: Vec<Value> = Vec::new();
        for (key, number) in self.channels.close(|_| true) {
            let tail = sink.end(number);
            if tail.is_empty() {
                continue;
            }
            let mut choice =
                json!({"index": key.choice, "delta": {}, "logprobs": null, "finish_reason": null});
            add_tail(&mut choice, &key, tail);
            choices.push(choice);
        }
        if !choices.is_empty() {
            let mut value = self.head.clone();
            value.insert("choices".to_owned(), choices.into());
            Outgoing { name: None, value: value.into() }.send(out);
        }
    }

    fn keep_head(&mut self, chunk: &Value) {
        for name in ["id", "object", "created", "model", "service_tier", "system_fingerprint"] {
            // They stay the same from chunk to chunk.
            if let Some(value) = chunk.get(name).filter(|value| self.head.get(name) != Some(value)) {
                self.head.insert(name.to_owned(), value.clone());
            }
        }
    }

    /// Puts the pieces of the choice that stands at `at` back, and with them what else is due.
    fn choice(&mut self, chunk: &mut Value, at: usize, pieces: &[Piece], sink: &mut dyn TextSink) {
        let Some(choice) = chunk.pointer_mut(&format!("/choices/{at}")) else { return };
        let index = index_of(choice);
        let own: Vec<&Piece> = pieces.iter().filter(|piece| piece.at == at).collect();
        let finished = choice.get("finish_reason").is_some_and(|reason| !reason.is_null());
        let mut tails = Vec::new();
        if !own.is_empty() {
            let others = |key: &Key| key.choice == index && !own.iter().any(|piece| piece.key == *key);
            tails.extend(self.channels.close(others));
        }
        for piece in own {
            let number = self.channels.number(piece.key.clone(), |open, key| open == key);
            let text = sink.piece(number, &piece.text, inside(&piece.key));
            if let Some(slot) = choice.pointer_mut(&piece.pointer) {
                *slot = text.into();
            }
        }
        if finished {
            tails.extend(self.channels.close(|key| key.choice == index));
        }
        for (key, number) in tails {
            let tail = sink.end(number);
            if !tail.is_empty() {
                add_tail(choice, &key, tail);
            }
        }
    }
}

fn inside(key: &Key) -> InsideText {
    if key.pointer.ends_with("/arguments") { InsideText::Json } else { InsideText::Plain }
}

fn index_of(value: &Value) -> u64 {
    value.get("index").and_then(Value::as_u64).unwrap_or(0)
}

/// Takes out all pieces. Empty texts are no pieces: some vendors send them beside another kind of delta.
fn taken(chunk: &mut Value) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let choices = chunk.get_mut("choices").and_then(Value::as_array_mut);
    for (at, choice) in choices.into_iter().flatten().enumerate() {
        let index = index_of(choice);
        let Some(delta) = choice.get_mut("delta") else { continue };
        for pointer in TEXTS {
            let key = Key { choice: index, call: None, pointer };
            let text = take(delta, pointer);
            pieces.extend(text.map(|text| Piece { at, key, pointer: format!("/delta{pointer}"), text }));
        }
        let calls = delta.get_mut("tool_calls").and_then(Value::as_array_mut);
        for (place, call) in calls.into_iter().flatten().enumerate() {
            let number = index_of(call);
            for pointer in CALL_TEXTS {
                let key = Key { choice: index, call: Some(number), pointer };
                let below =
                    |text| Piece { at, key, pointer: format!("/delta/tool_calls/{place}{pointer}"), text };
                pieces.extend(take(call, pointer).map(below));
            }
        }
    }
    pieces
}

fn take(from: &mut Value, pointer: &str) -> Option<String> {
    match from.pointer_mut(pointer) {
        Some(Value::String(text)) if !text.is_empty() => Some(std::mem::take(text)),
        _ => None,
    }
}

/// Adds the rest of a channel to the delta of its choice.
fn add_tail(choice: &mut Value, key: &Key, tail: String) {
    let Some(delta) = member(choice, "delta") else { return };
    let Some(number) = key.call else { return append(delta, key.pointer, &tail) };
    let Some(delta) = delta.as_object_mut() else { return };
    let calls = delta.entry("tool_calls").or_insert_with(|| json!([]));
    if !calls.is_array() {
        *calls = json!([]);
    }
    let Some(calls) = calls.as_array_mut() else { return };
    match calls.iter_mut().rfind(|call| index_of(call) == number) {
        Some(call) => append(call, key.pointer, &tail),
        None => {
            let mut call = json!({ "index": number });
            append(&mut call, key.pointer, &tail);
            calls.insert(0, call);
        }
    }
}

/// Appends to the string at a pointer, making what is missing on the way.
fn append(mut value: &mut Value, pointer: &str, text: &str) {
    for name in pointer.split('/').skip(1) {
        let Some(next) = member(value, name) else { return };
        value = next;
    }
    match value {
        Value::String(before) => before.push_str(text),
        other => *other = text.into(),
    }
}

fn member<'a>(value: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    if value.is_null() {
        *value = json!({});
    }
    Some(value.as_object_mut()?.entry(name).or_insert(Value::Null))
}
