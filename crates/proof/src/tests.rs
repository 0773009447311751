//! The proofs against the law that is built in, and against small laws of which the answers are known.

mod agreement;
mod embedded;
mod known;
