//! Proof files: an entry's place in a log, checkable offline (`c2sp.org/tlog-proof`).

use std::fmt;

use data_encoding::BASE64;
use thiserror::Error;
use tlog_tiles::{HASH_SIZE, Hash};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::note::Verifier;
use crate::tree::{TreeError, check_inclusion};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// No tree has more levels than this, so no honest proof has more hashes.
const HASHES_MAX: usize = 64;

/// A proof that an entry is in a log, with the checkpoint it leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// Opaque data for the application. Not covered by any signature: never trust it.
    pub extra: Option<Vec<u8>>,
    /// The entry's index in the log, from 0.
    pub index: u64,
    /// From the leaf's sibling up to the root's child.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint, as the log wrote it.
    pub checkpoint: String,
}

impl Proof {
    /// Reads the text form.
    ///
    /// # Errors
    /// [`ProofError`] that names the first line which is not as specified.
    pub fn parse(text: &str) -> Result<Self, ProofError> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ProofError::NoCheckpoint)?;
        let mut lines = head.split('\n').zip(1..).peekable();
        lines.next().filter(|(line, _)| *line == FIRST_LINE).ok_or(ProofError::NotAProof)?;
        let extra = match lines.next_if(|(line, _)| line.starts_with("extra ")) {
            Some((line, _)) => Some(parse_extra(line)?),
            None => None,
        };
        let index = lines.next().and_then(|(line, _)| parse_index(line)).ok_or(ProofError::Index)?;
        let hashes = lines
            .map(|(line, number)| parse_hash(line).ok_or(ProofError::Hash { line: number }))
            .collect::<Result<Vec<_>, _>>()?;
        if hashes.len() > HASHES_MAX {
            return Err(ProofError::TooLong(hashes.len()));
        }
        Ok(Self { extra, index, hashes, checkpoint: checkpoint.to_owned() })
    }

    /// Checks that `leaf` is at this index in the log, by a checkpoint that one of `keys` signed for its log.
    ///
    /// # Errors
    /// [`ProofError`] if the checkpoint does not hold or the hashes do not lead to its root.
    pub fn verify(&self, leaf: Hash, keys: &[Verifier]) -> Result<Checkpoint, ProofError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, keys)?;
        check_inclusion(&self.hashes, checkpoint.size, checkpoint.root, self.index, leaf)?;
        Ok(checkpoint)
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", BASE64.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", BASE64.encode(&hash.0))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

fn parse_extra(line: &str) -> Result<Vec<u8>, ProofError> {
    let text = line.strip_prefix("extra ").unwrap_or_default();
    BASE64.decode(text.as_bytes()).map_err(|_| ProofError::Extra)
}

fn parse_index(line: &str) -> Option<u64> {
    let digits = line.strip_prefix("index ")?;
    digits.parse().ok().filter(|index: &u64| index.to_string() == digits)
}

fn parse_hash(line: &str) -> Option<Hash> {
    let bytes: [u8; HASH_SIZE] = BASE64.decode(line.as_bytes()).ok()?.try_into().ok()?;
    Some(Hash(bytes))
}

/// Why a proof is refused.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ProofError {
    /// The first line is another one.
    #[error("this is not a proof: its first line must be `{FIRST_LINE}`")]
    NotAProof,
    /// No empty line, so no checkpoint.
    #[error("the proof ends before its checkpoint")]
    NoCheckpoint,
    /// The `extra` line is not base64.
    #[error("the `extra` line of the proof is not base64")]
    Extra,
    /// The `index` line is missing or malformed.
    #[error("the proof has no line `index <number>` where it belongs")]
    Index,
    /// A line that should be a hash is not.
    #[error("line {line} of the proof is not a base64 SHA-256 hash")]
    Hash {
        /// Counted from 1.
        line: usize,
    },
    /// More hashes than any tree has levels.
    #[error("a proof of {0} hashes is longer than any tree is high")]
    TooLong(usize),
    /// The checkpoint does not hold.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The hashes do not lead to the root.
    #[error(transparent)]
    Tree(#[from] TreeError),
}

#[cfg(test)]
mod tests;
