//! Tile coordinates, their paths, and entry bundles (`c2sp.org/tlog-tiles`).

use std::fmt;

use thiserror::Error;

/// Hashes in a full tile, and entries in a full bundle.
pub const WIDTH: u64 = 256;

/// The longest entry a bundle can hold, in bytes: its length is a 16-bit number.
pub const ENTRY_MAX: usize = u16::MAX as usize;

/// Highest level the specification names.
const LEVEL_MAX: u8 = 63;

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TileKind {
    /// Node hashes of this level; level 0 holds leaf hashes.
    Hashes(u8),
    /// The entries themselves, as a bundle.
    Entries,
}

/// The coordinates of one tile: what it holds, which one it is, and how much of it is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    /// Hashes of a level, or entries.
    pub kind: TileKind,
    /// Number of the tile within its level, from 0.
    pub number: u64,
    /// Filled width, 1 to 256; 256 is a full tile.
    pub width: u16,
}

impl Tile {
    /// A full tile.
    #[must_use]
    pub const fn full(kind: TileKind, number: u64) -> Self {
        Self { kind, number, width: WIDTH as u16 }
    }

    /// Tile `number` as it stands in a tree of `size` leaves; `None` if that tree has nothing in it.
    #[must_use]
    pub fn at_size(kind: TileKind, number: u64, size: u64) -> Option<Self> {
        let level = match kind {
            TileKind::Hashes(level) => level,
            TileKind::Entries => 0,
        };
        let nodes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        let filled = nodes.checked_sub(number.checked_mul(WIDTH)?)?.min(WIDTH);
        let width = u16::try_from(filled).ok().filter(|width| *width > 0)?;
        Some(Self { kind, number, width })
    }

    /// Whether all 256 slots are filled.
    #[must_use]
    pub fn is_full(&self) -> bool {
        u64::from(self.width) == WIDTH
    }

    /// The path below the log's root, such as `tile/0/x001/x234/067.p/12`.
    #[must_use]
    pub fn path(&self) -> String {
        self.to_string()
    }

    /// The folder that holds every partial form of this tile, such as `tile/0/x001/x234/067.p`.
    #[must_use]
    pub fn partial_folder(&self) -> String {
        format!("{}.p", Self { width: WIDTH as u16, ..*self })
    }

    /// Reads a path back. Only the canonical form is taken.
    ///
    /// # Errors
    /// [`MalformedTile`] if `path` is not exactly what [`Tile::path`] would write.
    pub fn parse(path: &str) -> Result<Self, MalformedTile> {
        Self::parse_loosely(path)
            .filter(|tile| tile.path() == path)
            .ok_or_else(|| MalformedTile { path: path.to_owned() })
    }

    fn parse_loosely(path: &str) -> Option<Self> {
        let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let kind = match kind {
            "entries" => TileKind::Entries,
            level => TileKind::Hashes(level.parse().ok().filter(|level| *level <= LEVEL_MAX)?),
        };
        let (digits, width) = match rest.split_once(".p/") {
            Some((digits, width)) => (digits, width.parse().ok().filter(|width| (1..256).contains(width))?),
            None => (rest, WIDTH as u16),
        };
        let number = digits.split('/').try_fold(0_u64, |number, part| {
            let part: u64 = part.strip_prefix('x').unwrap_or(part).parse().ok()?;
            number.checked_mul(1000)?.checked_add(part)
        })?;
        Some(Self { kind, number, width })
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(f, "tile/{level}/")?,
            TileKind::Entries => f.write_str("tile/entries/")?,
        }
        write_number(f, self.number)?;
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

/// Groups of three digits, all but the last prefixed with `x`, so that no folder grows beyond a thousand names.
fn write_number(f: &mut fmt::Formatter<'_>, number: u64) -> fmt::Result {
    let above = number / 1000;
    if above > 0 {
        write_prefix(f, above)?;
    }
    write!(f, "{:03}", number % 1000)
}

fn write_prefix(f: &mut fmt::Formatter<'_>, number: u64) -> fmt::Result {
    if number >= 1000 {
        write_prefix(f, number / 1000)?;
    }
    write!(f, "x{:03}/", number % 1000)
}

/// A path that names no tile.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{path}` is not a tile path")]
pub struct MalformedTile {
    /// What was given.
    pub path: String,
}

/// Why bytes are not an entry bundle, or cannot become one.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum BundleError {
    /// An entry does not fit its 16-bit length.
    #[error("an entry of {0} bytes is longer than the 65535 that a bundle can hold")]
    TooLong(usize),
    /// The bundle ends inside an entry.
    #[error("the bundle ends inside its entry {0}")]
    Truncated(usize),
}

