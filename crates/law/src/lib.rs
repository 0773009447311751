//! Rulebooks to dated editions; a flow to its ruling. Owns Cedar.
