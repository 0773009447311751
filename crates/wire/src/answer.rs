//! Answers we write ourselves, for an upstream that yields text: the full body and the chunks of a stream.

#[cfg(test)]
mod tests;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::sse;

/// What all parts of one answer share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The answer's id, usually `chatcmpl-` and something unique.
    pub id: String,
    /// When it was made, in seconds since 1970.
    pub created: u64,
    /// The model, under the name the caller knows.
    pub model: String,
    /// Whether the caller asked for usage: chunks then carry `"usage":null` until [`Answer::usage_chunk`].
    pub include_usage: bool,
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// The model ended it, or a stop sequence did.
    Stop,
    /// The limit on tokens was reached.
    Length,
    /// The model asks for a tool.
    ToolCalls,
    /// Content was withheld.
    ContentFilter,
}

/// Tokens read and written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens of the request.
    #[serde(default)]
    pub prompt_tokens: u64,
    /// Tokens of the answer.
    #[serde(default)]
    pub completion_tokens: u64,
    /// Their sum.
    #[serde(default)]
    pub total_tokens: u64,
}

impl Usage {
    /// Usage of `prompt` tokens read and `completion` tokens written.
    pub fn new(prompt: u64, completion: u64) -> Usage {
        Usage {
            prompt_tokens: prompt,
            completion_tokens: completion,
            total_tokens: prompt.saturating_add(completion),
        }
    }
}

impl Answer {
    /// The body of an answer that is not streamed.
    pub fn completion(&self, text: &str, finish: Finish, usage: Usage) -> Bytes {
        let choice = FullChoice {
            index: 0,
            message: FullMessage { role: "assistant", content: text, refusal: None },
            logprobs: None,
            finish_reason: finish,
        };
        let body = self.body("chat.completion", [choice], Some(Some(usage)));
        sse::escape_line_ends(json(&body))
    }

    /// The first chunk of a stream: the role, and no text yet.
    pub fn first_chunk(&self) -> Bytes {
        self.chunk(Delta { role: Some("assistant"), content: Some("") }, None)
    }

    /// A chunk that carries text.
    pub fn text_chunk(&self, text: &str) -> Bytes {
        self.chunk(Delta { role: None, content: Some(text) }, None)
    }

    /// The chunk that says why the answer ended.
    pub fn finish_chunk(&self, finish: Finish) -> Bytes {
        self.chunk(Delta::default(), Some(finish))
    }

    /// The chunk with the usage and no choices; the last one before [`done`], only for a caller who asked for it.
    pub fn usage_chunk(&self, usage: Usage) -> Bytes {
        let none: [ChunkChoice; 0] = [];
        sse::frame(&json(&self.body("chat.completion.chunk", none, Some(Some(usage)))))
    }

    fn chunk(&self, delta: Delta, finish_reason: Option<Finish>) -> Bytes {
        let choice = ChunkChoice { index: 0, delta, logprobs: None, finish_reason };
        let usage = self.include_usage.then_some(None);
        sse::frame(&json(&self.body("chat.completion.chunk", [choice], usage)))
    }

    fn body<C: Serialize>(
        &self,
        object: &'static str,
        choices: C,
        usage: Option<Option<Usage>>,
    ) -> Body<'_, C> {
        Body { id: &self.id, object, created: self.created, model: &self.model, choices, usage }
    }
}

/// The event that ends every complete stream.
pub fn done() -> Bytes {
    Bytes::from_static(b"data: [DONE]\n\n")
}

/// Serializes a value whose serialization cannot fail: structs and strings only.
pub(crate) fn json(value: &impl Serialize) -> Bytes {
    serde_json::to_vec(value).unwrap_or_default().into()
}

#[derive(Serialize)]
struct Body<'a, C> {
    id: &'a str,
    object: &'static str,
    created: u64,
    model: &'a str,
    choices: C,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Option<Usage>>,
}

#[derive(Serialize)]
struct FullChoice<'a> {
    index: u32,
    message: FullMessage<'a>,
    logprobs: Option<()>,
    finish_reason: Finish,
}

#[derive(Serialize)]
struct FullMessage<'a> {
    role: &'static str,
    content: &'a str,
    refusal: Option<()>,
}

#[derive(Serialize)]
struct ChunkChoice<'a> {
    index: u32,
    delta: Delta<'a>,
    logprobs: Option<()>,
    finish_reason: Option<Finish>,
}

#[derive(Default, Serialize)]
struct Delta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
}
