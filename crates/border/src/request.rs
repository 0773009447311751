//! Who asks for what: the part of a request that a border needs to know.

use std::sync::Arc;

use assess::Stated;
use estate::{KeyId, System};

/// A request, before any endpoint is chosen.
#[derive(Debug, Clone)]
pub struct Request {
    /// The system it comes from.
    pub system: Arc<System>,
    /// The API key it came with, by id.
    pub key: KeyId,
    /// Its id.
    pub id: String,
    /// The model name it asks for, an opaque key into the system's table; all of the system's endpoints if absent.
    pub model: Option<String>,
    /// What its caller stated and what was detected in it.
    pub stated: Stated,
}
