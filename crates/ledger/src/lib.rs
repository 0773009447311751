//! The journal and the tamper-evident log that follows from it.
