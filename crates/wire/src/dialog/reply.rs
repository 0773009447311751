//! What is answered, whole.

use crate::dialog::Part;

/// An answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reply {
    /// The vendor's id for it.
    pub id: String,
    /// The model that the vendor says answered.
    pub model: String,
    /// The answers, in order.
    pub choices: Vec<Choice>,
    /// Tokens used.
    pub tokens: Tokens,
    /// Where the vendor says it ran, such as Anthropic's `usage.inference_geo`.
    pub geo: Option<String>,
}

/// One of the answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// What is said: text, thoughts, calls of tools, a refusal.
    pub parts: Vec<Part>,
    /// Why it ended.
    pub finish: Finish,
}

/// Why an answer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// The model was done.
    Stop,
    /// One of the caller's stop texts came; which, where the vendor says.
    StopText(Option<String>),
    /// The limit on tokens was reached.
    Length,
    /// The model calls tools.
    Calls,
    /// The vendor withheld or cut it for its content.
    Filtered,
    /// The model declined (Anthropic `refusal`).
    Refused,
    /// The turn is paused and may be taken up again (Anthropic `pause_turn`).
    Paused,
}

/// Tokens used, by the vendor's count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Read, those from a cache included.
    pub input: u64,
    /// Written, thoughts included.
    pub output: u64,
    /// Of those read, from a cache.
    pub cache_read: Option<u64>,
    /// Of those read, put into a cache.
    pub cache_write: Option<u64>,
    /// Of those written, thoughts.
    pub reasoning: Option<u64>,
}

/// An error that a vendor answers in place of an answer, or in the middle of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamFault {
    /// The vendor's word for it, such as `overloaded_error`, `ThrottlingException`, `RESOURCE_EXHAUSTED`.
    pub kind: String,
    /// Its words.
    pub message: String,
    /// The field that it names.
    pub param: Option<String>,
    /// Whether waiting may help: too many requests, overload, an outage. False for what is the request's own fault.
    pub passing: bool,
}
