//! Puts other texts into answers on the caller's wire: whole ones, and streams piece by piece.
//!
//! Works on the JSON of the wire: every string of an answer is offered unless its place is on the closed list of
//! structure, so texts in fields that nobody knows yet are offered too. Probabilities of tokens are left out, since they
//! spell the answer a second time, and so is padding, whose size would tell the old length.

mod channels;
mod chat;
mod messages;
mod offer;
mod responses;
#[cfg(test)]
mod tests;

use bytes::{Bytes, BytesMut};
use serde_json::Value;

use crate::answer::json;
use crate::inbound::Wire;
use crate::places::Place;
use crate::sse::{self, Event, SseError, SseReader};
use crate::texts::InsideText;
use crate::watch::NotAnAnswer;

/// Says what a text is to be replaced with.
pub trait TextSink {
    /// The text in place of a whole one; none leaves it as it is.
    fn whole(&mut self, text: &str, inside: InsideText) -> Option<String>;

    /// The text in place of the next piece of a channel. What may be the beginning of something to replace can be held
    /// back; pieces of one channel come in order, and several channels may be open at once.
    fn piece(&mut self, channel: u32, text: &str, inside: InsideText) -> String;

    /// What is still held of a channel, now that it has ended. Its number is not used again.
    fn end(&mut self, channel: u32) -> String;
}

/// An answer that is not streamed, with its texts offered to the sink. What the sink leaves as it is stays byte for byte.
///
/// # Errors
/// The body is not a JSON object.
pub fn rewrite_answer(wire: Wire, body: &[u8], sink: &mut impl TextSink) -> Result<Bytes, NotAnAnswer> {
    if wire == Wire::Embeddings {
        return Ok(Bytes::copy_from_slice(body));
    }
    let mut value: Value = serde_json::from_slice(body).map_err(|_| NotAnAnswer)?;
    if !value.is_object() {
        return Err(NotAnAnswer);
    }
    let place = if wire == Wire::Responses { Place::request(wire) } else { Place::answer(wire) };
    let changed = offer::offer(&mut value, place, sink);
    Ok(if changed { sse::escape_line_ends(json(&value)) } else { Bytes::copy_from_slice(body) })
}

/// Rewrites an event stream as it passes.
#[derive(Debug)]
pub struct EventRewriter {
    reader: SseReader,
    wire: Stream,
}

#[derive(Debug)]
enum Stream {
    Chat(chat::Stream),
    Messages(messages::Stream),
    Responses(responses::Stream),
}

impl EventRewriter {
    /// A rewriter that refuses events of more than `limit` bytes.
    pub fn new(wire: Wire, limit: usize) -> EventRewriter {
        let wire = match wire {
            Wire::Responses => Stream::Responses(responses::Stream::default()),
            Wire::Messages | Wire::CountTokens => Stream::Messages(messages::Stream::default()),
            Wire::Chat | Wire::Embeddings => Stream::Chat(chat::Stream::default()),
        };
        EventRewriter { reader: SseReader::new(limit), wire }
    }

    /// Takes a chunk in and adds what may be sent on: whole events only.
    ///
    /// # Errors
    /// An event passes the limit; the stream cannot go on.
    pub fn pass(
        &mut self,
        chunk: Bytes,
        sink: &mut impl TextSink,
        out: &mut BytesMut,
    ) -> Result<(), SseError> {
        self.reader.push(chunk);
        while let Some(event) = self.reader.next_event()? {
            self.event(&event, sink, out);
        }
        Ok(())
    }

    /// Adds what is still held, once the stream has ended or was cut. After a complete stream that is nothing.
    pub fn finish(&mut self, sink: &mut impl TextSink, out: &mut BytesMut) {
        self.flush(sink, out);
    }

    fn event(&mut self, event: &Event, sink: &mut dyn TextSink, out: &mut BytesMut) {
        let Some(data) = &event.data else { return out.extend_from_slice(&event.raw) };
        let Ok(value @ Value::Object(_)) = serde_json::from_slice::<Value>(data) else {
            if data.starts_with(b"[DONE]") {
                self.flush(sink, out);
            }
            return out.extend_from_slice(&sse::escape_line_ends(event.raw.clone()));
        };
        let event = Outgoing { name: event.name.clone(), value };
        match &mut self.wire {
            Stream::Chat(stream) => stream.event(event, sink, out),
            Stream::Messages(stream) => stream.event(event, sink, out),
            Stream::Responses(stream) => stream.event(event, sink, out),
        }
    }

    fn flush(&mut self, sink: &mut dyn TextSink, out: &mut BytesMut) {
        match &mut self.wire {
            Stream::Chat(stream) => stream.flush(sink, out),
            Stream::Messages(stream) => stream.flush(sink, out),
            Stream::Responses(stream) => stream.flush(sink, out),
        }
    }
}

/// An event on its way out.
struct Outgoing {
    name: Option<Bytes>,
    value: Value,
}

impl Outgoing {
    fn kind(&self) -> &str {
        self.value.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    fn send(&self, out: &mut BytesMut) {
        if let Some(name) = &self.name {
            out.extend_from_slice(b"event: ");
            out.extend_from_slice(name);
            out.extend_from_slice(b"\n");
        }
        out.extend_from_slice(&sse::frame(&json(&self.value)));
    }
}
