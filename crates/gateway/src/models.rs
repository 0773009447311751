//! `GET /v1/models`: the model names of the caller's system, each with the places where it may run now.

use std::sync::Arc;

use assess::Stated;
use border::Snapshot;
use bytes::Bytes;
use estate::System;
use http::{HeaderMap, Response};
use serve::Body;
use terms::Verdict;
use wire::{ErrorBody, Model, Wire};

use crate::routes::{Gateway, json_bytes};
use crate::{caller, errors};

impl Gateway {
    /// All of them, or the one that is named.
    pub(crate) fn models(&self, headers: &HeaderMap, name: Option<&str>, id: &str) -> Response<Body> {
        // Anthropic's clients say so in a header; the rest is OpenAI's.
        let wire = if headers.contains_key("anthropic-version") { Wire::Messages } else { Wire::Chat };
        match self.listed(headers, wire, name) {
            Ok(body) => json_bytes(body),
            Err(error) => errors::response(wire, &error, id),
        }
    }

    fn listed(&self, headers: &HeaderMap, wire: Wire, name: Option<&str>) -> Result<Bytes, ErrorBody> {
        let snapshot = self.border.snapshot().map_err(|refused| errors::refused(&refused))?;
        let system = caller::known(headers, &snapshot)?.system;
        match name {
            None => {
                let models: Vec<Model> = system.names().map(|alias| of(&snapshot, &system, alias)).collect();
                Ok(if wire.is_anthropic() {
                    wire::anthropic_models_list(&models)
                } else {
                    wire::models_list(&models)
                })
            }
            Some(name) => {
                let alias = system.names().find(|alias| ***alias == *name);
                let alias = alias.ok_or_else(|| errors::unknown_model(name))?;
                let model = of(&snapshot, &system, alias);
                Ok(if wire.is_anthropic() { wire::anthropic_model(&model) } else { wire::model(&model) })
            }
        }
    }
}

fn of(snapshot: &Arc<Snapshot>, system: &Arc<System>, alias: &Arc<str>) -> Model {
    let found = snapshot.assess(system, Some(alias), &Stated::default()).ok().flatten();
    let candidates = found.iter().flat_map(|found| &found.candidates);
    let lawful: Vec<_> = candidates.filter(|c| c.verdict == Verdict::Permit).collect();
    let endpoints: Vec<&str> = lawful.iter().map(|c| c.endpoint.id.as_str()).collect();
    let places: Vec<String> = lawful.iter().map(|c| c.endpoint.places.to_string()).collect();
    Model {
        id: alias.to_string(),
        created: 0,
        owned_by: snapshot.estate().organization().name.to_string(),
        extra: Some(serde_json::json!({ "endpoints": endpoints, "places": places })),
    }
}
