//! Watches answers on their way from an upstream to a client: how they end, and what they used.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::LazyLock;

use bytes::{Bytes, BytesMut};
use memchr::memmem::Finder;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::answer::Usage;
use crate::sse::{self, Event, SseError, SseReader};

/// What an answer has told of itself so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The closing `[DONE]` came.
    pub done: bool,
    /// An error came in place of an answer, or within the stream.
    pub error: bool,
    /// The first reason given for the end of a choice.
    pub finish_reason: Option<String>,
    /// Choices that have ended.
    pub finished: u64,
    /// Tokens used, by the upstream's count.
    pub usage: Option<Usage>,
    /// Events that carried data, `[DONE]` among them.
    pub events: u64,
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamEnd {
    /// With `[DONE]`.
    Done,
    /// Without `[DONE]` but after a finish reason, as some upstreams do.
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
    reader: SseReader,
    hide_usage: bool,
    seen: Seen,
}

impl StreamWatch {
    /// A watch that refuses events of more than `limit` bytes.
    pub fn new(limit: usize) -> StreamWatch {
        StreamWatch { reader: SseReader::new(limit), hide_usage: false, seen: Seen::default() }
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
        if !says_something(data) {
            return true;
        }
        match serde_json::from_slice::<Told>(data) {
            Ok(told) => !(self.seen.take(&told) && self.hide_usage),
            Err(_) => true,
        }
    }
}

/// Reads the body of an answer that is not streamed.
///
/// # Errors
/// The body is not JSON, or has neither choices nor an error.
pub fn read_answer(body: &[u8]) -> Result<Seen, NotAnAnswer> {
    let told: Told = serde_json::from_slice(body).map_err(|_| NotAnAnswer)?;
    let mut seen = Seen::default();
    seen.take(&told);
    if told.choices.is_none() && !seen.error {
        return Err(NotAnAnswer);
    }
    Ok(seen)
}

impl Seen {
    /// Adds what one object tells; true if it tells its usage and nothing else.
    fn take(&mut self, told: &Told) -> bool {
        self.error |= told.error.is_some_and(is_error);
        let choices = told.choices.as_deref().unwrap_or_default();
        for reason in choices.iter().filter_map(|choice| choice.finish_reason.as_deref()) {
            self.finished += 1;
            if self.finish_reason.is_none() {
                self.finish_reason = Some(reason.to_owned());
            }
        }
        let usage =
            told.usage.and_then(|raw| serde_json::from_str::<Option<Usage>>(raw.get()).ok().flatten());
        if usage.is_some() {
            self.usage = usage;
        }
        usage.is_some() && told.choices.is_some() && choices.is_empty()
    }
}

/// The members of a chunk, a completion or an error that tell how it went.
#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    #[serde(borrow, default)]
    choices: Option<Vec<Choice<'a>>>,
    /// Numbers for the record only: an upstream that writes them in another way still answers.
    #[serde(borrow, default)]
    usage: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow, default)]
    finish_reason: Option<Cow<'a, str>>,
}

/// Clients raise an `error` member that is not empty.
fn is_error(raw: &RawValue) -> bool {
    !matches!(raw.get(), "null" | "false" | "{}" | "[]" | "\"\"" | "0")
}

/// Whether an event has a member worth parsing it for. Most have none, and this is much cheaper than parsing.
fn says_something(data: &[u8]) -> bool {
    static NAMES: LazyLock<[Finder; 3]> =
        LazyLock::new(|| ["\"finish_reason\"", "\"usage\"", "\"error\""].map(Finder::new));
    NAMES.iter().any(|name| {
        name.find_iter(data).any(|at| {
            let rest = data.get(at + name.needle().len()..).unwrap_or_default().trim_ascii_start();
            let value = rest.strip_prefix(b":").map(<[u8]>::trim_ascii_start);
            value.is_some_and(|value| !value.starts_with(b"null"))
        })
    })
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
