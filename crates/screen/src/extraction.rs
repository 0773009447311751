//! Many requests of one key that together copy a model: near-duplicates in a window of time, and volume in a day.
//!
//! Nothing of a text is kept but its [`Sketch`], which is keyed and says nothing of the text without its seed.

mod sketch;
mod sweeps;

pub use sketch::{Seed, Sketch};
pub use sweeps::{Budget, Room, Sweeps, Swept};
