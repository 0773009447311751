//! What can be wrong with a ledger.

use thiserror::Error;
use tlog::{BundleError, CheckpointError, Hash, KeyError, Tile, TreeError};

use crate::entry::EntryError;

/// The first thing found wrong with a ledger, where, and what was expected.
#[derive(Debug, Error, PartialEq)]
pub enum Fault {
    /// The public key is malformed.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// There is no checkpoint.
    #[error("cannot read `checkpoint`: {0}")]
    NoCheckpoint(String),
    /// The checkpoint does not hold.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A tile or bundle is missing.
    #[error("cannot read {tile}: {why}")]
    Unreadable {
        /// Which one.
        tile: Tile,
        /// What the system said.
        why: String,
    },
    /// A tile has the wrong length.
    #[error("{tile} has {found} bytes instead of {expected}")]
    TileLength {
        /// Which one.
        tile: Tile,
        /// Bytes it should have.
        expected: usize,
        /// Bytes it has.
        found: usize,
    },
    /// A bundle cannot be read.
    #[error("{tile}: {why}")]
    Bundle {
        /// Which one.
        tile: Tile,
        /// What is wrong.
        why: BundleError,
    },
    /// A bundle has too few or too many entries.
    #[error("{tile} holds {found} entries instead of {}", tile.width)]
    BundleCount {
        /// Which one.
        tile: Tile,
        /// Entries it holds.
        found: usize,
    },
    /// An entry is not what its tile says.
    #[error("entry {index} was changed: its hash is {found}, its tile says {expected}")]
    Entry {
        /// Which one.
        index: u64,
        /// What the tile says.
        expected: Hash,
        /// Hash of the entry.
        found: Hash,
    },
    /// A tile is not what the tiles below it say.
    #[error("hash {slot} of {tile} was changed: it is {found}, the tiles below give {expected}")]
    Node {
        /// Which tile.
        tile: Tile,
        /// Which hash in it, from 0.
        slot: u64,
        /// What the tiles below give.
        expected: Hash,
        /// What it says.
        found: Hash,
    },
    /// The tiles do not fit the checkpoint.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The ledger had more entries once.
    #[error(
        "an earlier checkpoint covers {earlier} entries, this ledger has only {size}: entries were removed"
    )]
    Shorter {
        /// Entries the earlier checkpoint covers.
        earlier: u64,
        /// Entries there are now.
        size: u64,
    },
    /// The ledger's past is another one.
    #[error(
        "the first {earlier} entries are not those that an earlier checkpoint covers: the log was rewritten"
    )]
    Rewritten {
        /// Entries the earlier checkpoint covers.
        earlier: u64,
    },
    /// The sizes do not fit.
    #[error("the entries do not make a tree of {size}")]
    Size {
        /// What the checkpoint says.
        size: u64,
    },
    /// The entries are not those that were signed.
    #[error(
        "the {size} entries have the root hash {found}, the signed checkpoint says {expected}: entries and tiles were changed together"
    )]
    Root {
        /// Entries the checkpoint covers.
        size: u64,
        /// What the checkpoint says.
        expected: Hash,
        /// What the entries give.
        found: Hash,
    },
    /// An entry cannot be read.
    #[error("entry {index}: {why}")]
    Line {
        /// Which one.
        index: u64,
        /// What is wrong.
        why: EntryError,
    },
    /// The log does not begin with a start entry.
    #[error("entry 0 is not a `start`: every ledger begins with one")]
    NoStart,
    /// A start entry is not of this log, or names another past.
    #[error("entry {index} (`start`) says {what} `{found}`, but it is `{expected}`")]
    Start {
        /// Which one.
        index: u64,
        /// Which of its statements.
        what: &'static str,
        /// What is so.
        expected: String,
        /// What it says.
        found: String,
    },
    /// A reference to something that is no earlier decision.
    #[error("entry {index} refers to entry {decision}, which is not a decision before it")]
    Decision {
        /// The one that refers.
        index: u64,
        /// What it refers to.
        decision: u64,
    },
    /// An admission without a decision.
    #[error("entry {index} is an admission that names no decision")]
    NoDecision {
        /// Which one.
        index: u64,
    },
    /// An outcome of nothing, or a second one.
    #[error("entry {index} is an outcome of entry {admission}, which is not an admission that waits for one")]
    Outcome {
        /// The outcome.
        index: u64,
        /// What it refers to.
        admission: u64,
    },
}
