//! Checking what a ledger says, trusting nothing but a public key.
//!
//! Not a reader of journals: it reads what is published (checkpoint, tiles, entry bundles), as anyone can who has a
//! copy of the folder. It opens no ledger and changes nothing.

mod fault;
mod story;

use std::io;
use std::path::Path;

use thiserror::Error;
use tlog::{Checkpoint, Edge, HASH_SIZE, Hash, KeyError, Proof, ProofError, Tile, TileKind, Verifier, WIDTH};

pub use fault::Fault;
pub use story::Report;

use crate::entry::{Entry, EntryError};
use crate::published::read_tile;
use story::Story;

/// What a receipt proves: this entry stands at this index of this log, by a checkpoint of this size.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// The entry.
    pub entry: Entry,
    /// Its index.
    pub index: u64,
    /// The log's name.
    pub origin: String,
    /// Entries that the checkpoint covers.
    pub size: u64,
    /// Root hash of the checkpoint, in base64.
    pub root: String,
}

/// Checks a receipt: the entry's line (a final newline is allowed) and its proof, by any of these public keys.
///
/// # Errors
/// [`ReceiptError`] with what does not hold.
pub fn verify_receipt(entry: &str, proof: &str, vkeys: &[&str]) -> Result<Verified, ReceiptError> {
    let keys = vkeys.iter().map(|vkey| Verifier::parse(vkey)).collect::<Result<Vec<_>, _>>()?;
    let line = entry.strip_suffix('\n').unwrap_or(entry);
    let proof = Proof::parse(proof)?;
    let checkpoint = proof.verify(tlog::leaf_hash(line.as_bytes()), &keys)?;
    let entry = Entry::parse(line)?;
    let root = checkpoint.root.to_string();
    Ok(Verified { entry, index: proof.index, origin: checkpoint.origin, size: checkpoint.size, root })
}

/// Why a receipt does not hold.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ReceiptError {
    /// A public key is malformed.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The proof is malformed, or does not lead from this entry to a checkpoint signed by a key you trust.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// Proved, but not an entry as this version knows them.
    #[error("the proof holds, but the entry cannot be read: {0}")]
    Entry(#[from] EntryError),
}

/// Checks a whole ledger in a folder: the checkpoint's signature, every entry against tiles and root, and that the
/// entries make sense together (see [`Report`]).
///
/// # Errors
/// The first [`Fault`]. A changed hash or tile comes before a story that does not add up.
pub fn verify_ledger(folder: &Path, vkey: &str) -> Result<Report, Fault> {
    verify_files(&|path| std::fs::read(folder.join(path)), vkey)
}

/// The same over any reader of the ledger's files.
///
/// # Errors
/// As for [`verify_ledger`].
pub fn verify_files(read: &dyn Fn(&str) -> io::Result<Vec<u8>>, vkey: &str) -> Result<Report, Fault> {
    read_verified(read, vkey, &mut |_, _| {})
}

/// The same, giving each entry as it is checked. What `each` was given counts only if the whole ledger holds.
///
/// # Errors
/// As for [`verify_ledger`].
pub fn read_verified(
    read: &dyn Fn(&str) -> io::Result<Vec<u8>>,
    vkey: &str,
    each: &mut dyn FnMut(u64, Entry),
) -> Result<Report, Fault> {
    let checkpoint = open_checkpoint(read, &[Verifier::parse(vkey)?])?;
    let (edge, story) = (Edge::new(), Story::new(&checkpoint));
    let mut audit = Audit { read, size: checkpoint.size, edge, story, each };
    let mut number = 0;
    while let Some(tile) = Tile::at_size(TileKind::Entries, number, checkpoint.size) {
        audit.bundle(tile)?;
        number += 1;
    }
    audit.finish(&checkpoint)
}

/// Checks that the ledger in a folder still begins with all that an earlier checkpoint of it covered.
///
/// Reads a few tiles only. Together with [`verify_ledger`] it shows that nothing was changed since, to whoever kept
/// that checkpoint (or a receipt, which ends with one).
///
/// # Errors
/// [`Fault::Shorter`] or [`Fault::Rewritten`] if it does not, or what else does not hold.
pub fn verify_extends(folder: &Path, earlier: &str, vkey: &str) -> Result<(), Fault> {
    files_extend(&|path| std::fs::read(folder.join(path)), earlier, vkey)
}

