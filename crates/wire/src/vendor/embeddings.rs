//! Vectors for texts, of vendors that make them.
//!
//! Sources: OpenAI API reference, "Create embeddings"; Mistral API, `EmbeddingRequest` (`output_dimension`); Gemini API
//! reference, `batchEmbedContents`; Amazon Bedrock user guide, "Amazon Titan Text Embeddings" and "Cohere Embed" (both by
//! `InvokeModel`, whose body is the model's own). Anthropic has none.

use bytes::Bytes;
use serde::Deserialize;

use crate::NotAnAnswer;
use crate::dialog::Untranslatable;
use crate::vendor::json::{Json, Object, texts};
use crate::vendor::refusal::refuse_if;
use crate::vendor::{Flavor, Vendor, anthropic, bedrock};

/// Vectors, in the order of the texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Embeddings {
    /// The model that the vendor says made them; empty if it does not say.
    pub model: String,
    /// A vector for each text.
    pub vectors: Vec<Vec<f64>>,
    /// Tokens read, where the vendor says.
    pub tokens: Option<u64>,
}

/// The body that asks for vectors.
pub(crate) fn body(
    vendor: Vendor,
    list: &[String],
    model: &str,
    dimensions: Option<u64>,
) -> Result<Bytes, Untranslatable> {
    refuse_if(list.is_empty(), "input", "any vendor", "there is no text")?;
    let body = match vendor {
        Vendor::OpenAi(flavor) => {
            let length = if flavor == Flavor::Mistral { "output_dimension" } else { "dimensions" };
            let body = Object::of("model", model).put("input", texts(list)).some(length, dimensions);
            body.put("encoding_format", "float")
        }
        Vendor::Gemini => Object::of("requests", gemini(list, model, dimensions)),
        Vendor::Bedrock => bedrock(list, model, dimensions)?,
        Vendor::Anthropic => {
            return Err(Untranslatable::new("model", anthropic::NAME, "it has no embeddings"));
        }
    };
    Ok(body.to_bytes())
}

fn gemini<'a>(list: &'a [String], model: &str, dimensions: Option<u64>) -> Vec<Json<'a>> {
    let one = |text: &'a String| {
        let parts: Vec<Json> = vec![Object::of("text", text).into()];
        Object::of("model", format!("models/{model}"))
            .put("content", Object::of("parts", parts))
            .some("outputDimensionality", dimensions)
            .into()
    };
    list.iter().map(one).collect()
}

/// The family of a model is only known by its name; a profile's name that does not tell it is refused. Cohere wants to know
/// what the vectors are for, which callers do not say: they are made for documents, as most are.
fn bedrock<'a>(
    list: &'a [String],
    model: &str,
    dimensions: Option<u64>,
) -> Result<Object<'a>, Untranslatable> {
    if model.contains("cohere.embed") {
        let body = Object::of("texts", texts(list)).put("input_type", "search_document");
        let kinds: Vec<Json> = vec!["float".into()];
        return Ok(body.put("embedding_types", kinds).some("output_dimension", dimensions));
    }
    let why = "only Titan Text Embeddings and Cohere Embed are known, by the model's name";
    refuse_if(!model.contains("amazon.titan-embed-text"), "model", bedrock::NAME, why)?;
    let why = "Titan takes one text at a time";
    match list {
        [text] => Ok(Object::of("inputText", text).some("dimensions", dimensions)),
        _ => Err(Untranslatable::new("input", bedrock::NAME, why)),
    }
}

/// Reads vectors of any vendor that makes some: the shapes have no member in common that means two things.
pub(crate) fn read(body: &[u8]) -> Result<Embeddings, NotAnAnswer> {
    let body: Body = serde_json::from_slice(body).map_err(|_| NotAnAnswer)?;
    let vectors = match (body.data, body.embeddings, body.embedding) {
        (Some(mut data), ..) => {
            data.sort_by_key(|one| one.index);
            data.into_iter().map(|one| one.embedding).collect()
        }
        (None, Some(Many::Gemini(list)), _) => list.into_iter().map(|one| one.values).collect(),
        (None, Some(Many::Cohere(list)), _) => list,
        (None, Some(Many::CohereByType { float }), _) => float,
        (None, None, Some(one)) => vec![one],
        (None, None, None) => return Err(NotAnAnswer),
    };
    let tokens = body.usage.and_then(|usage| usage.prompt_tokens).or(body.titan_tokens);
    Ok(Embeddings { model: body.model.unwrap_or_default(), vectors, tokens })
}

#[derive(Deserialize)]
struct Body {
    model: Option<String>,
    data: Option<Vec<One>>,
    embeddings: Option<Many>,
    embedding: Option<Vec<f64>>,
    usage: Option<Usage>,
    #[serde(rename = "inputTextTokenCount")]
    titan_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct One {
    #[serde(default)]
    index: u64,
    embedding: Vec<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Many {
    Cohere(Vec<Vec<f64>>),
    Gemini(Vec<Values>),
    CohereByType { float: Vec<Vec<f64>> },
}

#[derive(Deserialize)]
struct Values {
    values: Vec<f64>,
}

#[derive(Deserialize)]
struct Usage {
    prompt_tokens: Option<u64>,
}
