//! Undoing the mask in an answer: in whole texts, and in the pieces of a stream.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use mask::{Restorer, Vault};
use wire::{EventRewriter, InsideText, NotAnAnswer, SseError, TextSink, Wire, rewrite_answer};

use crate::content::inside;

/// An answer that is not streamed, with its originals put back.
///
/// # Errors
/// The body is not an answer.
pub(crate) fn restored(wire: Wire, body: &[u8], vault: &Arc<Vault>) -> Result<Bytes, NotAnAnswer> {
    rewrite_answer(wire, body, &mut Restoring::new(vault))
}

/// A stream whose originals are put back as it passes.
pub(crate) struct RestoredEvents {
    rewriter: EventRewriter,
    restoring: Restoring,
}

impl RestoredEvents {
    /// For a stream on this wire whose events have at most `limit` bytes.
    pub(crate) fn new(wire: Wire, limit: usize, vault: &Arc<Vault>) -> RestoredEvents {
        RestoredEvents { rewriter: EventRewriter::new(wire, limit), restoring: Restoring::new(vault) }
    }

    /// Takes whole or partial events in and gives out what may be sent on.
    ///
    /// # Errors
    /// An event passes the limit.
    pub(crate) fn pass(&mut self, chunk: Bytes) -> Result<Bytes, SseError> {
        let mut out = BytesMut::with_capacity(chunk.len() + 64);
        self.rewriter.pass(chunk, &mut self.restoring, &mut out)?;
        Ok(out.freeze())
    }

    /// What is still held, once nothing more comes.
    pub(crate) fn finish(&mut self) -> Bytes {
        let mut out = BytesMut::new();
        self.rewriter.finish(&mut self.restoring, &mut out);
        out.freeze()
    }
}

struct Restoring {
    vault: Arc<Vault>,
    channels: HashMap<u32, Restorer>,
}

impl Restoring {
    fn new(vault: &Arc<Vault>) -> Restoring {
        Restoring { vault: vault.clone(), channels: HashMap::new() }
    }
}

impl TextSink for Restoring {
    fn whole(&mut self, text: &str, inside_text: InsideText) -> Option<String> {
        match self.vault.restore(text, inside(inside_text)) {
            std::borrow::Cow::Borrowed(_) => None,
            std::borrow::Cow::Owned(restored) => Some(restored),
        }
    }

    fn piece(&mut self, channel: u32, text: &str, inside_text: InsideText) -> String {
        let vault = &self.vault;
        let restorer = self.channels.entry(channel).or_insert_with(|| vault.restorer(inside(inside_text)));
        restorer.push(text).into_owned()
    }

    fn end(&mut self, channel: u32) -> String {
        self.channels.remove(&channel).map(|mut restorer| restorer.finish()).unwrap_or_default()
    }
}
