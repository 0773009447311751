//! The right edge of a growing tree: all a writer must remember to go on hashing.

use thiserror::Error;
use tlog_tiles::{HASH_SIZE, Hash, HashReader};

use crate::tile::{Tile, TileKind, WIDTH};

/// Bytes of a full tile of hashes.
const TILE_BYTES: usize = WIDTH as usize * HASH_SIZE;

/// The unfinished tile of every level of a tree, and nothing else: at most 8 KiB a level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    /// Bytes of the unfinished tile of each level, in the form that goes to disk. Never a full tile.
    levels: Vec<Vec<u8>>,
}

impl Edge {
    /// The edge of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Rebuilds the edge of a tree of `size` leaves from the full tiles below each unfinished one.
    ///
    /// `size` must be a multiple of 256, so that no leaf is missing. The result is as true as the tiles that `read`
    /// gives: compare [`Edge::root`] with a root you trust.
    ///
    /// # Errors
    /// [`EdgeError`] if `size` is no multiple of 256, a tile has the wrong length, or `read` fails.
    pub fn load(size: u64, mut read: impl FnMut(Tile) -> Result<Vec<u8>, String>) -> Result<Self, EdgeError> {
        if !size.is_multiple_of(WIDTH) {
            return Err(EdgeError::Unaligned(size));
        }
        let mut levels = vec![Vec::new()];
        let mut level = 0_u8;
        let mut nodes = size / WIDTH;
        while nodes > 0 {
            levels.push(load_level(level, nodes, &mut read)?);
            nodes /= WIDTH;
            level += 1;
        }
        Ok(Self { size, levels })
    }

    /// Leaves so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf. Gives the tiles that it completed, lowest first; none for 255 leaves of 256.
    pub fn push(&mut self, leaf: Hash) -> Vec<(Tile, Vec<u8>)> {
        let mut completed = Vec::new();
        let mut hash = leaf;
        let mut number = self.size / WIDTH;
        for level in 0_u8.. {
            let Some(tile) = self.add(level, hash) else { break };
            hash = tlog_tiles::Tile::subtree_hash(&tile);
            completed.push((Tile::full(TileKind::Hashes(level), number), tile));
            number /= WIDTH;
        }
        self.size += 1;
        completed
    }

    /// The unfinished tiles, lowest level first.
    pub fn partials(&self) -> impl Iterator<Item = (Tile, &[u8])> {
        self.levels.iter().zip(0_u8..).filter_map(|(bytes, level)| {
            let number = self.number(level)?;
            let width = u16::try_from(bytes.len() / HASH_SIZE).ok().filter(|width| *width > 0)?;
            Some((Tile { kind: TileKind::Hashes(level), number, width }, bytes.as_slice()))
        })
    }

    /// The root hash of the tree (RFC 6962 section 2.1).
    ///
    /// # Errors
    /// [`EdgeError::Torn`] if the levels do not fit the size, which only a faulty load can bring about.
    pub fn root(&self) -> Result<Hash, EdgeError> {
        // The tree library asserts what it is given; the levels are checked first, so that it never has to.
        if self.levels.iter().zip(0..).any(|(bytes, level)| Some(bytes.len()) != self.expected_bytes(level)) {
            return Err(EdgeError::Torn(self.size));
        }
        tlog_tiles::tree_hash(self.size, self).map_err(|_| EdgeError::Torn(self.size))
    }

    /// Adds a hash to a level and takes the tile out if that filled it.
    fn add(&mut self, level: u8, hash: Hash) -> Option<Vec<u8>> {
        let at = usize::from(level);
        if at >= self.levels.len() {
            self.levels.resize_with(at + 1, Vec::new);
        }
        let tile = self.levels.get_mut(at)?;
        tile.extend_from_slice(&hash.0);
        (tile.len() == TILE_BYTES).then(|| std::mem::take(tile))
    }

    fn number(&self, level: u8) -> Option<u64> {
        self.size.checked_shr(8 * (u32::from(level) + 1)).or(Some(0))
    }

    fn expected_bytes(&self, level: u32) -> Option<usize> {
        let nodes = self.size.checked_shr(8 * level).unwrap_or(0);
        usize::try_from(nodes % WIDTH).ok()?.checked_mul(HASH_SIZE)
    }
}

