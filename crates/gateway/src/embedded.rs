//! What the gateway needs of an engine inside this process. The binary fits a real one to it.

use std::pin::Pin;

use estate::EndpointId;
use futures_util::Stream;
use wire::{Finish, Usage};

/// A conversation to answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// Role and text of each turn.
    pub turns: Vec<(String, String)>,
    /// Most tokens to write.
    pub max_tokens: Option<u64>,
    /// 0 is greedy.
    pub temperature: Option<f64>,
    /// Nucleus.
    pub top_p: Option<f64>,
    /// For repeatable sampling.
    pub seed: Option<i64>,
    /// Texts that end the answer.
    pub stop: Vec<String>,
}

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Text.
    Text(String),
    /// The end.
    End {
        /// Why it ended.
        finish: Finish,
        /// What it used.
        usage: Usage,
    },
    /// The engine failed in the middle.
    Failed(String),
}

/// The pieces of an answer; dropping them stops the engine's work on it.
pub type Pieces = Pin<Box<dyn Stream<Item = Piece> + Send>>;

/// Why an answer was not begun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmbeddedError {
    /// Too many wait already.
    #[error("the embedded engine is busy")]
    Busy,
    /// The endpoint's seat at the engine is closed, or there is no engine.
    #[error("the embedded engine does not serve this endpoint")]
    Unavailable,
    /// The prompt cannot be answered.
    #[error("{0}")]
    BadPrompt(String),
    /// The engine failed.
    #[error("the embedded engine failed")]
    Failed,
}

/// An engine inside this process.
pub trait Embedded: Send + Sync {
    /// Begins an answer for an endpoint.
    fn generate(&self, endpoint: &EndpointId, prompt: Prompt) -> Result<Pieces, EmbeddedError>;
}

/// No engine: every embedded endpoint is unavailable.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEngine;

impl Embedded for NoEngine {
    fn generate(&self, _: &EndpointId, _: Prompt) -> Result<Pieces, EmbeddedError> {
        Err(EmbeddedError::Unavailable)
    }
}
