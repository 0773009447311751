//! What a caller asks of the engine, and why it may not get it.

use crate::chat::Turn;

/// A request for one answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Generate {
    /// The conversation so far.
    pub messages: Vec<Turn>,
    /// The most tokens to answer with; absent means as many as the context has room for.
    pub max_tokens: Option<usize>,
    /// How freely to choose: absent or 0 always takes the likeliest token.
    pub temperature: Option<f32>,
    /// Choose among the likeliest tokens that together have this probability (above 0, up to 1); absent
    /// means among all.
    pub top_p: Option<f32>,
    /// Where the choices start from; the same seed gives the same answer.
    pub seed: u64,
    /// Texts that end the answer; they are not part of it.
    pub stop: Vec<String>,
}

impl Generate {
    /// A request for the likeliest answer, with no limit but the context.
    pub fn new(messages: Vec<Turn>) -> Self {
        Self { messages, max_tokens: None, temperature: None, top_p: None, seed: 0, stop: Vec::new() }
    }

    pub(crate) fn check(&self) -> Result<(), EngineError> {
        if self.messages.is_empty() {
            return Err(EngineError::NoTurns);
        }
        if self.max_tokens == Some(0) {
            return Err(EngineError::Setting { name: "max_tokens", wanted: "1 or more" });
        }
        if self.temperature.is_some_and(|temperature| !temperature.is_finite() || temperature < 0.0) {
            return Err(EngineError::Setting { name: "temperature", wanted: "a number from 0 on" });
        }
        if self.top_p.is_some_and(|top_p| !(top_p > 0.0 && top_p <= 1.0)) {
            return Err(EngineError::Setting { name: "top_p", wanted: "a number above 0, up to 1" });
        }
        Ok(())
    }
}

/// Why the engine does not answer, or not to the end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// As many requests are waiting as may.
    #[error("the engine is busy: {waiting} requests are waiting already; try again later")]
    Busy {
        /// Requests waiting.
        waiting: usize,
    },
    /// The seat was closed, or its engine has ended.
    #[error("the endpoint `{seat}` is closed")]
    Unavailable {
        /// The seat's name.
        seat: String,
    },
    /// The conversation leaves no room for an answer.
    #[error("the conversation has {tokens} tokens or more; with the answer it must fit into {context}")]
    PromptTooLong {
        /// Tokens of the conversation; at least so many, if it was refused by its size in bytes.
        tokens: usize,
        /// Tokens of conversation and answer together that this engine takes.
        context: usize,
    },
    /// The request has no turn.
    #[error("the conversation is empty")]
    NoTurns,
    /// A setting has a value that means nothing.
    #[error("`{name}` must be {wanted}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What it may be.
        wanted: &'static str,
    },
    /// The computation failed.
    #[error("the engine failed to compute an answer")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The network's output is not numbers.
    #[error("the model gives no usable probabilities; its file may be damaged")]
    NotNumbers,
    /// The engine's thread ended before the answer did.
    #[error("the engine stopped before the answer was complete")]
    Stopped,
}

impl EngineError {
    /// A word for metrics, from a small closed set.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Busy { .. } => "busy",
            Self::Unavailable { .. } => "unavailable",
            Self::PromptTooLong { .. } => "prompt_too_long",
            Self::NoTurns | Self::Setting { .. } => "invalid",
            Self::Broken(_) | Self::NotNumbers | Self::Stopped => "failed",
        }
    }
}
