//! The Gemini API of Google, v1 and v1beta, as its reference describes it ("Generating content", "Embeddings", "Counting tokens",
//! `google.rpc.Status` for errors).

mod demands;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::upstream::answer::{Answer, End, Part};
use crate::upstream::call::{Call, Fault, text_of};
use crate::upstream::delivery::{EVENTS, JSON, Scene};
use crate::upstream::openai::vector;
use demands::{admit, check, invalid};

pub(super) fn knows(path: &str) -> bool {
    split(path).is_some_and(|(_, action)| {
        matches!(
            action,
            "generateContent"
                | "streamGenerateContent"
                | "countTokens"
                | "embedContent"
                | "batchEmbedContents"
        )
    })
}

pub(super) fn kind(status: u16) -> &'static str {
    match status {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        499 => "CANCELLED",
        400..=499 => "INVALID_ARGUMENT",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => "INTERNAL",
    }
}

pub(super) fn fault(fault: &Fault) -> Value {
    json!({"error": {"code": fault.status, "message": fault.message, "status": fault.kind}})
}

pub(super) fn scene(call: &Call<'_>, answer: &Answer) -> Result<Scene, Fault> {
    admit(call)?;
    let (model, action) = split(call.path).unwrap_or_default();
    match action {
        "embedContent" => Ok(Scene::whole(json!({"embedding": embedding(&call.body)}).to_string())),
        "batchEmbedContents" => Ok(Scene::whole(batch(call)?.to_string())),
        "countTokens" => {
            check(call)?;
            let details = json!([{"modality": "TEXT", "tokenCount": answer.usage.all_input()}]);
            let count = json!({"totalTokens": answer.usage.all_input(), "promptTokensDetails": details});
            Ok(Scene::whole(count.to_string()))
        }
        _ => {
            check(call)?;
            let answer = answer.filled(
                &call.last_text("contents", &["user", "function"], |content| content.get("role").is_none()),
            );
            Ok(generate(call, &Wire { model, answer: &answer }, action == "streamGenerateContent"))
        }
    }
}

fn generate(call: &Call<'_>, wire: &Wire<'_>, streamed: bool) -> Scene {
    if !streamed {
        return Scene::whole(pretty(&wire.whole()));
    }
    let failure = json!({"error": {"code": 503, "message": "The model is overloaded. Please try again later.", "status": "UNAVAILABLE"}});
    let chunks = wire.chunks();
    let scene = if call.query.split('&').any(|pair| pair == "alt=sse") {
        Scene::stream(EVENTS, chunks.iter().map(event).collect(), event(&failure))
    } else {
        Scene::stream(JSON, array(&chunks), format!(",\r\n{}]", pretty(&failure)))
    };
    scene.in_packets(wire.answer.packet)
}

/// What follows the collection of models; the vendor's clients use v1.
pub(super) fn below_models(path: &str) -> Option<&str> {
    path.strip_prefix("/v1beta/models/").or_else(|| path.strip_prefix("/v1/models/"))
}

/// The model and what is to be done with it.
fn split(path: &str) -> Option<(&str, &str)> {
    below_models(path)?.split_once(':').filter(|(model, _)| !model.is_empty())
}

fn batch(call: &Call<'_>) -> Result<Value, Fault> {
    let requests = call.body.get("requests").and_then(Value::as_array);
    let requests = requests
        .ok_or_else(|| invalid("* BatchEmbedContentsRequest.requests: at least one request is required"))?;
    if requests.iter().any(|request| request.get("model").is_none()) {
        return Err(invalid("* BatchEmbedContentsRequest.requests[0].model: model is required"));
    }
    Ok(json!({"embeddings": requests.iter().map(embedding).collect::<Vec<_>>()}))
}

fn embedding(request: &Value) -> Value {
    let length = request
        .get("outputDimensionality")
        .or_else(|| request.pointer("/embedContentConfig/outputDimensionality"));
    let text = request.get("content").map(text_of).unwrap_or_default();
    json!({"values": vector(&text, length.and_then(Value::as_u64).unwrap_or(4))})
}

struct Wire<'a> {
    model: &'a str,
    answer: &'a Answer,
}

