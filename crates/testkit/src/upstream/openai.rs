//! The wire of OpenAI (API reference: "Chat Completions", "Embeddings", "Models", "Error codes"), and of those who speak it.

mod chat;
mod embeddings;
mod mistral;
mod responses;

pub(super) use embeddings::vector;

use serde_json::{Value, json};

use crate::upstream::answer::Answer;
use crate::upstream::call::{Call, Fault};
use crate::upstream::delivery::Scene;
use crate::upstream::vendor::Vendor;

pub(super) fn knows(path: &str) -> bool {
    ["/chat/completions", "/responses", "/embeddings", "/models"].iter().any(|end| path.ends_with(end))
}

pub(super) fn is_chat(path: &str) -> bool {
    path.ends_with("/chat/completions")
}

pub(super) fn kind(status: u16) -> &'static str {
    match status {
        401 => "invalid_api_key",
        404 => "model_not_found",
        429 => "rate_limit_exceeded",
        400..=499 => "invalid_request_error",
        _ => "server_error",
    }
}

pub(super) fn fault(fault: &Fault) -> Value {
    let kind = match fault.status {
        429 => "requests",
        400..=499 => "invalid_request_error",
        _ => "server_error",
    };
    let code = Some(&*fault.kind).filter(|code| *code != kind);
    error_json(kind, code, &fault.message)
}

pub(super) fn fault_of_mistral(fault: &Fault) -> Value {
    mistral::fault(fault)
}

pub(super) fn error_json(kind: &str, code: Option<&str>, message: &str) -> Value {
    json!({"error": {"message": message, "type": kind, "param": null, "code": code}})
}

pub(super) fn scene(vendor: Vendor, call: &Call<'_>, answer: &Answer) -> Result<Scene, Fault> {
    admit(vendor, call)?;
    if call.path.ends_with("/models") {
        // Mistral's have a type, which its client asks for.
        let model = json!({
            "id": "fake", "object": "model", "created": 1_700_000_000, "owned_by": "testkit",
            "type": "base", "capabilities": {"completion_chat": true},
        });
        return Ok(Scene::whole(json!({"object": "list", "data": [model]}).to_string()));
    }
    if !call.body.is_object() {
        return Err(Fault::new(
            400,
            "invalid_request_error",
            "We could not parse the JSON body of your request.",
        ));
    }
    if call.path.ends_with("/embeddings") {
        return embeddings::scene(call);
    }
    if call.path.ends_with("/responses") {
        return responses::scene(call, answer);
    }
    if vendor == Vendor::Mistral {
        mistral::demand(call)?;
    }
    chat::scene(vendor, call, answer)
}

fn admit(vendor: Vendor, call: &Call<'_>) -> Result<(), Fault> {
    let key = match vendor {
        Vendor::Azure => call.header("api-key").or_else(|| call.bearer()),
        _ => call.bearer(),
    };
    match key {
        None if vendor == Vendor::OpenAi && call.key.is_none() => Ok(()),
        Some(key) if call.takes(key) => Ok(()),
        _ if vendor == Vendor::Azure => Err(Fault::new(
            401,
            "401",
            "Access denied due to invalid subscription key or wrong API endpoint.",
        )),
        None => Err(Fault::new(401, "invalid_api_key", "You didn't provide an API key.")),
        Some(_) => Err(Fault::new(401, "invalid_api_key", "Incorrect API key provided.")),
    }
}

/// That a field is not there, in the vendor's words.
fn missing(field: &str) -> Fault {
    Fault::new(400, "missing_required_parameter", format!("Missing required parameter: '{field}'."))
}