/// The same over any reader of the ledger's files.
///
/// # Errors
/// As for [`verify_extends`].
pub fn files_extend(
    read: &dyn Fn(&str) -> io::Result<Vec<u8>>,
    earlier: &str,
    vkey: &str,
) -> Result<(), Fault> {
    let keys = [Verifier::parse(vkey)?];
    let earlier = Checkpoint::open(earlier, &keys)?;
    let now = open_checkpoint(read, &keys)?;
    if earlier.size > now.size {
        return Err(Fault::Shorter { earlier: earlier.size, size: now.size });
    }
    if earlier.size == 0 {
        return Ok(());
    }
    let tile = |tile| read_tile(read, tile).map_err(|error| error.to_string());
    let proof = tlog::prove_consistency(now.size, now.root, earlier.size, &tile)?;
    tlog::check_consistency(&proof, now.size, now.root, earlier.size, earlier.root)
        .map_err(|_| Fault::Rewritten { earlier: earlier.size })
}

fn open_checkpoint(
    read: &dyn Fn(&str) -> io::Result<Vec<u8>>,
    keys: &[Verifier],
) -> Result<Checkpoint, Fault> {
    let text = read("checkpoint").map_err(|error| Fault::NoCheckpoint(error.to_string()))?;
    Ok(Checkpoint::open(&String::from_utf8_lossy(&text), keys)?)
}

/// One pass over the entries, in order.
struct Audit<'a> {
    read: &'a dyn Fn(&str) -> io::Result<Vec<u8>>,
    size: u64,
    edge: Edge,
    story: Story,
    each: &'a mut dyn FnMut(u64, Entry),
}

impl Audit<'_> {
    /// Checks 256 entries against their tile, and the tiles they complete.
    fn bundle(&mut self, tile: Tile) -> Result<(), Fault> {
        let bundle = self.tile(tile)?;
        let entries = tlog::bundle_entries(&bundle).map_err(|why| Fault::Bundle { tile, why })?;
        if entries.len() != usize::from(tile.width) {
            return Err(Fault::BundleCount { tile, found: entries.len() });
        }
        let leaves = self.hashes(Tile { kind: TileKind::Hashes(0), ..tile })?;
        for (entry, expected) in entries.into_iter().zip(leaves) {
            self.entry(entry, expected)?;
        }
        Ok(())
    }

    fn entry(&mut self, entry: &[u8], expected: Hash) -> Result<(), Fault> {
        let index = self.edge.size();
        let found = tlog::leaf_hash(entry);
        if found != expected {
            return Err(Fault::Entry { index, expected, found });
        }
        if let Some(entry) = self.story.take(index, entry, &self.edge) {
            (self.each)(index, entry);
        }
        for (tile, bytes) in self.edge.push(found) {
            self.compare(tile, &bytes)?;
        }
        Ok(())
    }

    /// Compares a computed tile above the leaves with the stored one.
    fn compare(&self, tile: Tile, computed: &[u8]) -> Result<(), Fault> {
        if tile.kind == TileKind::Hashes(0) {
            return Ok(());
        }
        let stored = self.hashes(tile)?;
        let mut pairs = as_hashes(computed).zip(stored).zip(0_u64..);
        match pairs.find(|((computed, stored), _)| computed != stored) {
            Some(((expected, found), slot)) => Err(Fault::Node { tile, slot, expected, found }),
            None => Ok(()),
        }
    }

    fn finish(self, checkpoint: &Checkpoint) -> Result<Report, Fault> {
        for (tile, computed) in self.edge.partials() {
            self.compare(tile, computed)?;
        }
        let found = self.edge.root().map_err(|_| Fault::Size { size: self.size })?;
        if found != checkpoint.root {
            return Err(Fault::Root { size: self.size, expected: checkpoint.root, found });
        }
        self.story.finish()
    }

    fn tile(&self, tile: Tile) -> Result<Vec<u8>, Fault> {
        read_tile(self.read, tile).map_err(|error| Fault::Unreadable { tile, why: error.to_string() })
    }

    fn hashes(&self, tile: Tile) -> Result<Vec<Hash>, Fault> {
        let bytes = self.tile(tile)?;
        let expected = usize::from(tile.width) * HASH_SIZE;
        if bytes.len() != expected {
            return Err(Fault::TileLength { tile, expected, found: bytes.len() });
        }
        Ok(as_hashes(&bytes).collect())
    }
}

fn as_hashes(bytes: &[u8]) -> impl Iterator<Item = Hash> {
    bytes.as_chunks::<HASH_SIZE>().0.iter().map(|hash| Hash(*hash))
}

const _: () = assert!(WIDTH == 256, "a bundle and a tile hold the same entries");
