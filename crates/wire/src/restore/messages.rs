//! Events of an Anthropic message stream. What is still held of a block goes into one more delta before the event that
//! shows its end.

use bytes::{Bytes, BytesMut};
use serde_json::{Value, json};

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
}

/// A channel: the block, and the kind of its deltas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    block: u64,
    kind: &'static Kind,
}

#[derive(Debug, PartialEq, Eq)]
struct Kind {
    delta: &'static str,
    member: &'static str,
    inside: InsideText,
}

static KINDS: [Kind; 3] = [
    Kind { delta: "text_delta", member: "text", inside: InsideText::Plain },
    Kind { delta: "thinking_delta", member: "thinking", inside: InsideText::Sealed },
    Kind { delta: "input_json_delta", member: "partial_json", inside: InsideText::Json },
];

impl Stream {
    pub(super) fn event(&mut self, mut event: Outgoing, sink: &mut dyn TextSink, out: &mut BytesMut) {
        let block = event.value.get("index").and_then(Value::as_u64).unwrap_or(0);
        let (below, key) = piece_of(&event, block);
        match event.kind() {
            "content_block_start" | "content_block_delta" | "content_block_stop" => {
                self.end(|open| open.block == block && Some(*open) != key, sink, out);
            }
            "message_delta" | "message_stop" | "error" => self.flush(sink, out),
            _ => {}
        }
        let pointer = key.map(|key| format!("/{below}/{}", key.kind.member)).unwrap_or_default();
        let piece = event.value.pointer_mut(&pointer).filter(|_| key.is_some()).map(Value::take);
        offer(&mut event.value, Place::answer(Wire::Messages), sink);
        if let (Some(key), Some(Value::String(text)), Some(slot)) =
            (key, piece, event.value.pointer_mut(&pointer))
        {
            let number = self.channels.number(key, |open, key| open == key);
            *slot = sink.piece(number, &text, key.kind.inside).into();
        }
        event.send(out);
    }

    /// Sends what is held of every block.
    pub(super) fn flush(&mut self, sink: &mut dyn TextSink, out: &mut BytesMut) {
        self.end(|_| true, sink, out);
    }

    fn end(&mut self, ends: impl FnMut(&Key) -> bool, sink: &mut dyn TextSink, out: &mut BytesMut) {
        for (Key { block, kind }, number) in self.channels.close(ends) {
            let tail = sink.end(number);
            if tail.is_empty() {
                continue;
            }
            let mut delta = json!({ "type": kind.delta });
            if let Some(delta) = delta.as_object_mut() {
                delta.insert(kind.member.to_owned(), tail.into());
            }
            let value = json!({"type": "content_block_delta", "index": block, "delta": delta});
            Outgoing { name: Some(Bytes::from_static(b"content_block_delta")), value }.send(out);
        }
    }
}

/// Where the event has a piece of text, and of which channel. A block may begin with text in it.
fn piece_of(event: &Outgoing, block: u64) -> (&'static str, Option<Key>) {
    let (below, name) = match event.kind() {
        "content_block_delta" => ("delta", "/delta/type"),
        "content_block_start" => ("content_block", "/content_block/type"),
        _ => return ("", None),
    };
    let said = event.value.pointer(name).and_then(Value::as_str).unwrap_or_default();
    let kind = KINDS.iter().find(|kind| match below {
        "delta" => kind.delta == said,
        _ => kind.member == said && kind.member != "partial_json",
    });
    let key = kind.map(|kind| Key { block, kind });
    let is_text = |key: &Key| {
        event.value.pointer(&format!("/{below}/{}", key.kind.member)).is_some_and(Value::is_string)
    };
    (below, key.filter(is_text))
}
