//! The ledger as its users see it, on a store that lies.

mod append;
mod recovery;
mod support;
mod tampering;
