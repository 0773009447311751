//! The journal and the tamper-evident log that follows from it: one writer, one folder, one line an entry.
//!
//! Not a database and not a log of texts: it answers by index only, keeps no personal data and no content, and nothing
//! is ever changed or removed.
//!
//! An entry is *recorded* when [`Ledger::append`] returns: it is then on durable storage, in the journal. Tiles and the
//! signed checkpoint (`c2sp.org/tlog-tiles`) follow within [`LedgerOptions::publish_every`] and can be rebuilt from the
//! journal at any time. After an error of the storage nothing more is recorded and every append says so.
//!
//! Layout of the folder: `journal/<first index>` (the commit point, see `frame`), `checkpoint`, `tile/<level>/...`,
//! `tile/entries/...`, `lock`.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! use std::sync::Arc;
//! use ledger::{Alarm, Entry, Ledger, LedgerOptions, Signer, verify};
//!
//! let signer = Signer::from_seed("example.com/log", &[7; 32])?;
//! let vkey = signer.vkey().to_owned();
//! let options = LedgerOptions::in_folder(folder.path(), signer, Arc::new(|| 1_763_766_260_000))?;
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let (ledger, _recovery) = Ledger::open(options)?;
//! let index = ledger.append(&Entry::Alarm(Alarm { ms: ledger.now(), what: "drill".into(), admission: None })).await?;
//! let receipt = ledger.receipt(index)?;
//! ledger.close().await?;
//! verify::verify_receipt(&receipt.entry, &receipt.proof, &[&vkey])?;
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! verify::verify_ledger(folder.path(), &vkey)?;
//! # Ok(()) }
//! ```

mod digest;
mod entry;
mod error;
mod frame;
mod handover;
mod journal;
pub mod key;
mod log;
mod published;
mod publisher;
mod queue;
mod recovery;
mod sequencer;
pub mod storage;
pub mod verify;
mod writer;

pub use digest::{Digest, MalformedDigest};
pub use entry::{
    Admission, Alarm, By, Closure, ClosureKind, Config, Decision, Entry, EntryError, Outcome, OutcomeCode,
    Refusal, SCHEMA, Shadowed, Source, Start, Telemetry, Version, VersionAct,
};
pub use error::{AppendError, OpenError, ReadError};
pub use log::{Clock, Ledger, LedgerOptions, Receipt, Recovery};
pub use tlog::Signer;
