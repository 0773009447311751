//! What is asked of an endpoint: its final bytes, and which of its services they are for.

use bytes::Bytes;
use terms::Date;

/// What a permit is for. Where it goes is not here: that is the endpoint's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Which service of the endpoint is asked.
    pub call: Call,
    /// Whether the answer is wanted piece by piece; some vendors have another path for that.
    pub stream: bool,
    /// The version of the format that the body is in, where the caller's wire has dated ones and it passes as it came.
    pub version: Option<Date>,
    /// The body, in the endpoint's own format.
    pub body: Bytes,
}

/// A service of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    /// The next turn of a conversation, in the format that the endpoint speaks.
    Chat,
    /// The same by OpenAI's Responses.
    Responses,
    /// Vectors for texts.
    Embeddings,
    /// How many tokens a conversation has.
    CountTokens,
}
