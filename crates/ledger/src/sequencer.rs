//! From durable entries to tiles and a signed checkpoint.
//!
//! Not a commit point: everything here follows the journal and can be made again from it. Tiles are written as they
//! fill and synced together, once a publication; a checkpoint is written only when every tile below it is durable.

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
    /// Unfinished tiles of the last publication; none before the first, when there may be any from an earlier run.
    partials: Option<BTreeSet<Tile>>,
}

impl Sequencer {
    /// Goes on from an edge at a multiple of 256 entries.
    pub(crate) fn new(storage: Arc<dyn Storage>, signer: Signer, edge: Edge) -> Self {
        Self { storage, signer, edge, bundle: Vec::new(), finished: Vec::new(), partials: None }
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
            self.storage.write(
                &Tile::full(TileKind::Entries, number).path(),
                &self.bundle,
                Durable::Later,
            )?;
            self.finished.push(Tile::full(TileKind::Entries, number));
            self.bundle.clear();
        }
        for (tile, bytes) in completed {
            self.storage.write(&tile.path(), &bytes, Durable::Later)?;
            self.finished.push(tile);
        }
        Ok(())
    }

    /// Writes the unfinished tiles, makes all new tiles durable, then the checkpoint, and only then lets go of partial
    /// tiles that became full.
    pub(crate) fn publish(&mut self) -> io::Result<Published> {
        let partials = self.write_partials()?;
        let new = partials.iter().filter(|tile| self.is_new(tile)).chain(&self.finished);
        let paths: Vec<String> = new.map(Tile::path).collect();
        self.storage.sync(&paths)?;
        let published = self.sign()?;
        self.storage.write(CHECKPOINT, published.note.as_bytes(), Durable::Yes)?;
        self.let_go()?;
        self.partials = Some(partials);
        Ok(published)
    }

    fn write_partials(&self) -> io::Result<BTreeSet<Tile>> {
        let size = self.edge.size();
        let bundle = Tile::at_size(TileKind::Entries, size / WIDTH, size);
        let bundle = bundle.map(|tile| (tile, self.bundle.as_slice()));
        let mut written = BTreeSet::new();
        for (tile, bytes) in self.edge.partials().chain(bundle) {
            if self.is_new(&tile) {
                self.storage.write(&tile.path(), bytes, Durable::Later)?;
            }
            written.insert(tile);
        }
        Ok(written)
    }

    /// Whether an unfinished tile is not just as wide as at the last publication.
    fn is_new(&self, tile: &Tile) -> bool {
        self.partials.as_ref().is_none_or(|before| !before.contains(tile))
    }

    fn let_go(&mut self) -> io::Result<()> {
        let wide = |tile: &Tile| Tile::full(tile.kind, tile.number);
        let before: Option<BTreeSet<Tile>> =
            self.partials.as_ref().map(|before| before.iter().map(wide).collect());
        for tile in self.finished.drain(..) {
            if before.as_ref().is_none_or(|before| before.contains(&tile)) {
                self.storage.remove_folder(&tile.partial_folder())?;
            }
        }
        Ok(())
    }

    fn sign(&self) -> io::Result<Published> {
        let root = self.edge.root().map_err(io::Error::other)?;
        let size = self.edge.size();
        let checkpoint = Checkpoint { origin: self.signer.name().to_owned(), size, root };
        let note = checkpoint.sign(&self.signer).map_err(io::Error::other)?;
        Ok(Published { size, root, note })
    }
}

/// Replaces what readers see.
pub(crate) fn announce(latest: &Latest, published: Published) {
    *latest.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(published);
}

/// What readers see.
pub(crate) fn latest(latest: &Latest) -> Arc<Published> {
    Arc::clone(&latest.lock().unwrap_or_else(PoisonError::into_inner))
}
