//! Reads a vendor's stream piece by piece.

use bytes::Bytes;

use crate::dialog::Delta;
use crate::sse::{SseError, SseReader};
use crate::vendor::eventstream::FrameReader;
use crate::vendor::pieces::Pieces;
use crate::vendor::{Vendor, anthropic, bedrock, gemini, openai};

/// Why a stream can no longer be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StreamFault {
    /// One event passes the limit.
    #[error("an event has more than {limit} bytes")]
    TooLarge {
        /// Bytes allowed for one event.
        limit: usize,
    },
    /// A frame's checksum does not fit its bytes.
    #[error("a frame was damaged on the way")]
    Checksum,
    /// It is not a stream of this vendor.
    #[error("the upstream's stream cannot be read: {0}")]
    Malformed(&'static str),
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It is complete.
    Done,
    /// In the middle of an answer.
    Cut,
    /// With an error of the vendor's own, or because it could not be read.
    Failed,
}

/// Reads a streamed answer from chunks that may be split anywhere.
///
/// After [`Delta::End`] or [`Delta::Fault`] it takes no notice of what follows.
#[derive(Debug)]
pub struct StreamReader {
    frames: Frames,
    state: State,
    pieces: Pieces,
    fault: Option<StreamFault>,
}

#[derive(Debug)]
enum Frames {
    Sse(SseReader),
    Amazon(FrameReader),
}

#[derive(Debug)]
enum State {
    OpenAi,
    Anthropic(anthropic::stream::State),
    Gemini(gemini::stream::State),
    Bedrock,
}

impl StreamReader {
    pub(crate) fn new(vendor: Vendor, limit: usize) -> StreamReader {
        let frames = match vendor {
            Vendor::Bedrock => Frames::Amazon(FrameReader::new(limit)),
            _ => Frames::Sse(SseReader::new(limit)),
        };
        let state = match vendor {
            Vendor::OpenAi(_) => State::OpenAi,
            Vendor::Anthropic => State::Anthropic(anthropic::stream::State::default()),
            Vendor::Gemini => State::Gemini(gemini::stream::State::default()),
            Vendor::Bedrock => State::Bedrock,
        };
        StreamReader { frames, state, pieces: Pieces::default(), fault: None }
    }

    /// Takes a chunk in and gives out what it completes.
    ///
    /// # Errors
    /// The stream cannot be read on. What came before the fault is given out first, so that it does not depend on how the
    /// bytes were split; the fault follows with the next call, and with every one after it.
    pub fn push(&mut self, chunk: Bytes) -> Result<Vec<Delta>, StreamFault> {
        if self.fault.is_none() && !self.pieces.is_over() {
            self.fault = self.read(chunk).err();
        }
        match (self.pieces.take(), self.fault) {
            (deltas, Some(fault)) if deltas.is_empty() => Err(fault),
            (deltas, _) => Ok(deltas),
        }
    }

    /// How it ended, once the upstream has closed it, and what follows from that: the last deltas of vendors that end a
    /// complete stream with nothing but its end.
    pub fn end(&mut self) -> (Vec<Delta>, Ending) {
        if self.pieces.has_failed() || self.fault.is_some() {
            return (self.pieces.take(), Ending::Failed);
        }
        if !self.pieces.is_over() && self.pieces.all_finished() && !self.frames.is_mid_frame() {
            self.fault = self.pieces.end().err();
        }
        let ending = if self.pieces.is_over() { Ending::Done } else { Ending::Cut };
        (self.pieces.take(), ending)
    }

    fn read(&mut self, chunk: Bytes) -> Result<(), StreamFault> {
        match &mut self.frames {
            Frames::Sse(reader) => {
                reader.push(chunk);
                while !self.pieces.is_over() {
                    let Some(event) = reader.next_event()? else { return Ok(()) };
                    let Some(data) = event.data else { continue };
                    self.state.take(event.name.as_deref(), &data, &mut self.pieces)?;
                }
                Ok(())
            }
            Frames::Amazon(reader) => {
                reader.push(&chunk);
                while !self.pieces.is_over() {
                    let Some(frame) = reader.next_frame()? else { return Ok(()) };
                    bedrock::stream::take(&frame, &mut self.pieces)?;
                }
                Ok(())
            }
        }
    }
}

impl State {
    fn take(&mut self, name: Option<&[u8]>, data: &[u8], pieces: &mut Pieces) -> Result<(), StreamFault> {
        match self {
            State::OpenAi => openai::stream::take(name, data, pieces),
            State::Anthropic(state) => state.take(data, pieces),
            State::Gemini(state) => state.take(data, pieces),
            State::Bedrock => Ok(()),
        }
    }
}

impl Frames {
    fn is_mid_frame(&self) -> bool {
        match self {
            Frames::Sse(reader) => reader.is_mid_event(),
            Frames::Amazon(reader) => reader.is_mid_frame(),
        }
    }
}

impl From<SseError> for StreamFault {
    fn from(error: SseError) -> StreamFault {
        match error {
            SseError::TooLarge { limit } => StreamFault::TooLarge { limit },
        }
    }
}
