//! Proof that exactly these bytes may go to exactly this endpoint, and that it is on record.

use std::sync::Arc;

use estate::Endpoint;

use crate::message::Message;
use crate::record::Record;

/// Leave for one crossing. Made only by [`crate::Border::admit`]; owns its endpoint and its bytes; spent once, before its
/// deadline; if dropped unspent, the record says that nothing was sent.
///
/// It cannot be made elsewhere, copied, or used twice, and a door cannot be handed other bytes or another endpoint.
#[must_use = "an admission on record needs an end: hand the permit to a door"]
pub struct Permit {
    endpoint: Arc<Endpoint>,
    message: Message,
    issued_ms: u64,
    record: Record,
}

/// How long a permit is good for: long enough to begin sending, too short to keep.
const LIFE_MS: u64 = 10_000;

/// A permit that a door has taken: what to send, where, and the record to close.
pub struct Spent {
    /// Where to send.
    pub endpoint: Arc<Endpoint>,
    /// What to send.
    pub message: Message,
    /// What must be told how it ended.
    pub record: Record,
}

/// Where the record of a crossing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptPointer {
    /// Origin of the ledger.
    pub origin: Arc<str>,
    /// Index of the admission in it.
    pub index: u64,
    /// The salt of the content's digest; the ledger keeps none.
    pub salt: [u8; 16],
}

/// The permit's deadline has passed; nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the permit expired {late_ms} ms ago")]
pub struct Expired {
    /// How late it was, in milliseconds.
    pub late_ms: u64,
}

impl Permit {
    pub(crate) fn new(endpoint: Arc<Endpoint>, message: Message, issued_ms: u64, record: Record) -> Permit {
        Permit { endpoint, message, issued_ms, record }
    }

    /// The endpoint that it is for.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Where its record is.
    pub fn receipt(&self) -> &ReceiptPointer {
        self.record.receipt()
    }

    /// Takes the permit apart, once, in time. Only a door should: what comes out is to be sent now.
    pub fn spend(mut self) -> Result<Spent, Expired> {
        // A clock that was set back does not make a permit last.
        let age_ms = self.record.now().abs_diff(self.issued_ms);
        if age_ms > LIFE_MS {
            return Err(Expired { late_ms: age_ms - LIFE_MS });
        }
        self.record.mark_sent();
        Ok(Spent { endpoint: self.endpoint, message: self.message, record: self.record })
    }
}

impl std::fmt::Debug for Permit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Permit")
            .field("endpoint", &self.endpoint.id)
            .field("index", &self.receipt().index)
            .finish_non_exhaustive()
    }
}
