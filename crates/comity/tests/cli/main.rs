//! The `comity` binary as its users see it: what it prints and how it exits, how it serves, stops, reloads and recovers.
//! Not tests of the rooms: those stand beside their code.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod browser;
mod bundle;
mod check;
mod demo;
mod export;
mod help;
mod house;
mod http;
mod law;
mod mask;
mod matrix;
mod matrix_page;
mod operating;
mod prove;
mod rule;
mod run;
mod sdk;
mod seal;
mod serve;
mod served;
mod small_law;
mod verify;
