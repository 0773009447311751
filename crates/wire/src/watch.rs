//! Watches answers on their way from an upstream to a client: how they end, and what they used.

#[cfg(test)]
mod tests;
mod told;

use std::sync::LazyLock;

use bytes::{Bytes, BytesMut};
use memchr::memmem::Finder;

use crate::answer::Usage;
use crate::inbound::Wire;
use crate::sse::{self, Event, SseError, SseReader};

/// What an answer has told of itself so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The event came that ends every complete stream: `[DONE]`, `message_stop`, `response.completed` or
    /// `response.incomplete`.
    pub done: bool,
    /// An error came in place of an answer, or within the stream.
    pub error: bool,
    /// The first reason given for the end of a choice.
    pub finish_reason: Option<String>,
    /// Choices that have ended.
    pub finished: u64,
    /// Tokens used, by the upstream's count.
    pub usage: Option<Usage>,
    /// Where the vendor says it ran (Anthropic's `usage.inference_geo`).
    pub geo: Option<String>,
    /// Events that carried data, `[DONE]` among them.
    pub events: u64,
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamEnd {
    /// With its last event.
    Done,
    /// Without its last event but after a finish reason, as some upstreams do.
    Finished,
    /// With an error event of the upstream's own.
    Failed,
    /// In the middle: clients would take it for complete, so an error event is due.
    Cut,
}

/// A body that is not a JSON object of the kind an upstream answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the upstream's answer is not a completion")]
pub struct NotAnAnswer;

/// Passes a stream on in whole events and notes what they say.
#[derive(Debug)]
pub struct StreamWatch {
    wire: Wire,
    reader: SseReader,
    hide_usage: bool,
    seen: Seen,
}

impl StreamWatch {
    /// A watch of a chat stream that refuses events of more than `limit` bytes.
    pub fn new(limit: usize) -> StreamWatch {
        StreamWatch::of(Wire::Chat, limit)
    }

    /// A watch of a stream on this wire that refuses events of more than `limit` bytes.
    pub fn of(wire: Wire, limit: usize) -> StreamWatch {
        StreamWatch { wire, reader: SseReader::new(limit), hide_usage: false, seen: Seen::default() }
    }

    /// Keeps the usage chunk from the client, for a caller who did not ask for the one that
    /// [`crate::ChatRequest::with_model_and_usage`] brought.
    #[must_use]
    pub fn hiding_usage(mut self) -> StreamWatch {
        self.hide_usage = true;
        self
    }

    /// Takes a chunk in and gives out what may be sent on: whole events only, so that an error event can follow at
    /// any time. Usually this is the chunk itself, not copied. May be empty.
    ///
    /// # Errors
    /// An event passes the limit; the stream cannot go on.
    pub fn pass(&mut self, chunk: Bytes) -> Result<Bytes, SseError> {
        let mut out = Out::new(&chunk, self.reader.is_drained());
        self.reader.push(chunk);
        while let Some(event) = self.reader.next_event()? {
            if self.note(&event) { out.keep(&event.raw) } else { out.leave_out() }
        }
        Ok(sse::escape_line_ends(out.finish()))
    }

    /// What was seen so far.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// How the stream ended, once the upstream has closed it.
    pub fn end(&self) -> StreamEnd {
        match &self.seen {
            seen if seen.error => StreamEnd::Failed,
            seen if seen.done => StreamEnd::Done,
            seen if seen.finish_reason.is_some() && !self.reader.is_mid_event() => StreamEnd::Finished,
            _ => StreamEnd::Cut,
        }
    }

    /// Notes an event; false if it is to be kept back.
    fn note(&mut self, event: &Event) -> bool {
        let Some(data) = &event.data else { return true };
        self.seen.events += 1;
        if data.starts_with(b"[DONE]") {
            self.seen.done = true;
            return true;
        }
        if event.name.as_deref() == Some(b"error") {
            self.seen.error = true;
        }
        if !says_something(self.wire, data) {
            return true;
        }
        match self.seen.take(self.wire, data) {
            Some(Told { only_usage, .. }) => !(only_usage && self.hide_usage),
            None => true,
        }
    }
}

/// Reads the body of a chat answer that is not streamed.
///
/// # Errors
/// The body is not JSON, or has neither choices nor an error.
pub fn read_answer(body: &[u8]) -> Result<Seen, NotAnAnswer> {
    read_answer_of(Wire::Chat, body)
}

