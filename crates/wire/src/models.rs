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
