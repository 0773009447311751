//! The inference border.