impl Wire<'_> {
    fn whole(&self) -> Value {
        let parts = self.answer.parts.iter().map(whole_part).collect();
        self.response(parts, true)
    }

    /// The parts of a stream; the last has the reason of the end, as the vendor sends it.
    fn chunks(&self) -> Vec<Value> {
        let parts: Vec<Value> = self.answer.parts.iter().flat_map(|part| self.pieces(part)).collect();
        let last = parts.len().saturating_sub(1);
        if parts.is_empty() || self.answer.end == End::Blocked {
            return vec![self.response(Vec::new(), true)];
        }
        parts.into_iter().enumerate().map(|(at, part)| self.response(vec![part], at == last)).collect()
    }

    fn pieces(&self, part: &Part) -> Vec<Value> {
        let pieces = |text: &str| self.answer.pieces(text).into_iter();
        match part {
            Part::Thought(text) => {
                pieces(text).map(|piece| json!({"text": piece, "thought": true})).collect()
            }
            Part::Text(text) | Part::Refusal(text) => {
                pieces(text).map(|piece| json!({"text": piece})).collect()
            }
            Part::Call { .. } => vec![whole_part(part)],
        }
    }

    fn response(&self, parts: Vec<Value>, last: bool) -> Value {
        let mut response = Map::new();
        if self.answer.end == End::Blocked {
            let ratings = json!([{"category": "HARM_CATEGORY_HARASSMENT", "probability": "HIGH"}]);
            let feedback = json!({"blockReason": "PROHIBITED_CONTENT", "safetyRatings": ratings});
            response.insert("promptFeedback".into(), feedback);
        } else {
            let mut candidate = json!({"content": {"parts": parts, "role": "model"}, "index": 0});
            if let Some(candidate) = candidate.as_object_mut().filter(|_| last) {
                candidate.insert("finishReason".into(), json!(self.finish()));
            }
            response.insert("candidates".into(), json!([candidate]));
        }
        response.insert("usageMetadata".into(), self.usage());
        response.insert("modelVersion".into(), json!(self.model));
        response.insert("responseId".into(), json!("fake-response"));
        Value::Object(response)
    }

    fn finish(&self) -> &'static str {
        match &self.answer.end {
            // Also if it calls a function: this vendor has no reason of its own for that.
            End::Natural | End::Stop(_) => "STOP",
            End::Length => "MAX_TOKENS",
            End::Filtered | End::Blocked => "SAFETY",
        }
    }

    fn usage(&self) -> Value {
        let usage = &self.answer.usage;
        let mut counts = json!({
            "promptTokenCount": usage.all_input(), "candidatesTokenCount": usage.output.saturating_sub(usage.thought),
            "totalTokenCount": usage.all_input() + usage.output,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": usage.all_input()}],
        });
        for (name, count) in
            [("cachedContentTokenCount", usage.cached), ("thoughtsTokenCount", usage.thought)]
        {
            if let Some(counts) = counts.as_object_mut().filter(|_| count > 0) {
                counts.insert(name.into(), json!(count));
            }
        }
        counts
    }
}

fn whole_part(part: &Part) -> Value {
    match part {
        Part::Thought(text) => json!({"text": text, "thought": true}),
        Part::Text(text) | Part::Refusal(text) => json!({"text": text}),
        // It has no id, which this vendor may leave out, and a signature, which has to be sent back.
        Part::Call { name, arguments } => {
            json!({"functionCall": {"name": name, "args": arguments}, "thoughtSignature": "c2lnbmF0dXJl"})
        }
    }
}

/// The vendor ends lines with CRLF.
fn event(chunk: &Value) -> Bytes {
    format!("data: {chunk}\r\n\r\n").into()
}

/// A stream without `alt=sse` is one JSON array.
fn array(chunks: &[Value]) -> Vec<Bytes> {
    let lead = |at: usize| if at == 0 { "[" } else { ",\r\n" };
    let mut parts: Vec<Bytes> = chunks
        .iter()
        .enumerate()
        .map(|(at, chunk)| format!("{}{}", lead(at), pretty(chunk)).into())
        .collect();
    parts.push(Bytes::from_static(b"]"));
    parts
}

/// The vendor indents bodies that are no stream of events.
fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
