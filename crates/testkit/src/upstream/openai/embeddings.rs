//! Embeddings: made from a digest of the text, so that equal texts have equal vectors and others do not.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::upstream::call::{Call, Fault};
use crate::upstream::delivery::Scene;
use crate::upstream::openai::missing;

pub(super) fn scene(call: &Call<'_>) -> Result<Scene, Fault> {
    let inputs = match call.body.get("input") {
        Some(Value::String(text)) => vec![text.clone()],
        // A list of texts, a list of tokens, or a list of lists of tokens.
        Some(Value::Array(items)) if items.iter().all(Value::is_number) => vec![json!(items).to_string()],
        Some(Value::Array(items)) => {
            items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
        }
        _ => return Err(missing("input")),
    };
    let length = call.body.get("dimensions").and_then(Value::as_u64).unwrap_or(4);
    let coded = call.body.get("encoding_format").is_some_and(|format| format == "base64");
    let one = |(index, text): (usize, &String)| {
        let vector = vector(text, length);
        let vector = if coded { json!(base64(&vector)) } else { json!(vector) };
        json!({"object": "embedding", "index": index, "embedding": vector})
    };
    let data: Vec<Value> = inputs.iter().enumerate().map(one).collect();
    let tokens = inputs.len();
    Ok(Scene::whole(
        json!({
            "object": "list", "model": call.model(), "data": data,
            "id": "embd-fake", "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        })
        .to_string(),
    ))
}

/// Numbers between 0 and 1 that a float holds exactly.
pub(in super::super) fn vector(text: &str, length: u64) -> Vec<f32> {
    let digest = Sha256::digest(text.as_bytes());
    let bytes = digest.iter().cycle().map(|byte| f32::from(*byte) / 256.0);
    bytes.zip(0..length).map(|(number, _)| number).collect()
}

fn base64(vector: &[f32]) -> String {
    let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
    data_encoding::BASE64.encode(&bytes)
}
