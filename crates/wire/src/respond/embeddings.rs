//! Embeddings and counts of tokens.

use bytes::Bytes;
use data_encoding::BASE64;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::answer::json;

/// How the numbers of an embedding are written (`encoding_format`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EmbeddingsForm {
    /// As an array of numbers.
    #[default]
    Float,
    /// As base64 of 32-bit floats, the lowest byte first, which is what OpenAI's SDKs ask for.
    Base64,
}

/// The body of an embeddings answer: one vector for each input, in their order.
pub fn embeddings(model: &str, vectors: &[Vec<f32>], form: EmbeddingsForm, tokens: u64) -> Bytes {
    let data = vectors
        .iter()
        .enumerate()
        .map(|(index, vector)| Entry { object: "embedding", index, embedding: written(vector, form) })
        .collect();
    let usage = Usage { prompt_tokens: tokens, total_tokens: tokens };
    json(&List { object: "list", data, model, usage })
}

/// The body of Anthropic's count of tokens.
pub fn count_tokens(tokens: u64) -> Bytes {
    json(&serde_json::json!({ "input_tokens": tokens }))
}

/// A number that is not finite is written as null, as JSON has no word for it.
fn written(vector: &[f32], form: EmbeddingsForm) -> Box<RawValue> {
    let value = match form {
        EmbeddingsForm::Float => serde_json::value::to_raw_value(vector),
        EmbeddingsForm::Base64 => {
            let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
            serde_json::value::to_raw_value(&BASE64.encode(&bytes))
        }
    };
    value.unwrap_or_else(|_| RawValue::NULL.to_owned())
}

#[derive(Serialize)]
struct List<'a> {
    object: &'static str,
    data: Vec<Entry>,
    model: &'a str,
    usage: Usage,
}

#[derive(Serialize)]
struct Entry {
    object: &'static str,
    index: usize,
    embedding: Box<RawValue>,
}

#[derive(Serialize)]
struct Usage {
    prompt_tokens: u64,
    total_tokens: u64,
}
