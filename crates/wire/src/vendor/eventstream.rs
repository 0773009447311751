//! `application/vnd.amazon.eventstream`: an incremental reader of its frames, over any split of the bytes.
//!
//! Source: Smithy, "Amazon Event Stream Specification" (smithy.io/2.0/aws/amazon-eventstream.html). A frame is its length, the
//! length of its headers and a CRC-32 of the two; headers; payload; a CRC-32 of everything before it. Numbers are big-endian.

#[cfg(test)]
pub(crate) mod tests;

use bytes::{Buf, Bytes, BytesMut};

use crate::vendor::StreamFault;

/// Bytes of the two lengths and their checksum, and of the checksum at the end.
const PRELUDE: usize = 12;
const CHECKSUM: usize = 4;

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    pub(crate) payload: Bytes,
}

/// What a frame is, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Event(String),
    /// An exception that the service declares, with its words in the payload, or an error that it does not, with them here.
    Failure(String, Option<String>),
}

/// Reads frames of at most `limit` bytes.
#[derive(Debug)]
pub(crate) struct FrameReader {
    limit: usize,
    held: BytesMut,
}

impl FrameReader {
    pub(crate) fn new(limit: usize) -> FrameReader {
        FrameReader { limit, held: BytesMut::new() }
    }

    pub(crate) fn push(&mut self, chunk: &[u8]) {
        self.held.extend_from_slice(chunk);
    }

    /// Whether bytes of an unfinished frame are held.
    pub(crate) fn is_mid_frame(&self) -> bool {
        !self.held.is_empty()
    }

    /// The next whole frame, or none until more bytes come.
    pub(crate) fn next_frame(&mut self) -> Result<Option<Frame>, StreamFault> {
        let Some(prelude) = self.held.get(..PRELUDE) else { return Ok(None) };
        let (lengths, crc) = prelude.split_at(PRELUDE - CHECKSUM);
        check(lengths, crc)?;
        let mut lengths = lengths;
        let (total, headers) = (lengths.get_u32() as usize, lengths.get_u32() as usize);
        if total > self.limit {
            return Err(StreamFault::TooLarge { limit: self.limit });
        }
        if total < PRELUDE + CHECKSUM || headers > total - PRELUDE - CHECKSUM {
            return Err(StreamFault::Malformed("the lengths of a frame do not fit"));
        }
        if self.held.len() < total {
            return Ok(None);
        }
        let mut frame = self.held.split_to(total).freeze();
        let crc = frame.split_off(total - CHECKSUM);
        check(&frame, &crc)?;
        let mut rest = frame.slice(PRELUDE..);
        let headers = rest.split_to(headers);
        Ok(Some(Frame { kind: kind(&headers)?, payload: rest }))
    }
}

/// The checksum is that of GZIP (RFC 1952).
fn check(bytes: &[u8], mut crc: &[u8]) -> Result<(), StreamFault> {
    if crc.len() == CHECKSUM && crc.get_u32() == crc32fast::hash(bytes) {
        Ok(())
    } else {
        Err(StreamFault::Checksum)
    }
}

/// The headers `:message-type`; `:event-type`, `:exception-type` or `:error-code` for the name; and `:error-message`.
fn kind(headers: &[u8]) -> Result<Kind, StreamFault> {
    let (mut kind, mut name, mut words) = (None, None, None);
    let mut rest = headers;
    while !rest.is_empty() {
        let (header, value) =
            header(&mut rest).ok_or(StreamFault::Malformed("a header of a frame is cut short"))?;
        match header {
            b":message-type" => kind = value,
            b":event-type" | b":exception-type" | b":error-code" => name = value,
            b":error-message" => words = value,
            _ => {}
        }
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let name = name.map(text).unwrap_or_default();
    match kind {
        Some(b"event") => Ok(Kind::Event(name)),
        Some(b"exception" | b"error") => Ok(Kind::Failure(name, words.map(text))),
        _ => Err(StreamFault::Malformed("a frame of no known type")),
    }
}

/// A header's name, and its value if that is text.
fn header<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8], Option<&'a [u8]>)> {
    let name_len = usize::from(*take(rest, 1)?.first()?);
    let name = take(rest, name_len)?;
    let kind = *take(rest, 1)?.first()?;
    let fixed = match kind {
        0 | 1 => 0,
        2 => 1,
        3 => 2,
        4 => 4,
        5 | 8 => 8,
        9 => 16,
        6 | 7 => usize::from(take(rest, 2)?.get_u16()),
        _ => return None,
    };
    let value = take(rest, fixed)?;
    Some((name, (kind == 7).then_some(value)))
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(len)?;
    *rest = left;
    Some(taken)
}