/// One unfinished tile, from the full tiles one level below it.
fn load_level(
    below: u8,
    nodes: u64,
    read: &mut impl FnMut(Tile) -> Result<Vec<u8>, String>,
) -> Result<Vec<u8>, EdgeError> {
    let first = nodes - nodes % WIDTH;
    let mut bytes = Vec::with_capacity(TILE_BYTES);
    for number in first..nodes {
        let tile = Tile::full(TileKind::Hashes(below), number);
        let hashes = read(tile).map_err(|why| EdgeError::Unreadable { tile, why })?;
        if hashes.len() != TILE_BYTES {
            return Err(EdgeError::Length { tile, bytes: hashes.len() });
        }
        bytes.extend_from_slice(&tlog_tiles::Tile::subtree_hash(&hashes).0);
    }
    Ok(bytes)
}

impl HashReader for Edge {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        indexes
            .iter()
            .map(|index| {
                let tile = tlog_tiles::Tile::from_index(8, *index);
                let bytes = self.levels.get(usize::from(tile.level()));
                match bytes {
                    Some(bytes) if Some(tile.level_index()) == self.number(tile.level()) => {
                        tile.hash_at_index(bytes, *index)
                    }
                    _ => Err(tlog_tiles::Error::IndexesNotInTree),
                }
            })
            .collect()
    }
}

/// Why an edge cannot be rebuilt.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum EdgeError {
    /// The size is not a multiple of 256.
    #[error("an edge can be loaded at a multiple of 256 entries, not at {0}")]
    Unaligned(u64),
    /// A tile could not be read.
    #[error("cannot read {tile}: {why}")]
    Unreadable {
        /// Which one.
        tile: Tile,
        /// What the reader said.
        why: String,
    },
    /// A tile is not 8192 bytes long.
    #[error("{tile} has {bytes} bytes instead of 8192")]
    Length {
        /// Which one.
        tile: Tile,
        /// How long it is.
        bytes: usize,
    },
    /// The levels do not fit the size.
    #[error("the edge does not fit a tree of {0} entries")]
    Torn(u64),
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::{EMPTY_HASH, leaf_hash, node_hash};

    /// RFC 6962 section 2.1, word for word, and slow.
    fn root_by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => EMPTY_HASH,
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node_hash(root_by_definition(left), root_by_definition(right))
            }
        }
    }

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    #[test]
    fn roots_are_the_published_ones() {
        // The inputs and roots of Certificate Transparency's reference test (merkle_tree_test).
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut edge = Edge::new();
        assert_eq!(edge.root(), Ok(EMPTY_HASH));
        for (input, root) in inputs.into_iter().zip(roots) {
            edge.push(leaf_hash(input));
            assert_eq!(data_encoding::HEXLOWER.encode(&edge.root().unwrap().0), root);
        }
    }

    #[test]
    fn roots_agree_with_the_definition_across_tile_borders() {
        let all = leaves(70_000);
        let mut edge = Edge::new();
        for (leaf, size) in all.iter().zip(1_usize..) {
            edge.push(*leaf);
            if [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000].contains(&size) {
                assert_eq!(edge.root(), Ok(root_by_definition(&all[..size])), "at {size}");
            }
        }
        let widths: Vec<_> = edge.partials().map(|(tile, _)| tile.path()).collect();
        assert_eq!(widths, ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
    }

    #[test]
    fn an_edge_comes_back_from_its_full_tiles() {
        let mut edge = Edge::new();
        let mut files = HashMap::new();
        for leaf in leaves(66_048) {
            files.extend(edge.push(leaf));
        }
        let read = |tile: Tile| files.get(&tile).cloned().ok_or_else(|| "missing".to_owned());
        assert_eq!(Edge::load(66_048, read), Ok(edge));
        assert_eq!(Edge::load(66_049, read), Err(EdgeError::Unaligned(66_049)));
        let missing = Edge::load(66_304, read).unwrap_err();
        assert_eq!(missing.to_string(), "cannot read tile/0/258: missing");
    }

    proptest! {
        #[test]
        fn roots_agree_with_the_definition(count in 0_u64..600) {
            let mut edge = Edge::new();
            for leaf in leaves(count) {
                edge.push(leaf);
            }
            prop_assert_eq!(edge.root(), Ok(root_by_definition(&leaves(count))));
        }
    }
}
