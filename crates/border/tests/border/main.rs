//! The border under hostile conditions: a disk that lies, a clock that jumps, files that do not load, callers that leave.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod admission;
mod house;
mod records;
mod reload;
mod telemetry;
mod time;
