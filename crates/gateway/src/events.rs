//! The events of a streamed answer on their way to the caller: passed as they come or written anew, and restored where the
//! request was masked.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use mask::Vault;
use wire::dialog::{Delta, Finish, Tokens};
use wire::vendor::{Ending, StreamReader};
use wire::{ErrorBody, StreamEnd, StreamWatch, StreamWriter, Wire, error_event_for};

use crate::restore::RestoredEvents;

/// Largest event of a stream, in bytes.
pub(crate) const MOST_EVENT_BYTES: usize = 1 << 20;

/// The events of one answer.
pub(crate) struct Events {
    wire: Wire,
    id: String,
    kind: Kind,
    restored: Option<RestoredEvents>,
    told: Told,
}

enum Kind {
    /// The caller's own wire: watched as it passes.
    Passed(StreamWatch),
    /// Another wire: read and written anew.
    Translated(Box<(StreamReader, StreamWriter)>),
    /// Made here.
    Made(Box<StreamWriter>),
}

/// What an answer told of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Tokens read and written.
    pub(crate) tokens: Option<(u64, u64)>,
    /// Where the vendor says it ran.
    pub(crate) geo: Option<String>,
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Complete.
    Complete,
    /// With an error that the vendor told; the caller has it.
    Failed,
    /// In the middle.
    Cut,
}

/// The stream cannot be read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable(pub(crate) String);

impl Events {
    /// Events that pass as they come; `id` is the request's, for errors.
    pub(crate) fn passed(wire: Wire, id: &str, vault: Option<&Arc<Vault>>) -> Events {
        Events::new(wire, id, Kind::Passed(StreamWatch::of(wire, MOST_EVENT_BYTES)), vault)
    }

    /// Events that are read from one wire and written on another.
    pub(crate) fn translated(
        wire: Wire,
        id: &str,
        (reader, writer): (StreamReader, StreamWriter),
        vault: Option<&Arc<Vault>>,
    ) -> Events {
        Events::new(wire, id, Kind::Translated(Box::new((reader, writer))), vault)
    }

    /// Events made here.
    pub(crate) fn made(wire: Wire, id: &str, writer: StreamWriter, vault: Option<&Arc<Vault>>) -> Events {
        Events::new(wire, id, Kind::Made(Box::new(writer)), vault)
    }

    fn new(wire: Wire, id: &str, kind: Kind, vault: Option<&Arc<Vault>>) -> Events {
        let vault = vault.filter(|vault| !vault.is_empty());
        let restored = vault.map(|vault| RestoredEvents::new(wire, MOST_EVENT_BYTES, vault));
        Events { wire, id: id.to_owned(), kind, restored, told: Told::default() }
    }

    /// Takes a chunk of the endpoint's in and gives out what may be sent on: whole events only, often none.
    ///
    /// # Errors
    /// The stream cannot be read on.
    pub(crate) fn pass(&mut self, chunk: Bytes) -> Result<Bytes, Unreadable> {
        let events = match &mut self.kind {
            Kind::Passed(watch) => watch.pass(chunk).map_err(|e| Unreadable(e.to_string()))?,
            Kind::Translated(pair) => {
                let deltas = pair.0.push(chunk).map_err(|e| Unreadable(e.to_string()))?;
                write(&mut pair.1, &deltas, &mut self.told)
            }
            Kind::Made(_) => chunk,
        };
        self.restore(events)
    }

    /// Takes pieces in that were made here.
    ///
    /// # Errors
    /// An event is too large.
    pub(crate) fn write(&mut self, deltas: &[Delta]) -> Result<Bytes, Unreadable> {
        let Kind::Made(writer) = &mut self.kind else { return Ok(Bytes::new()) };
        let events = write(writer, deltas, &mut self.told);
        self.restore(events)
    }

    /// The endpoint has closed the stream: what is still to be sent, and how it ended.
    pub(crate) fn end(&mut self) -> (Bytes, End) {
        let (last, end) = match &mut self.kind {
            Kind::Passed(watch) => (
                Bytes::new(),
                match watch.end() {
                    StreamEnd::Done | StreamEnd::Finished => End::Complete,
                    StreamEnd::Failed => End::Failed,
                    StreamEnd::Cut => End::Cut,
                },
            ),
            Kind::Translated(pair) => {
                let (deltas, ending) = pair.0.end();
                let last = write(&mut pair.1, &deltas, &mut self.told);
                (
                    last,
                    match ending {
                        Ending::Done => End::Complete,
                        Ending::Cut => End::Cut,
                        Ending::Failed => End::Failed,
                    },
                )
            }
            Kind::Made(_) => (Bytes::new(), End::Complete),
        };
        let last = self.restore(last).unwrap_or_default();
        (joined(last, self.held()), end)
    }

    /// Ends the stream with an error, on which every client of the wire raises.
    pub(crate) fn fault(&mut self, error: &ErrorBody) -> Bytes {
        let held = self.held();
        let mut out = BytesMut::new();
        match &mut self.kind {
            Kind::Passed(watch) => {
                let sequence = watch.seen().events;
                out.extend_from_slice(&error_event_for(self.wire, error, &self.id, sequence));
            }
            Kind::Translated(pair) => pair.1.fault(error, &mut out),
            Kind::Made(writer) => writer.fault(error, &mut out),
        }
        joined(held, out.freeze())
    }

    /// What the answer has told of itself so far.
    pub(crate) fn told(&self) -> Told {
        match &self.kind {
            Kind::Passed(watch) => {
                let seen = watch.seen();
                Told {
                    tokens: seen.usage.map(|u| (u.prompt_tokens, u.completion_tokens)),
                    geo: seen.geo.clone(),
                }
            }
            Kind::Translated(_) | Kind::Made(_) => self.told.clone(),
        }
    }

    fn restore(&mut self, events: Bytes) -> Result<Bytes, Unreadable> {
        match &mut self.restored {
            Some(restored) if !events.is_empty() => {
                restored.pass(events).map_err(|e| Unreadable(e.to_string()))
            }
            _ => Ok(events),
        }
    }

    fn held(&mut self) -> Bytes {
        self.restored.as_mut().map(RestoredEvents::finish).unwrap_or_default()
    }
}

fn write(writer: &mut StreamWriter, deltas: &[Delta], told: &mut Told) -> Bytes {
    let mut out = BytesMut::new();
    for delta in deltas {
        match delta {
            Delta::Tokens(Tokens { input, output, .. }) => told.tokens = Some((*input, *output)),
            Delta::Geo(geo) => told.geo = Some(geo.clone()),
            _ => {}
        }
        writer.write(delta, &mut out);
    }
    out.freeze()
}

fn joined(first: Bytes, second: Bytes) -> Bytes {
    match (first.is_empty(), second.is_empty()) {
        (true, _) => second,
        (_, true) => first,
        _ => [first, second].concat().into(),
    }
}

/// The end that the engine told, in words that every wire has.
pub(crate) fn finish(finish: wire::Finish) -> Finish {
    match finish {
        wire::Finish::Stop => Finish::Stop,
        wire::Finish::Length => Finish::Length,
        wire::Finish::ToolCalls => Finish::Calls,
        wire::Finish::ContentFilter => Finish::Filtered,
    }
}
