//! The vendors' side: a [`Dialog`] as each vendor wants to be asked, and its answers, streams and errors read back.
//! Not a client: what comes out is bytes for one, without credentials and without an address.
//!
//! What a vendor has no word for is refused by name. Left out without a refusal is only what no answer turns on, and what is
//! not the caller's to say:
//! - `user`, where the vendor has no field for it: it is told less about the person, and answers the same;
//! - the name of a JSON schema, an image's `detail` of `auto`, a penalty of 0, and [`crate::dialog::Reasoning::shown`] where
//!   thoughts are always or never shown;
//! - thoughts of earlier turns where the vendor takes none back, or none without its seal.
//!
//! A tool's failure is said in the vendor's word for it; OpenAI has none, so there the text begins with `Error: `.
//!
//! Invariants: a path is made from the endpoint's own name of its model, as one segment, and from nothing else; a refusal for
//! safety is a [`crate::dialog::Finish`], never a fault that passes; any split of a stream's bytes gives the same deltas.

mod anthropic;
mod bedrock;
mod embeddings;
mod eventstream;
mod fault;
#[doc(hidden)]
pub mod fuzz;
mod gemini;
mod json;
mod openai;
mod path;
mod pieces;
mod refusal;
pub mod sigv4;
mod stream;
#[cfg(test)]
pub(crate) mod tests;

use bytes::Bytes;

use crate::NotAnAnswer;
use crate::dialog::{Dialog, Reply, Untranslatable, UpstreamFault};

pub use embeddings::Embeddings;
pub use stream::{Ending, StreamFault, StreamReader};

/// What the far side speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Vendor {
    /// OpenAI's Chat Completions, or a server that follows them.
    OpenAi(Flavor),
    /// Anthropic's Messages.
    Anthropic,
    /// Google's Gemini API, at Google AI or Vertex AI.
    Gemini,
    /// Amazon Bedrock's Converse.
    Bedrock,
}

/// Whose Chat Completions: they differ in small ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flavor {
    /// OpenAI itself.
    OpenAi,
    /// Azure OpenAI.
    Azure,
    /// Mistral.
    Mistral,
    /// vLLM.
    Vllm,
    /// Ollama.
    Ollama,
}

/// What is wanted of a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// The next turn of a conversation.
    Talk,
    /// The next turn, on OpenAI's Responses; for other vendors the same as [`Task::Talk`].
    Respond,
    /// Vectors for texts.
    Embed,
    /// How many tokens a conversation has.
    CountTokens,
}

/// A request for a vendor: a POST to a path below the endpoint's base address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The path, with a leading slash, below the base address, which ends with the API's version where the vendor has one
    /// (`https://api.openai.com/v1`, `https://generativelanguage.googleapis.com/v1beta`).
    pub path: String,
    /// The query, without its question mark.
    pub query: Option<&'static str>,
    /// Headers besides credentials, host and length.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
}

impl Vendor {
    /// The dialog as this vendor is to be asked. `model` is the endpoint's own name of the model, an opaque value.
    ///
    /// # Errors
    /// The dialog holds something this vendor has no word for.
    pub fn ask(&self, dialog: &Dialog, model: &str) -> Result<Outgoing, Untranslatable> {
        let body = match self {
            Vendor::OpenAi(flavor) => openai::ask::body(dialog, model, *flavor)?,
            Vendor::Anthropic => anthropic::ask::body(dialog, model)?,
            Vendor::Gemini => gemini::ask::body(dialog, model)?,
            Vendor::Bedrock => bedrock::ask::body(dialog, model)?,
        };
        Ok(self.outgoing(Task::Talk, model, dialog.stream, body))
    }

    /// The path and query for a task, for bytes that are passed on as they came. Anthropic has no embeddings, and the path
    /// given for them does not exist there.
    pub fn path_of(&self, task: Task, model: &str, stream: bool) -> (String, Option<&'static str>) {
        match self {
            Vendor::OpenAi(_) => (openai::path(task).to_owned(), None),
            Vendor::Anthropic => (anthropic::path(task).to_owned(), None),
            Vendor::Gemini => gemini::path(task, model, stream),
            Vendor::Bedrock => (bedrock::path(task, model, stream), None),
        }
    }

    /// The headers that every request for this vendor has besides credentials, for bytes that are passed on as they came.
    pub fn headers(&self, stream: bool) -> Vec<(&'static str, String)> {
        let accept = match self {
            _ if !stream => "application/json",
            Vendor::Bedrock => "application/vnd.amazon.eventstream",
            _ => "text/event-stream",
        };
        let mut headers =
            vec![("content-type", "application/json".to_owned()), ("accept", accept.to_owned())];
        if *self == Vendor::Anthropic {
            headers.push(("anthropic-version", anthropic::VERSION.to_owned()));
        }
        headers
    }

    /// Reads a whole answer.
    ///
    /// # Errors
    /// The body is not an answer of this vendor.
    pub fn read(&self, body: &[u8]) -> Result<Reply, NotAnAnswer> {
        match self {
            Vendor::OpenAi(_) => openai::reply::read(body),
            Vendor::Anthropic => anthropic::reply::read(body),
            Vendor::Gemini => gemini::reply::read(body),
            Vendor::Bedrock => bedrock::reply::read(body),
        }
    }

    /// A reader of a streamed answer that refuses events of more than `limit` bytes.
    pub fn stream(&self, limit: usize) -> StreamReader {
        StreamReader::new(*self, limit)
    }

    /// Texts as this vendor is to be asked for their vectors, of `dimensions` numbers each if that was said.
    ///
    /// # Errors
    /// The vendor makes none, or not in this way.
    pub fn embed(
        &self,
        texts: &[String],
        model: &str,
        dimensions: Option<u64>,
    ) -> Result<Outgoing, Untranslatable> {
        let body = embeddings::body(*self, texts, model, dimensions)?;
        Ok(self.outgoing(Task::Embed, model, false, body))
    }

    /// Reads the vectors.
    ///
    /// # Errors
    /// The body is not an answer to [`Vendor::embed`].
    pub fn read_embeddings(&self, body: &[u8]) -> Result<Embeddings, NotAnAnswer> {
        embeddings::read(body)
    }

    /// Reads an answer that is not a success. `header` looks up a header of it by its lower-case name.
    pub fn fault<'a>(
        &self,
        status: u16,
        header: impl Fn(&str) -> Option<&'a str>,
        body: &[u8],
    ) -> UpstreamFault {
        fault::read(*self, status, &header, body)
    }

    fn outgoing(&self, task: Task, model: &str, stream: bool, body: Bytes) -> Outgoing {
        let (path, query) = self.path_of(task, model, stream);
        Outgoing { path, query, headers: self.headers(stream), body }
    }
}
