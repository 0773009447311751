//! Test doubles: clock, lying store, fake upstreams, the bare proxy that benches compare with. Dev-only.

pub mod clock;
pub mod store;
