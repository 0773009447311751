//! Whose wire a fake speaks.

use serde_json::Value;

use crate::host::Reply;
use crate::upstream::answer::Answer;
use crate::upstream::call::{Call, Fault};
use crate::upstream::delivery::{JSON, Scene, set_status, whole};
use crate::upstream::{anthropic, bedrock, gemini, openai};

/// Whose wire a fake speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    /// `/v1/chat/completions`, `/v1/responses`, `/v1/embeddings` and `/v1/models`; takes requests without a key, as vLLM and
    /// Ollama do, unless the test names one.
    OpenAi,
    /// The same below `/openai/v1`, with the key in `api-key` or as a bearer token.
    Azure,
    /// `/v1/chat/completions`, `/v1/embeddings` and `/v1/models` with a bearer token; unknown fields
    /// are refused, and tool calls come whole in a stream.
    Mistral,
    /// `/v1/messages` and `/v1/messages/count_tokens`, with `x-api-key` or a bearer token, and `anthropic-version`.
    Anthropic,
    /// `/v1beta/models/{model}:generateContent` and its kin, below `/v1` too, with `x-goog-api-key`.
    Gemini,
    /// `/model/{id}/converse`, `converse-stream` and `count-tokens`, signed with [`crate::AWS_KEY`], or with a bearer token.
    Bedrock,
}

impl Vendor {
    /// What follows the address in the base URL that this vendor's client is given.
    pub(super) fn base(self) -> &'static str {
        match self {
            Vendor::OpenAi => "/v1",
            Vendor::Azure => "/openai/v1",
            Vendor::Mistral | Vendor::Anthropic | Vendor::Gemini | Vendor::Bedrock => "",
        }
    }

    /// Whether there is anything at this path.
    pub(super) fn knows(self, path: &str) -> bool {
        match self {
            Vendor::OpenAi => openai::knows(path),
            Vendor::Azure => path.starts_with("/openai/v1/") && openai::knows(path),
            Vendor::Mistral => {
                path.starts_with("/v1/") && openai::knows(path) && !path.ends_with("/responses")
            }
            Vendor::Anthropic => anthropic::knows(path),
            Vendor::Gemini => gemini::knows(path),
            Vendor::Bedrock => bedrock::knows(path),
        }
    }

    /// The answer to a request, once its key is good and it has what the vendor demands.
    pub(super) fn scene(self, call: &Call<'_>, answer: &Answer) -> Result<Scene, Fault> {
        match self {
            Vendor::OpenAi | Vendor::Azure | Vendor::Mistral => openai::scene(self, call, answer),
            Vendor::Anthropic => anthropic::scene(call, answer),
            Vendor::Gemini => gemini::scene(call, answer),
            Vendor::Bedrock => bedrock::scene(call, answer),
        }
    }

    /// The model that a request is for: the path names it, or the body does.
    pub(super) fn model(self, path: &str, body: &[u8]) -> String {
        let in_path = gemini::below_models(path).or_else(|| path.strip_prefix("/model/"));
        if let Some(rest) = in_path.filter(|_| matches!(self, Vendor::Gemini | Vendor::Bedrock)) {
            return rest.split([':', '/', '?']).next().unwrap_or_default().to_owned();
        }
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        body.get("model").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// The vendor's word for a status.
    pub(super) fn fault(self, status: u16, message: &str) -> Fault {
        let kind = match self {
            Vendor::OpenAi | Vendor::Azure | Vendor::Mistral => openai::kind(status),
            Vendor::Anthropic => anthropic::kind(status),
            Vendor::Gemini => gemini::kind(status),
            Vendor::Bedrock => bedrock::kind(status),
        };
        Fault::new(status, kind, message)
    }

    /// A fault as this vendor sends it.
    pub(super) fn refuse(self, fault: &Fault) -> Reply {
        let body: Value = match self {
            Vendor::OpenAi | Vendor::Azure => openai::fault(fault),
            Vendor::Mistral => openai::fault_of_mistral(fault),
            Vendor::Anthropic => anthropic::fault(fault),
            Vendor::Gemini => gemini::fault(fault),
            Vendor::Bedrock => bedrock::fault(fault),
        };
        let mut reply = whole(JSON, body.to_string().into());
        set_status(&mut reply, fault.status);
        if let Some(seconds) = fault.retry_after {
            reply.headers_mut().insert(http::header::RETRY_AFTER, seconds.into());
        }
        if self == Vendor::Bedrock
            && let Ok(kind) = fault.kind.parse()
        {
            reply.headers_mut().insert("x-amzn-errortype", kind);
        }
        reply
    }

    /// Adds the headers that all of this vendor's replies have.
    pub(super) fn dress(self, reply: &mut Reply) {
        let more: &[(&'static str, &'static str)] = match self {
            Vendor::OpenAi | Vendor::Mistral => &[],
            Vendor::Azure => &[("apim-request-id", "fake-azure-1"), ("x-ms-region", "Germany West Central")],
            Vendor::Anthropic => &anthropic::HEADERS,
            Vendor::Gemini => &[("server-timing", "gfet4t7; dur=12"), ("x-content-type-options", "nosniff")],
            Vendor::Bedrock => &[("x-amzn-requestid", "00000000-0000-4000-8000-000000000001")],
        };
        for (name, value) in more {
            reply.headers_mut().insert(*name, http::HeaderValue::from_static(value));
        }
    }
}
