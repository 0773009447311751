//! Server-sent events (WHATWG HTML, section 9.2): framing, and an incremental reader over any split of the bytes.

mod scan;
#[cfg(test)]
mod tests;

use bytes::{Bytes, BytesMut};
use memchr::memmem;

use scan::Scan;

/// One frame of a stream: everything up to and with its blank line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The bytes of the frame as they came. The frames of a stream joined together are the stream.
    pub raw: Bytes,
    /// The event's name, if it has one.
    pub name: Option<Bytes>,
    /// The event's data, several lines joined by a newline; none for comments and blank lines.
    pub data: Option<Bytes>,
}

/// Why a stream can no longer be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SseError {
    /// One event passes the limit.
    #[error("an event has more than {limit} bytes")]
    TooLarge {
        /// Bytes allowed for one event.
        limit: usize,
    },
}

/// Reads events from chunks that may be split anywhere. An event that lies within one chunk is not copied.
#[derive(Debug)]
pub struct SseReader {
    limit: usize,
    held: BytesMut,
    chunk: Bytes,
    scan: Scan,
    begun: bool,
    failed: bool,
}

impl SseReader {
    /// A reader that refuses events of more than `limit` bytes.
    pub fn new(limit: usize) -> SseReader {
        SseReader {
            limit,
            held: BytesMut::new(),
            chunk: Bytes::new(),
            scan: Scan::default(),
            begun: false,
            failed: false,
        }
    }

    /// Adds a chunk. Take out all events with [`SseReader::next_event`] before the next one; what is left of an
    /// earlier chunk is otherwise copied.
    pub fn push(&mut self, chunk: Bytes) {
        if self.chunk.is_empty() {
            self.chunk = chunk;
        } else {
            self.chunk = [&*self.chunk, &*chunk].concat().into();
        }
    }

    /// The next whole event, or none until more bytes come.
    ///
    /// # Errors
    /// Once an event passes the limit, every further call says so.
    pub fn next_event(&mut self) -> Result<Option<Event>, SseError> {
        let too_large = SseError::TooLarge { limit: self.limit };
        if self.failed {
            return Err(too_large);
        }
        let end = self.scan.end_of_frame(&self.chunk);
        if self.held.len() + end.unwrap_or(self.chunk.len()) > self.limit {
            self.failed = true;
            return Err(too_large);
        }
        let Some(end) = end else {
            self.held.extend_from_slice(&std::mem::take(&mut self.chunk));
            return Ok(None);
        };
        let raw = self.take_frame(end);
        let begun = std::mem::replace(&mut self.begun, true);
        Ok(Some(parse(raw, begun)))
    }

    /// Whether bytes of an unfinished event are held. At the end of a stream they mean that it was cut, and
    /// the standard has them dropped.
    pub fn is_mid_event(&self) -> bool {
        self.held.iter().chain(&self.chunk).any(|byte| !matches!(byte, b'\r' | b'\n'))
    }

    /// Whether the next event will begin with the next chunk.
    pub(crate) fn is_drained(&self) -> bool {
        self.held.is_empty() && self.chunk.is_empty()
    }

    fn take_frame(&mut self, end: usize) -> Bytes {
        let tail = self.chunk.split_to(end);
        if self.held.is_empty() {
            return tail;
        }
        self.held.extend_from_slice(&tail);
        self.held.split().freeze()
    }
}

fn parse(raw: Bytes, begun: bool) -> Event {
    let bom = if begun { None } else { raw.strip_prefix(b"\xef\xbb\xbf") };
    let mut rest = bom.unwrap_or(&raw);
    let (mut name, mut data) = (None, Data::None);
    while !rest.is_empty() {
        let (line, tail) = scan::split_line(rest);
        rest = tail;
        match field(line) {
            (b"data", value) => data.add(raw.slice_ref(value)),
            (b"event", value) => name = Some(raw.slice_ref(value)),
            _ => {}
        }
    }
    Event { name, data: data.finish(), raw }
}

/// Splits a line at its first colon; a comment has an empty name.
fn field(line: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b':', line).and_then(|at| line.split_at_checked(at)) {
        None => (line, &[]),
        Some((name, rest)) => {
            let value = rest.strip_prefix(b":").unwrap_or(rest);
            (name, value.strip_prefix(b" ").unwrap_or(value))
        }
    }
}

enum Data {
    None,
    One(Bytes),
    Many(BytesMut),
}

impl Data {
    fn add(&mut self, line: Bytes) {
        *self = match std::mem::replace(self, Data::None) {
            Data::None => Data::One(line),
            Data::One(first) => Data::Many(join(BytesMut::from(first), &line)),
            Data::Many(lines) => Data::Many(join(lines, &line)),
        }
    }

    fn finish(self) -> Option<Bytes> {
        match self {
            Data::None => None,
            Data::One(line) => Some(line),
            Data::Many(lines) => Some(lines.freeze()),
        }
    }
}

fn join(mut lines: BytesMut, line: &[u8]) -> BytesMut {
    lines.extend_from_slice(b"\n");
    lines.extend_from_slice(line);
    lines
}

/// Frames one line of JSON as an event, with the line ends of Unicode escaped.
pub fn frame(json: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(json.len() + 8);
    out.extend_from_slice(b"data: ");
    out.extend_from_slice(json);
    out.extend_from_slice(b"\n\n");
    escape_line_ends(out.freeze())
}

/// Escapes U+0085, U+2028 and U+2029, which some clients take for the end of a line. In JSON these characters occur
/// only within strings, where the escape means the same.
pub(crate) fn escape_line_ends(json: Bytes) -> Bytes {
    if find_line_end(&json).is_none() {
        return json;
    }
    let mut out = BytesMut::with_capacity(json.len() + 64);
    let mut rest: &[u8] = &json;
    while let Some((at, len, escape)) = find_line_end(rest) {
        out.extend_from_slice(rest.get(..at).unwrap_or_default());
        out.extend_from_slice(escape);
        rest = rest.get(at + len..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out.freeze()
}

/// The first such character: where, how many bytes, and its escape.
fn find_line_end(bytes: &[u8]) -> Option<(usize, usize, &'static [u8])> {
    if bytes.is_ascii() {
        return None;
    }
    let ends: [(&[u8], &[u8]); 3] =
        [(b"\xc2\x85", b"\\u0085"), (b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029")];
    ends.into_iter()
        .filter_map(|(end, escape)| Some((memmem::find(bytes, end)?, end.len(), escape)))
        .min_by_key(|(at, _, _)| *at)
}
