//! The shared store, on a real PostgreSQL server.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of tests are tests"
)]

mod leftovers;
mod outage;
mod replicas;
mod same_rules;
mod support;
