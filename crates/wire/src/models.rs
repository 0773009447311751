//! The list of models.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::answer::json;

/// A model that callers may name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    /// Its name.
    pub id: String,
    /// When it was made, in seconds since 1970; 0 if unknown.
    pub created: u64,
    /// Who stands behind it.
    pub owned_by: String,
    /// Our own extension.
    #[serde(skip_serializing_if = "Option::is_none", rename = "comity")]
    pub extra: Option<Value>,
}

/// The body of `GET /v1/models`.
pub fn models_list(models: &[Model]) -> Bytes {
    let data = models.iter().map(|model| Entry { object: "model", model }).collect();
    json(&List { object: "list", data })
}

/// The body of `GET /v1/models` as Anthropic's clients expect it (Anthropic API reference, "List models"): one page with all.
pub fn anthropic_models_list(models: &[Model]) -> Bytes {
    let data: Vec<AnthropicModel> = models.iter().map(AnthropicModel::of).collect();
    json(&Page {
        first_id: models.first().map(|m| m.id.as_str()),
        last_id: models.last().map(|m| m.id.as_str()),
        has_more: false,
        data,
    })
}

/// One model as OpenAI's clients expect it.
pub fn model(model: &Model) -> Bytes {
    json(&Entry { object: "model", model })
}

/// One model as Anthropic's clients expect it.
pub fn anthropic_model(model: &Model) -> Bytes {
    json(&AnthropicModel::of(model))
}

#[derive(Serialize)]
struct Page<'a> {
    data: Vec<AnthropicModel<'a>>,
    has_more: bool,
    first_id: Option<&'a str>,
    last_id: Option<&'a str>,
}

#[derive(Serialize)]
struct AnthropicModel<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    display_name: &'a str,
    created_at: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    comity: Option<&'a Value>,
}

impl AnthropicModel<'_> {
    fn of(model: &Model) -> AnthropicModel<'_> {
        AnthropicModel {
            kind: "model",
            id: &model.id,
            display_name: &model.id,
            // When a model was made is not stated in an estate; the vendor's own word for "unknown" is the epoch.
            created_at: "1970-01-01T00:00:00Z",
            comity: model.extra.as_ref(),
        }
    }
}

#[derive(Serialize)]
struct List<'a> {
    object: &'static str,
    data: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    object: &'static str,
    #[serde(flatten)]
    model: &'a Model,
}

#[cfg(test)]
mod tests {
    use super::{Model, models_list};

    #[test]
    fn a_list_of_models() {
        let small =
            Model { id: "small".into(), created: 1_700_000_000, owned_by: "house".into(), extra: None };
        let extra = Some(serde_json::json!({"places": ["DE"]}));
        let list = models_list(&[small.clone(), Model { id: "large".into(), extra, ..small }]);
        insta::assert_snapshot!(String::from_utf8_lossy(&list), @r#"{"object":"list","data":[{"object":"model","id":"small","created":1700000000,"owned_by":"house"},{"object":"model","id":"large","created":1700000000,"owned_by":"house","comity":{"places":["DE"]}}]}"#);
    }
}
