//! The ledger as its users see it, on a store that lies.
#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests")]

mod append;
mod recovery;
mod support;
mod tampering;
