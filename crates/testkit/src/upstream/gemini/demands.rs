//! What the Gemini API demands of a request, and in which words it refuses one that falls short.

use serde_json::Value;

use crate::upstream::call::{Call, Fault};

pub(super) fn admit(call: &Call<'_>) -> Result<(), Fault> {
    let query = call.query.split('&').find_map(|pair| pair.strip_prefix("key="));
    match call.header("x-goog-api-key").or(query) {
        None => Err(Fault::new(
            403,
            "PERMISSION_DENIED",
            "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other \
             form of API consumer identity to call this API.",
        )),
        Some(key) if call.takes(key) => Ok(()),
        Some(_) => Err(invalid("API key not valid. Please pass a valid API key.")),
    }
}

/// The fields of a request.
const KNOWN: [&str; 9] = [
    "contents",
    "systemInstruction",
    "system_instruction",
    "tools",
    "toolConfig",
    "safetySettings",
    "generationConfig",
    "cachedContent",
    "labels",
];

/// What the vendor refuses in a request: wrong roles, parts without content, names that it does not know.
pub(super) fn check(call: &Call<'_>) -> Result<(), Fault> {
    let body = call.body.as_object().ok_or_else(|| invalid("Invalid JSON payload received."))?;
    if let Some(unknown) = body.keys().find(|name| !KNOWN.contains(&&***name)) {
        return Err(invalid(format!(
            "Invalid JSON payload received. Unknown name \"{unknown}\": Cannot find field."
        )));
    }
    let contents = body.get("contents").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if contents.is_empty() {
        return Err(invalid("* GenerateContentRequest.contents: contents is not specified"));
    }
    contents.iter().try_for_each(check_content)
}

fn check_content(content: &Value) -> Result<(), Fault> {
    let role = content.get("role").and_then(Value::as_str);
    if !matches!(role, None | Some("user" | "model" | "function")) {
        return Err(invalid("Please use a valid role: user, model."));
    }
    if content.get("parts").and_then(Value::as_array).is_none_or(Vec::is_empty) {
        return Err(invalid("* GenerateContentRequest.contents.parts: contents.parts must not be empty."));
    }
    Ok(())
}

pub(super) fn invalid(message: impl Into<String>) -> Fault {
    Fault::new(400, "INVALID_ARGUMENT", message)
}
