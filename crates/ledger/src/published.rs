//! Reading back what is published: tiles, entries, receipts.

use std::io;

use tlog::{Proof, Tile, TileKind, WIDTH, bundle_entries, prove_inclusion};

use crate::error::ReadError;
use crate::log::Receipt;
use crate::sequencer::Published;
use crate::storage::Storage;

/// Reads a tile. A partial one may have given way to the full one, which then begins with it.
pub(crate) fn read_tile(read: impl Fn(&str) -> io::Result<Vec<u8>>, tile: Tile) -> io::Result<Vec<u8>> {
    match read(&tile.path()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && !tile.is_full() => {
            let full = read(&Tile::full(tile.kind, tile.number).path()).map_err(|_| error)?;
            Ok(cut(tile, full))
        }
        found => found,
    }
}

fn cut(tile: Tile, mut full: Vec<u8>) -> Vec<u8> {
    let width = usize::from(tile.width);
    let length = match tile.kind {
        TileKind::Hashes(_) => width * tlog::HASH_SIZE,
        TileKind::Entries => bundle_entries(&full)
            .map_or(full.len(), |entries| entries.iter().take(width).map(|entry| entry.len() + 2).sum()),
    };
    full.truncate(length);
    full
}

/// The line of a published entry.
pub(crate) fn entry(storage: &dyn Storage, published: &Published, index: u64) -> Result<String, ReadError> {
    let absent = || ReadError::NoEntry { index, size: published.size };
    let bundle = bundle(storage, published, index)?;
    let entries = bundle_entries(&bundle).map_err(|why| ReadError::bundle(index, &why))?;
    let within = usize::try_from(index % WIDTH).map_err(|_| absent())?;
    text(index, entries.get(within).ok_or_else(absent)?).map(str::to_owned)
}

/// The lines of published entries from `first` to before `end`, in order and each tile read once.
pub(crate) fn entries<E: From<ReadError>>(
    storage: &dyn Storage,
    published: &Published,
    (first, end): (u64, u64),
    each: &mut dyn FnMut(u64, &str) -> Result<(), E>,
) -> Result<(), E> {
    let mut next = first;
    while next < end {
        let bundle = bundle(storage, published, next)?;
        let lines = bundle_entries(&bundle).map_err(|why| ReadError::bundle(next, &why))?;
        let within = usize::try_from(next % WIDTH).unwrap_or(usize::MAX);
        let wanted = usize::try_from(end - next).unwrap_or(usize::MAX);
        for entry in lines.get(within..).unwrap_or_default().iter().take(wanted) {
            each(next, text(next, entry)?)?;
            next += 1;
        }
        if lines.len() <= within {
            return Err(ReadError::NoEntry { index: next, size: published.size }.into());
        }
    }
    Ok(())
}

fn bundle(storage: &dyn Storage, published: &Published, index: u64) -> Result<Vec<u8>, ReadError> {
    let absent = || ReadError::NoEntry { index, size: published.size };
    let tile = Tile::at_size(TileKind::Entries, index / WIDTH, published.size).ok_or_else(absent)?;
    let bundle = read_tile(|path| storage.read(path), tile);
    bundle.map_err(|error| ReadError::Storage(format!("{tile}: {error}")))
}

fn text(index: u64, entry: &[u8]) -> Result<&str, ReadError> {
    str::from_utf8(entry).map_err(|why| ReadError::Bundle { index, why: why.to_string() })
}

/// The receipt of a published entry.
pub(crate) fn receipt(
    storage: &dyn Storage,
    published: &Published,
    index: u64,
) -> Result<Receipt, ReadError> {
    let entry = entry(storage, published, index)?;
    let read = |tile| read_tile(|path| storage.read(path), tile).map_err(|error| error.to_string());
    let hashes = prove_inclusion(published.size, published.root, index, &read)?;
    let proof = Proof { extra: None, index, hashes, checkpoint: published.note.clone() };
    tlog::check_inclusion(
        &proof.hashes,
        published.size,
        published.root,
        index,
        tlog::leaf_hash(entry.as_bytes()),
    )?;
    Ok(Receipt { entry, proof: proof.to_string() })
}
