//! The gateway as its callers and its upstreams can hurt it: over real sockets, with a real ledger that is verified at the
//! end of every test.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod bad_input;
mod cache;
mod disk;
mod engine;
mod failover;
mod house;
mod limits;
mod masking;
mod refusals;
mod routing;
mod rush;
mod screens;
mod serving;
mod shadow;
mod side_channels;
mod streams;
mod telemetry;
mod vendors;
mod versions;
mod wires;
