//! The words of the conventions, and our own, for what a crossing is. Each comes from the estate or from a closed list.

use std::sync::Arc;

use assess::{Candidate, Content};
use border::{Judged, ReceiptPointer};
use estate::{Speaks, Upstream};
use serve::{Attribute, Value};
use wire::Wire;

/// What tells one series of measurements from another.
pub(super) fn labels(system: &Arc<str>, wire: Wire, candidate: &Candidate) -> Vec<Attribute> {
    let mut labels: Vec<Attribute> = vec![
        ("gen_ai.operation.name", operation(wire).into()),
        ("gen_ai.provider.name", provider(&candidate.endpoint.upstream).into()),
        ("gen_ai.request.model", model(candidate).into()),
        ("comity.system", Value::Text(system.clone())),
        ("comity.endpoint", candidate.endpoint.id.as_str().into()),
    ];
    if let Upstream::Remote(remote) = &candidate.endpoint.upstream {
        labels.push(("server.address", remote.url.host().into()));
        labels.push(("server.port", u64::from(remote.url.port()).into()));
    }
    labels
}

/// What else is told of a crossing.
pub(super) fn of_crossing(judged: &Judged, candidate: &Candidate) -> Vec<Attribute> {
    let request = judged.request();
    let mut told: Vec<Attribute> = vec![
        ("comity.place", candidate.endpoint.places.to_string().into()),
        ("comity.verdict", candidate.verdict.name().into()),
        ("comity.masked", (candidate.content == Content::Masked).into()),
    ];
    // By now it is a name of the estate's own: any other was refused.
    told.extend(request.model.as_deref().map(|alias| ("comity.model", alias.into())));
    told.extend(judged.shadow().map(|trial| ("comity.shadow", trial.id.as_str().into())));
    if !request.flags.is_empty() {
        let flags = request.flags.iter().map(|flag| flag.as_str().into()).collect();
        told.push(("comity.flags", Value::Texts(flags)));
    }
    told
}

/// Where it is on record, as `x-comity-receipt` has it.
pub(super) fn receipt(receipt: &ReceiptPointer) -> String {
    format!("{} {}", receipt.origin, receipt.index)
}

/// What is asked of the model.
pub(super) fn operation(wire: Wire) -> &'static str {
    match wire {
        Wire::Chat | Wire::Responses | Wire::Messages => "chat",
        Wire::Embeddings => "embeddings",
        Wire::CountTokens => "count_tokens",
    }
}

/// The model as its endpoint knows it.
pub(super) fn model(candidate: &Candidate) -> &str {
    match &candidate.endpoint.upstream {
        Upstream::Remote(remote) => &remote.model,
        Upstream::Embedded => candidate.endpoint.model.as_str(),
    }
}

/// The flavor of telemetry, by the format that the endpoint speaks.
fn provider(upstream: &Upstream) -> &'static str {
    let Upstream::Remote(remote) = upstream else { return "comity" };
    match remote.speaks {
        Speaks::OpenAi => "openai",
        Speaks::Azure => "azure.ai.openai",
        Speaks::Mistral => "mistral_ai",
        Speaks::Vllm => "vllm",
        Speaks::Ollama => "ollama",
        Speaks::Anthropic => "anthropic",
        Speaks::Gemini => "gcp.gemini",
        Speaks::Bedrock => "aws.bedrock",
    }
}
