//! Models: who trained the weights.

use std::sync::Arc;

use crate::{ModelId, VendorId};

/// A model, by who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its id.
    pub id: ModelId,
    /// Its name for people.
    pub name: Option<Arc<str>>,
    /// Who trained it.
    pub developer: VendorId,
    /// SHA-256 of its weights, if it was taken.
    pub digest: Option<[u8; 32]>,
    /// Its license, as an SPDX expression.
    pub license: Option<String>,
}
