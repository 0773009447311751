//! Events of a response stream. What is still held of a channel goes into one more delta before the event that shows its
//! end, and the numbers of all later events move up.

use bytes::{Bytes, BytesMut};
use serde_json::Value;

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
    /// How many events are our own so far.
    added: u64,
    /// The number of the next event, for one of our own.
    next: u64,
}

/// A channel: what its events are called without `.delta`, and where they belong.
#[derive(Debug, Clone)]
struct Key {
    stem: String,
    output: Option<u64>,
    part: Option<u64>,
    /// Its last event, for one of our own.
    last: Value,
}

impl Key {
    fn of(value: &Value, ending: &str) -> Option<Key> {
        let number = |name: &str| value.get(name).and_then(Value::as_u64);
        Some(Key {
            stem: value.get("type")?.as_str()?.strip_suffix(ending)?.to_owned(),
            output: number("output_index"),
            part: number("content_index").or(number("summary_index")),
            last: Value::Null,
        })
    }

    fn same(&self, other: &Key) -> bool {
        self.stem == other.stem && self.output == other.output && self.part == other.part
    }

    fn inside(&self) -> InsideText {
        if self.stem.ends_with("_arguments") { InsideText::Json } else { InsideText::Plain }
    }
}

impl Stream {
    pub(super) fn event(&mut self, mut event: Outgoing, sink: &mut dyn TextSink, out: &mut BytesMut) {
        self.before(&event, sink, out);
        let key = Key::of(&event.value, ".delta").filter(|key| !is_bytes(&key.stem));
        let piece = match (&key, event.value.get_mut("delta")) {
            (Some(_), Some(Value::String(text))) => Some(std::mem::take(text)),
            _ => None,
        };
        if key.is_some() || !is_bytes(event.kind()) {
            offer(&mut event.value, Place::answer(Wire::Responses), sink);
        }
        if let (Some(mut key), Some(text)) = (key, piece) {
            key.last = event.value.clone();
            let inside = key.inside();
            let number = self.channels.number(key, Key::same);
            set(&mut event.value, "delta", sink.piece(number, &text, inside).into());
        }
        self.send(event, out);
    }

    /// Sends what is held of every channel.
    pub(super) fn flush(&mut self, sink: &mut dyn TextSink, out: &mut BytesMut) {
        self.end(|_| true, sink, out);
    }

    /// Sends what an event shows to have ended.
    fn before(&mut self, event: &Outgoing, sink: &mut dyn TextSink, out: &mut BytesMut) {
        self.next = self.next.max(number(&event.value).saturating_add(self.added));
        match event.kind() {
            "response.output_item.done" => {
                let output = event.value.get("output_index").and_then(Value::as_u64);
                self.end(|open| open.output == output, sink, out);
            }
            "response.completed" | "response.incomplete" | "response.failed" | "error" => {
                self.flush(sink, out);
            }
            _ => {
                if let Some(done) = Key::of(&event.value, ".done") {
                    self.end(|open| open.same(&done), sink, out);
                }
            }
        }
    }

    fn end(&mut self, ends: impl FnMut(&Key) -> bool, sink: &mut dyn TextSink, out: &mut BytesMut) {
        for (key, number) in self.channels.close(ends) {
            let tail = sink.end(number);
            if tail.is_empty() {
                continue;
            }
            let name = format!("{}.delta", key.stem);
            let mut value = key.last;
            set(&mut value, "delta", tail.into());
            set(&mut value, "sequence_number", self.next.into());
            self.next += 1;
            self.added += 1;
            Outgoing { name: Some(Bytes::from(name)), value }.send(out);
        }
    }

    fn send(&mut self, mut event: Outgoing, out: &mut BytesMut) {
        if event.value.get("sequence_number").is_some_and(Value::is_u64) {
            let moved = number(&event.value).saturating_add(self.added);
            set(&mut event.value, "sequence_number", moved.into());
            self.next = moved.saturating_add(1);
        }
        event.send(out);
    }
}

/// Events whose deltas are bytes in base64.
fn is_bytes(name: &str) -> bool {
    matches!(
        name,
        "response.audio" | "response.audio.delta" | "response.output_audio" | "response.output_audio.delta"
    )
}

fn number(value: &Value) -> u64 {
    value.get("sequence_number").and_then(Value::as_u64).unwrap_or(0)
}

fn set(value: &mut Value, name: &str, new: Value) {
    if let Some(members) = value.as_object_mut() {
        members.insert(name.to_owned(), new);
    }
}
