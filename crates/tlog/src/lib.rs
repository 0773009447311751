//! C2SP transparency-log formats: tiles, checkpoints, proofs.
