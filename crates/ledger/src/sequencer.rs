//! From durable entries to tiles and a signed checkpoint.
//!
//! Not a commit point: everything here follows the journal and can be made again from it.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tlog::{Checkpoint, Edge, Hash, Signer, Tile, TileKind, WIDTH, leaf_hash, push_bundle_entry};

use crate::storage::{Durable, Storage};

/// Path of the signed checkpoint.
pub(crate) const CHECKPOINT: &str = "checkpoint";

/// The newest published state, shared with readers.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) size: u64,
    pub(crate) root: Hash,
    /// The signed checkpoint.
    pub(crate) note: String,
}

/// Where readers find it.
pub(crate) type Latest = Arc<Mutex<Arc<Published>>>;

/// The growing tree. Remembers its right edge only.
pub(crate) struct Sequencer {
    storage: Arc<dyn Storage>,
    signer: Signer,
    edge: Edge,
    /// The unfinished entry bundle.
    bundle: Vec<u8>,
    /// Full tiles written since the last publication.
    finished: Vec<Tile>,
}

impl Sequencer {
    /// Goes on from an edge at a multiple of 256 entries.
    pub(crate) fn new(storage: Arc<dyn Storage>, signer: Signer, edge: Edge) -> Self {
        Self { storage, signer, edge, bundle: Vec::new(), finished: Vec::new() }
    }

    pub(crate) fn edge(&self) -> &Edge {
        &self.edge
    }

    /// Takes the next entry, which must be durable in the journal, and writes the tiles that it fills.
    pub(crate) fn add(&mut self, entry: &[u8]) -> io::Result<()> {
        push_bundle_entry(&mut self.bundle, entry).map_err(io::Error::other)?;
        let number = self.edge.size() / WIDTH;
        let completed = self.edge.push(leaf_hash(entry));
        if !completed.is_empty() {
            let bundle = std::mem::take(&mut self.bundle);
            self.finish(Tile::full(TileKind::Entries, number), &bundle)?;
        }
        for (tile, bytes) in completed {
            self.finish(tile, &bytes)?;
        }
        Ok(())
    }

    /// Writes the unfinished tiles, then the checkpoint, and only then lets go of partial tiles that became full.
    pub(crate) fn publish(&mut self) -> io::Result<Published> {
        self.write_partials()?;
        for folder in self.finished.iter().filter_map(folder).collect::<BTreeSet<_>>() {
            self.storage.sync_folder(&folder)?;
        }
        let published = self.sign()?;
        self.storage.write(CHECKPOINT, published.note.as_bytes(), Durable::Yes)?;
        self.storage.sync_folder("")?;
        for tile in std::mem::take(&mut self.finished) {
            self.storage.remove_folder(&tile.partial_folder())?;
        }
        Ok(published)
    }

    fn finish(&mut self, tile: Tile, bytes: &[u8]) -> io::Result<()> {
        self.storage.write(&tile.path(), bytes, Durable::Yes)?;
        self.finished.push(tile);
        Ok(())
    }

    fn write_partials(&self) -> io::Result<()> {
        for (tile, bytes) in self.edge.partials() {
            self.storage.write(&tile.path(), bytes, Durable::No)?;
        }
        let size = self.edge.size();
        match Tile::at_size(TileKind::Entries, size / WIDTH, size) {
            Some(tile) => self.storage.write(&tile.path(), &self.bundle, Durable::No),
            None => Ok(()),
        }
    }

    fn sign(&self) -> io::Result<Published> {
        let root = self.edge.root().map_err(io::Error::other)?;
        let size = self.edge.size();
        let checkpoint = Checkpoint { origin: self.signer.name().to_owned(), size, root };
        let note = checkpoint.sign(&self.signer).map_err(io::Error::other)?;
        Ok(Published { size, root, note })
    }
}

fn folder(tile: &Tile) -> Option<String> {
    tile.path().rsplit_once('/').map(|(folder, _)| folder.to_owned())
}

/// Replaces what readers see.
pub(crate) fn announce(latest: &Latest, published: Published) {
    *latest.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(published);
}

/// What readers see.
pub(crate) fn latest(latest: &Latest) -> Arc<Published> {
    Arc::clone(&latest.lock().unwrap_or_else(PoisonError::into_inner))
}
