//! An embeddings request as no vendor writes it. Source: OpenAI API reference, "Create embeddings".

use serde::Deserialize;
use serde_json::Value;

use super::{EmbeddingsInput, Inbound};
use crate::EmbeddingsForm;
use crate::dialog::Untranslatable;

/// Texts whose vectors are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedding {
    /// The texts.
    pub texts: Vec<String>,
    /// How many numbers a vector is to have, if that was said.
    pub dimensions: Option<u64>,
    /// How the numbers are to be written.
    pub form: EmbeddingsForm,
}

const TO: &str = "another vendor";

impl Inbound {
    /// The embeddings request to be carried over to another wire.
    ///
    /// # Errors
    /// The first field that cannot be carried over: tokens of some tokenizer, or one that nobody knows. `user` is left out.
    pub fn embedding(&self) -> Result<Embedding, Untranslatable> {
        let refuse = |field: &str, why: &str| Untranslatable::new(field, TO, why);
        let texts = match self.embeddings_input().ok().flatten() {
            Some(EmbeddingsInput::Texts(texts)) => texts.into_iter().map(Into::into).collect(),
            _ => return Err(refuse("input", "only texts can be, not tokens of one vendor's tokenizer")),
        };
        let fields: serde_json::Map<String, Value> =
            serde_json::from_slice(self.body()).map_err(|_| refuse("input", "the body is no object"))?;
        const KNOWN: [&str; 5] = ["model", "input", "encoding_format", "dimensions", "user"];
        if let Some((name, _)) =
            fields.iter().find(|(name, v)| !KNOWN.contains(&name.as_str()) && !v.is_null())
        {
            return Err(refuse(name, "no field of this name is known"));
        }
        let dimensions = match fields.get("dimensions") {
            None | Some(Value::Null) => None,
            Some(value) => {
                Some(u64::deserialize(value).map_err(|_| refuse("dimensions", "it is no number"))?)
            }
        };
        let form = match fields.get("encoding_format").and_then(Value::as_str) {
            Some("base64") => EmbeddingsForm::Base64,
            _ => EmbeddingsForm::Float,
        };
        Ok(Embedding { texts, dimensions, form })
    }
}
