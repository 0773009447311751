//! Inclusion and consistency proofs over tiles (RFC 6962 sections 2.1.1 and 2.1.2).

use std::cell::RefCell;
use std::collections::HashMap;

use thiserror::Error;
use tlog_tiles::{Error, Hash, HashReader};

use crate::tile::{Tile, TileKind};

/// Proves that entry `index` is in the tree of `size` entries and this root.
///
/// The proof is checked before it is given, so a wrong tile gives an error, never a wrong proof.
///
/// # Errors
/// [`TreeError`] if the index lies outside the tree, `read` fails, or a tile does not belong to this root.
pub fn prove_inclusion(
    size: u64,
    root: Hash,
    index: u64,
    read: &dyn Fn(Tile) -> Result<Vec<u8>, String>,
) -> Result<Vec<Hash>, TreeError> {
    if index >= size {
        return Err(TreeError::Outside { index, size });
    }
    let tiles = Tiles::new(size, read);
    let proof = tlog_tiles::prove_record(size, index, &tiles)?;
    let leaf = tiles.hash(tlog_tiles::stored_hash_index(0, index))?;
    check_inclusion(&proof, size, root, index, leaf).map_err(|_| TreeError::WrongTile)?;
    Ok(proof)
}

/// Checks a proof that `leaf` is entry `index` of the tree of `size` entries and this root.
///
/// # Errors
/// [`TreeError`] if it does not prove that.
pub fn check_inclusion(
    proof: &[Hash],
    size: u64,
    root: Hash,
    index: u64,
    leaf: Hash,
) -> Result<(), TreeError> {
    if index >= size {
        return Err(TreeError::Outside { index, size });
    }
    Ok(tlog_tiles::check_record(&proof.to_vec(), size, root, index, leaf)?)
}

/// Proves that the tree of `size` entries and this root begins with the tree of `earlier` entries.
///
/// # Errors
/// [`TreeError`] as for [`prove_inclusion`]; `earlier` must be between 1 and `size`.
pub fn prove_consistency(
    size: u64,
    root: Hash,
    earlier: u64,
    read: &dyn Fn(Tile) -> Result<Vec<u8>, String>,
) -> Result<Vec<Hash>, TreeError> {
    check_order(earlier, size)?;
    let tiles = Tiles::new(size, read);
    let proof = tlog_tiles::prove_tree(size, earlier, &tiles)?;
    let earlier_root = tlog_tiles::tree_hash(earlier, &tiles)?;
    check_consistency(&proof, size, root, earlier, earlier_root).map_err(|_| TreeError::WrongTile)?;
    Ok(proof)
}

/// Checks a proof that the tree of `size` entries and `root` begins with that of `earlier` entries and `earlier_root`.
///
/// # Errors
/// [`TreeError`] if it does not prove that.
pub fn check_consistency(
    proof: &[Hash],
    size: u64,
    root: Hash,
    earlier: u64,
    earlier_root: Hash,
) -> Result<(), TreeError> {
    check_order(earlier, size)?;
    Ok(tlog_tiles::check_tree(&proof.to_vec(), size, root, earlier, earlier_root)?)
}

fn check_order(earlier: u64, size: u64) -> Result<(), TreeError> {
    if (1..=size).contains(&earlier) { Ok(()) } else { Err(TreeError::Order { earlier, size }) }
}

/// Node hashes out of the tiles of a tree of one size, each tile read once.
///
/// Not the tree library's own `TileHashReader`: it skips the check of a full tile whenever several peaks of the tree
/// share a tile. Whoever uses this must check what comes out, as the functions above do.
struct Tiles<'a> {
    size: u64,
    read: &'a dyn Fn(Tile) -> Result<Vec<u8>, String>,
    seen: RefCell<HashMap<Tile, Vec<u8>>>,
}

impl<'a> Tiles<'a> {
    fn new(size: u64, read: &'a dyn Fn(Tile) -> Result<Vec<u8>, String>) -> Self {
        Self { size, read, seen: RefCell::default() }
    }

    fn hash(&self, index: u64) -> Result<Hash, Error> {
        let wanted = tlog_tiles::Tile::from_index(8, index);
        let (level, number) = (wanted.level(), wanted.level_index());
        let tile =
            Tile::at_size(TileKind::Hashes(level), number, self.size).ok_or(Error::IndexesNotInTree)?;
        let mut seen = self.seen.borrow_mut();
        let bytes = match seen.entry(tile) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => {
                let read = (self.read)(tile);
                new.insert(read.map_err(|why| Error::InvalidInput(format!("cannot read {tile}: {why}")))?)
            }
        };
        tlog_tiles::Tile::new(8, level, number, u32::from(tile.width), false).hash_at_index(bytes, index)
    }
}

