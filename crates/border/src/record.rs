//! The open end of an admission: it must be told how the crossing ended, and says so itself if nobody does.

use ledger::{Alarm, Entry, Ledger, Outcome, OutcomeCode};

use crate::permit::ReceiptPointer;

/// An admission whose outcome is not on record yet.
#[must_use = "close it with how the crossing ended"]
pub struct Record {
    ledger: Ledger,
    receipt: ReceiptPointer,
    /// What is recorded if nobody closes it: nothing was sent, until a door has spent the permit.
    unclosed: OutcomeCode,
    closed: bool,
}

/// How a crossing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// How.
    pub code: OutcomeCode,
    /// Bytes of the answer that went to the caller.
    pub bytes: u64,
    /// Tokens in, if the endpoint said so.
    pub tokens_in: Option<u64>,
    /// Tokens out, if the endpoint said so.
    pub tokens_out: Option<u64>,
    /// What it cost, in millionths of a unit of the estate's currency, if somebody counted.
    pub price: Option<u64>,
}

impl From<OutcomeCode> for Ending {
    fn from(code: OutcomeCode) -> Ending {
        Ending { code, bytes: 0, tokens_in: None, tokens_out: None, price: None }
    }
}

impl Record {
    pub(crate) fn new(ledger: Ledger, receipt: ReceiptPointer) -> Record {
        Record { ledger, receipt, unclosed: OutcomeCode::NotSent, closed: false }
    }

    /// Where the record is.
    pub fn receipt(&self) -> &ReceiptPointer {
        &self.receipt
    }

    pub(crate) fn mark_sent(&mut self) {
        self.unclosed = OutcomeCode::Abandoned;
    }

    /// Records that something happened on this crossing that must not; durable with the next group.
    pub fn alarm(&self, what: impl Into<String>) {
        let alarm = Alarm { ms: self.ledger.now(), what: what.into(), admission: Some(self.receipt.index) };
        if let Err(error) = self.ledger.append_soon(&Entry::Alarm(alarm)) {
            tracing::error!(index = self.receipt.index, %error, "an alarm could not be recorded");
        }
    }

    /// What is recorded if this is dropped unclosed, once it is known what that would mean.
    pub fn if_dropped(&mut self, code: OutcomeCode) {
        self.unclosed = code;
    }

    /// The time by the border's clock, in seconds since 1970.
    pub fn seconds(&self) -> u64 {
        self.now() / 1000
    }

    pub(crate) fn now(&self) -> u64 {
        self.ledger.now()
    }

    /// Records how it ended; durable with the next group. If the ledger cannot take it, the admission stays open and is
    /// closed as abandoned at recovery.
    pub fn close(mut self, ending: impl Into<Ending>) {
        self.write(ending.into());
    }

    fn write(&mut self, ending: Ending) {
        if std::mem::replace(&mut self.closed, true) {
            return;
        }
        let outcome = Outcome {
            admission: self.receipt.index,
            code: ending.code,
            ms: self.ledger.now(),
            bytes: ending.bytes,
            tokens_in: ending.tokens_in,
            tokens_out: ending.tokens_out,
            price: ending.price,
        };
        if let Err(error) = self.ledger.append_soon(&Entry::Outcome(outcome)) {
            tracing::error!(index = self.receipt.index, %error, "an outcome could not be recorded");
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.write(self.unclosed.into());
    }
}
