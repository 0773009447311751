//! Why a ledger cannot be opened, added to, or read.

use std::io;
use std::sync::Arc;

use thiserror::Error;
use tlog::{BundleError, CheckpointError, EdgeError, TreeError};

use crate::entry::EntryError;

/// Why a ledger cannot be opened. Nothing on disk was changed.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another process writes to it.
    #[error("another process has this ledger open: one ledger has one writer")]
    Locked,
    /// The storage failed.
    #[error("cannot {what}: {source}")]
    Storage {
        /// What was being done.
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// The published checkpoint is not this log's.
    #[error("the published checkpoint is not of this ledger: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// A journal file of another log, or of none.
    #[error("journal file {file} is not of the log `{origin}`: {why}")]
    Foreign {
        /// Its name.
        file: String,
        /// The log that was to be opened.
        origin: String,
        /// What is wrong.
        why: &'static str,
    },
    /// A journal file is missing.
    #[error("the journal lacks the entries from {from} up to {to}: a file is missing")]
    Missing {
        /// The first that is missing.
        from: u64,
        /// The first that is there again.
        to: u64,
    },
    /// Damage in the middle of the journal.
    #[error(
        "journal file {file} is damaged at byte {at}: entries up to {next} are intact before it, entries from {later} on lie behind it; restore the file from a copy"
    )]
    Damaged {
        /// Its name.
        file: String,
        /// Where the damage begins.
        at: usize,
        /// How many entries of the log are intact before the damage.
        next: u64,
        /// The index of the first entry behind it.
        later: u64,
    },
    /// The journal has lost what was published.
    #[error(
        "the published checkpoint covers {published} entries but only the first {intact} are intact in the journal; to go on would fork the log: restore the journal from a copy, or start a new log"
    )]
    Behind {
        /// Entries the checkpoint covers.
        published: u64,
        /// Entries intact in the journal.
        intact: u64,
    },
    /// The journal says something else than what was published.
    #[error(
        "the journal's first {size} entries do not have the root hash of the published checkpoint: one of them was changed; restore the journal or the checkpoint from a copy"
    )]
    Fork {
        /// Entries the checkpoint covers.
        size: u64,
    },
    /// The right edge of the tree does not hold.
    #[error(transparent)]
    Edge(#[from] EdgeError),
    /// An entry of the ledger's own could not be written.
    #[error(transparent)]
    Entry(#[from] EntryError),
}

impl OpenError {
    pub(crate) fn storage(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        |source| Self::Storage { what, source }
    }
}

/// Why an entry was not recorded. Whatever the reason, it was not acknowledged: act as if it were not there.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum AppendError {
    /// The storage failed, now or earlier; nothing more is recorded until the ledger is opened anew.
    #[error("the ledger cannot record: {0}")]
    Poisoned(Arc<str>),
    /// The ledger was closed.
    #[error("the ledger is closed")]
    Closed,
    /// The entry has no line.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// An outcome for what is not an open admission.
    #[error("entry {0} is not an admission that waits for its outcome")]
    NoOpenAdmission(u64),
    /// A reference to a decision that is not recorded yet.
    #[error("decision {0} is not recorded yet")]
    UnknownDecision(u64),
}

/// Why something cannot be read from a ledger.
#[derive(Debug, Error)]
pub enum ReadError {
    /// No such entry.
    #[error("there is no entry {index}: the ledger has {size}")]
    NoEntry {
        /// Asked for.
        index: u64,
        /// Entries there are.
        size: u64,
    },
    /// The storage failed, or the ledger is closed.
    #[error("cannot read the ledger: {0}")]
    Storage(String),
    /// A bundle does not hold what it should.
    #[error("the bundle of entry {index} is damaged: {why}")]
    Bundle {
        /// Asked for.
        index: u64,
        /// What is wrong.
        why: String,
    },
    /// The tiles do not fit the checkpoint.
    #[error(transparent)]
    Tree(#[from] TreeError),
}

impl ReadError {
    pub(crate) fn bundle(index: u64, why: &BundleError) -> Self {
        Self::Bundle { index, why: why.to_string() }
    }
}