/// Adds one entry to a bundle: its length as a big-endian `u16`, then its bytes.
///
/// # Errors
/// [`BundleError::TooLong`] if the entry has more than [`ENTRY_MAX`] bytes; the bundle is then unchanged.
pub fn push_bundle_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), BundleError> {
    let length = u16::try_from(entry.len()).map_err(|_| BundleError::TooLong(entry.len()))?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}

/// The entries of a bundle, in order.
///
/// # Errors
/// [`BundleError::Truncated`] if the bundle ends inside an entry.
pub fn bundle_entries(mut bundle: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let mut entries = Vec::new();
    while !bundle.is_empty() {
        let (entry, rest) = split_entry(bundle).ok_or(BundleError::Truncated(entries.len()))?;
        entries.push(entry);
        bundle = rest;
    }
    Ok(entries)
}

fn split_entry(bundle: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bundle.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let tile = Tile::full(TileKind::Hashes(0), 1_234_067);
        assert_eq!(tile.path(), "tile/0/x001/x234/067");
        assert_eq!(Tile { width: 7, ..tile }.path(), "tile/0/x001/x234/067.p/7");
        assert_eq!(Tile { width: 7, ..tile }.partial_folder(), "tile/0/x001/x234/067.p");
        assert_eq!(Tile::full(TileKind::Entries, 0).path(), "tile/entries/000");
        assert_eq!(Tile::full(TileKind::Entries, 1000).path(), "tile/entries/x001/000");
    }

    #[test]
    fn widths_are_those_of_the_worked_example() {
        // The specification's tree of 70,000 leaves.
        let at =
            |level, number| Tile::at_size(TileKind::Hashes(level), number, 70_000).map(|tile| tile.width);
        assert_eq!(at(0, 272), Some(256));
        assert_eq!(at(0, 273), Some(112));
        assert_eq!(at(0, 274), None);
        assert_eq!(at(1, 0), Some(256));
        assert_eq!(at(1, 1), Some(17));
        assert_eq!(at(2, 0), Some(1));
        assert_eq!(at(3, 0), None);
        assert_eq!(at(9, 0), None, "no overflow of the shift");
    }

    #[test]
    fn only_canonical_paths_are_read() {
        for bad in [
            "",
            "tile",
            "tile/0",
            "tile/64/000",
            "tile/00/000",
            "tile/0/0",
            "tile/0/1000",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/data/000",
            "tile/0/+01",
            "/tile/0/000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
        ] {
            assert_eq!(Tile::parse(bad), Err(MalformedTile { path: bad.to_owned() }));
        }
    }

    #[test]
    fn a_cut_bundle_says_where() {
        let mut bundle = Vec::new();
        push_bundle_entry(&mut bundle, b"one").unwrap();
        push_bundle_entry(&mut bundle, b"two").unwrap();
        assert_eq!(bundle, b"\x00\x03one\x00\x03two");
        assert_eq!(bundle_entries(&bundle[..9]), Err(BundleError::Truncated(1)));
        assert_eq!(bundle_entries(&bundle[..5]), Ok(vec![&b"one"[..]]));
        assert_eq!(push_bundle_entry(&mut bundle, &[0; 65_536]), Err(BundleError::TooLong(65_536)));
        assert_eq!(bundle.len(), 10);
    }

    proptest! {
        #[test]
        fn paths_round_trip(level in 0_u8..=63, number: u64, width in 1_u16..=256, entries: bool) {
            let kind = if entries { TileKind::Entries } else { TileKind::Hashes(level) };
            let tile = Tile { kind, number, width };
            prop_assert_eq!(Tile::parse(&tile.path()), Ok(tile));
        }

        #[test]
        fn bundles_round_trip(entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..20)) {
            let mut bundle = Vec::new();
            for entry in &entries {
                push_bundle_entry(&mut bundle, entry).unwrap();
            }
            prop_assert_eq!(bundle_entries(&bundle).unwrap(), entries);
        }
    }
}