/// Reads the body of an answer on this wire that is not streamed.
///
/// # Errors
/// The body is not JSON, or neither an answer of this wire nor an error.
pub fn read_answer_of(wire: Wire, body: &[u8]) -> Result<Seen, NotAnAnswer> {
    let mut seen = Seen::default();
    let told = seen.take(wire, body).ok_or(NotAnAnswer)?;
    if told.answers || seen.error { Ok(seen) } else { Err(NotAnAnswer) }
}

/// What a body or an event's data is.
struct Told {
    /// It has what an answer of the wire has.
    answers: bool,
    /// It tells usage and nothing else.
    only_usage: bool,
}

impl Seen {
    /// Adds what one object tells; none if it is not an object of the wire.
    fn take(&mut self, wire: Wire, data: &[u8]) -> Option<Told> {
        match wire {
            Wire::Chat => {
                let told: told::Chat = serde_json::from_slice(data).ok()?;
                let only_usage = self.take_chat(&told);
                Some(Told { answers: told.choices.is_some(), only_usage })
            }
            Wire::Messages | Wire::CountTokens => {
                let told: told::Message = serde_json::from_slice(data).ok()?;
                self.take_message(&told);
                let counts = wire == Wire::CountTokens && told.input_tokens.is_some();
                let answers = told.kind.as_deref() == Some("message") || counts;
                Some(Told { answers, only_usage: false })
            }
            Wire::Responses | Wire::Embeddings => {
                let told: told::Response = serde_json::from_slice(data).ok()?;
                self.take_response(&told);
                let object = if wire == Wire::Responses { "response" } else { "list" };
                Some(Told { answers: told.object.as_deref() == Some(object), only_usage: false })
            }
        }
    }
}

/// Whether an event has something worth parsing it for. Most have not, and this is much cheaper than parsing.
fn says_something(wire: Wire, data: &[u8]) -> bool {
    static CHAT: LazyLock<Names> = LazyLock::new(|| Names::of(&["finish_reason", "usage", "error"], &[]));
    static MESSAGES: LazyLock<Names> =
        LazyLock::new(|| Names::of(&["message", "usage", "stop_reason"], &["message_stop", "error"]));
    static RESPONSES: LazyLock<Names> = LazyLock::new(|| Names::of(&["response"], &["error"]));
    match wire {
        Wire::Chat => CHAT.occur_in(data),
        Wire::Messages | Wire::CountTokens => MESSAGES.occur_in(data),
        Wire::Responses | Wire::Embeddings => RESPONSES.occur_in(data),
    }
}

/// Strings to look for without parsing.
struct Names {
    /// Keys of members that are not null.
    members: Vec<Finder<'static>>,
    /// Whole strings, wherever they stand.
    words: Vec<Finder<'static>>,
}

impl Names {
    fn of(members: &[&str], words: &[&str]) -> Names {
        let quoted = |name: &&str| Finder::new(&format!("\"{name}\"")).into_owned();
        Names { members: members.iter().map(quoted).collect(), words: words.iter().map(quoted).collect() }
    }

    fn occur_in(&self, data: &[u8]) -> bool {
        let is_member = |name: &Finder, at: usize| {
            let rest = data.get(at + name.needle().len()..).unwrap_or_default().trim_ascii_start();
            let value = rest.strip_prefix(b":").map(<[u8]>::trim_ascii_start);
            value.is_some_and(|value| !value.starts_with(b"null"))
        };
        self.members.iter().any(|name| name.find_iter(data).any(|at| is_member(name, at)))
            || self.words.iter().any(|word| word.find(data).is_some())
    }
}

/// What of a chunk is sent on. Nothing is copied as long as that is the beginning of the chunk.
struct Out {
    chunk: Bytes,
    kept: usize,
    joined: Option<BytesMut>,
}

impl Out {
    fn new(chunk: &Bytes, begins_with_event: bool) -> Out {
        Out { chunk: chunk.clone(), kept: 0, joined: (!begins_with_event).then(BytesMut::new) }
    }

    fn keep(&mut self, raw: &[u8]) {
        match &mut self.joined {
            None => self.kept += raw.len(),
            Some(joined) => joined.extend_from_slice(raw),
        }
    }

    fn leave_out(&mut self) {
        let kept = self.chunk.get(..self.kept).unwrap_or_default();
        self.joined.get_or_insert_with(|| BytesMut::from(kept));
    }

    fn finish(mut self) -> Bytes {
        self.chunk.truncate(self.kept);
        self.joined.map_or(self.chunk, BytesMut::freeze)
    }
}