impl HashReader for Tiles<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        indexes.iter().map(|index| self.hash(*index)).collect()
    }
}

/// Why a proof cannot be made or does not hold.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TreeError {
    /// The index is not in the tree.
    #[error("entry {index} is not in a tree of {size} entries")]
    Outside {
        /// Asked for.
        index: u64,
        /// Entries there are.
        size: u64,
    },
    /// The sizes are not in order.
    #[error("a tree of {size} entries has no earlier tree of {earlier}")]
    Order {
        /// Asked for.
        earlier: u64,
        /// Entries there are.
        size: u64,
    },
    /// The hashes do not lead to the root.
    #[error("the proof does not lead to the root hash of the checkpoint")]
    Invalid,
    /// A tile does not belong to the root.
    #[error("a tile does not fit the root hash")]
    WrongTile,
    /// A tile could not be read.
    #[error("{0}")]
    Unreadable(String),
}

impl From<Error> for TreeError {
    fn from(error: Error) -> Self {
        match error {
            Error::InvalidInput(why) => Self::Unreadable(why),
            Error::InvalidProof => Self::Invalid,
            _ => Self::WrongTile,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::{Edge, leaf_hash};

    struct Tree {
        edge: Edge,
        files: HashMap<Tile, Vec<u8>>,
    }

    fn leaf(n: u64) -> Hash {
        leaf_hash(&n.to_be_bytes())
    }

    fn tree(size: u64) -> Tree {
        let mut edge = Edge::new();
        let mut files = HashMap::new();
        for n in 0..size {
            files.extend(edge.push(leaf(n)));
        }
        files.extend(edge.partials().map(|(tile, bytes)| (tile, bytes.to_vec())));
        Tree { edge, files }
    }

    impl Tree {
        fn read(&self, tile: Tile) -> Result<Vec<u8>, String> {
            self.files.get(&tile).cloned().ok_or_else(|| "missing".to_owned())
        }

        fn root(&self) -> Hash {
            self.edge.root().unwrap()
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_entry_is_provably_included_and_nothing_else_is(size in 1_u64..1400, pick: u64, other: u64) {
            let tree = tree(size);
            let (index, other) = (pick % size, other % size);
            let proof = prove_inclusion(size, tree.root(), index, &|tile| tree.read(tile)).unwrap();
            prop_assert_eq!(check_inclusion(&proof, size, tree.root(), index, leaf(index)), Ok(()));
            prop_assert!(check_inclusion(&proof, size, tree.root(), index, leaf(size)).is_err());
            if other != index {
                prop_assert!(check_inclusion(&proof, size, tree.root(), other, leaf(index)).is_err());
            }
            for changed in 0..proof.len() {
                let mut bad = proof.clone();
                bad[changed].0[7] ^= 1;
                prop_assert!(check_inclusion(&bad, size, tree.root(), index, leaf(index)).is_err());
            }
        }

        #[test]
        fn every_later_tree_provably_begins_with_the_earlier(size in 1_u64..1400, pick: u64) {
            let later = tree(size);
            let earlier = 1 + pick % size;
            let earlier_root = tree(earlier).root();
            let proof = prove_consistency(size, later.root(), earlier, &|tile| later.read(tile)).unwrap();
            prop_assert_eq!(check_consistency(&proof, size, later.root(), earlier, earlier_root), Ok(()));
            prop_assert!(check_consistency(&proof, size, later.root(), earlier, leaf(1)).is_err());
        }

        #[test]
        fn a_changed_tile_gives_an_error_not_a_proof(size in 1_u64..1400, pick: u64, at: usize) {
            let mut tree = tree(size);
            let root = tree.root();
            let index = pick % size;
            let tile = Tile::at_size(TileKind::Hashes(0), index / 256, size).unwrap();
            let bytes = tree.files.get_mut(&tile).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= 0x40;
            let refused = prove_inclusion(size, root, index, &|tile| tree.read(tile));
            prop_assert_eq!(refused, Err(TreeError::WrongTile));
        }
    }

    #[test]
    fn impossible_questions_are_errors() {
        let tree = tree(5);
        let read = |tile| tree.read(tile);
        assert_eq!(prove_inclusion(5, tree.root(), 5, &read), Err(TreeError::Outside { index: 5, size: 5 }));
        assert_eq!(
            prove_consistency(5, tree.root(), 0, &read),
            Err(TreeError::Order { earlier: 0, size: 5 })
        );
        assert_eq!(
            prove_inclusion(6, tree.root(), 0, &read),
            Err(TreeError::Unreadable("cannot read tile/0/000.p/6: missing".into()))
        );
        assert_eq!(check_inclusion(&[], u64::MAX, tree.root(), 3, leaf(3)), Err(TreeError::Invalid));
    }
}
