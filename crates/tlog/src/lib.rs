//! Transparency-log formats of the C2SP specifications: tiles, edges, notes, checkpoints, proofs.
//!
//! Not a log: it stores nothing, orders nothing and opens no file. `ledger` does that with these formats, and an
//! auditor needs this crate alone to check what a ledger says.
//!
//! Stands on `signed_note` and `tlog_tiles` for signatures and tree arithmetic, and adds what they leave out: tile
//! paths without a height element, entry bundles, the right edge of a growing tree, and `tlog-proof` files.
//!
//! Specifications: `c2sp.org/tlog-tiles`, `c2sp.org/tlog-checkpoint`, `c2sp.org/signed-note`, `c2sp.org/tlog-proof`,
//! RFC 6962 section 2.1.
//!
//! ```
//! use tlog::{Checkpoint, Edge, Proof, Signer, leaf_hash};
//!
//! let signer = Signer::from_seed("example.com/log", &[7; 32])?;
//! let mut edge = Edge::new();
//! edge.push(leaf_hash(b"hello"));
//! let checkpoint = Checkpoint { origin: "example.com/log".into(), size: 1, root: edge.root()? };
//! let proof = Proof { extra: None, index: 0, hashes: vec![], checkpoint: checkpoint.sign(&signer)? };
//! proof.verify(leaf_hash(b"hello"), &[signer.verifier()])?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod checkpoint;
mod edge;
mod note;
mod proof;
mod tile;
mod tree;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use edge::{Edge, EdgeError};
pub use note::{KeyError, NoteError, SecretText, Signer, Verifier, open_note};
pub use proof::{Proof, ProofError};
pub use tile::{
    BundleError, ENTRY_MAX, MalformedTile, Tile, TileKind, WIDTH, bundle_entries, push_bundle_entry,
};
pub use tlog_tiles::{EMPTY_HASH, HASH_SIZE, Hash, node_hash, record_hash as leaf_hash};
pub use tree::{TreeError, check_consistency, check_inclusion, prove_consistency, prove_inclusion};
