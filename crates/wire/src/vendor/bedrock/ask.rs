//! A dialog as a body of Converse.
//!
//! Sources: Amazon Bedrock API reference, `Converse`, `InferenceConfiguration`, `ToolConfiguration`, `ToolSpecification`,
//! `OutputConfig`, `JsonSchemaDefinition`.

use std::sync::LazyLock;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::dialog::{Dialog, Format, Part, Tool, ToolChoice, Untranslatable};
use crate::vendor::anthropic;
use crate::vendor::bedrock::{NAME, content};
use crate::vendor::json::{Json, Object, texts};
use crate::vendor::refusal::{no_logprobs, no_seed_or_penalties, one_choice, refuse_if};

pub(crate) fn body(dialog: &Dialog, model: &str) -> Result<Bytes, Untranslatable> {
    no_logprobs(dialog, NAME)?;
    one_choice(dialog, NAME)?;
    no_seed_or_penalties(dialog, NAME)?;
    let (max_tokens, own) = own_fields(dialog, model)?;
    let system = dialog.system.iter().filter(|text| !text.is_empty());
    Ok(Object::new()
        .list("system", system.map(|text| Object::of("text", text).into()).collect())
        .put("messages", content::messages(dialog)?)
        .some("inferenceConfig", inference(dialog, max_tokens)?)
        .some("additionalModelRequestFields", own)
        .some("toolConfig", tools(dialog)?)
        .some("outputConfig", output(&dialog.format)?)
        .to_bytes())
}

/// What Converse has no word for and Anthropic's models take in their own (Amazon Bedrock user guide, "Inference request
/// parameters and response fields for foundation models", and "Extended thinking"): thoughts, which move the limit on tokens,
/// and `top_k`. A profile's name that does not tell whose model it is counts as one of somebody else.
fn own_fields<'a>(
    dialog: &'a Dialog,
    model: &str,
) -> Result<(Option<u64>, Option<Object<'a>>), Untranslatable> {
    let reasoning = dialog.reasoning.as_ref();
    let thinks = reasoning.is_some_and(|how| how.effort.is_some() || how.budget.is_some());
    let (top_k, limit) = (dialog.sampling.top_k, dialog.sampling.max_tokens);
    if !model.contains("anthropic.") {
        let why = "how to ask for it differs from model to model there";
        refuse_if(thinks, "reasoning_effort", NAME, why)?;
        refuse_if(top_k.is_some(), "top_k", NAME, why)?;
    }
    if !thinks {
        return Ok((limit, Object::new().some("top_k", top_k).filled()));
    }
    let (max_tokens, thinking) = anthropic::ask::thinking(dialog)?;
    Ok((Some(max_tokens), Object::new().some("thinking", thinking).some("top_k", top_k).filled()))
}

fn inference(dialog: &Dialog, max_tokens: Option<u64>) -> Result<Option<Object<'_>>, Untranslatable> {
    let sampling = &dialog.sampling;
    let hot = sampling.temperature.is_some_and(|temperature| temperature > 1.0);
    refuse_if(hot, "temperature", NAME, "it takes 0 to 1")?;
    Ok(Object::new()
        .some("maxTokens", max_tokens)
        .some("temperature", sampling.temperature)
        .some("topP", sampling.top_p)
        .list("stopSequences", texts(&sampling.stop))
        .filled())
}

/// There is no word for "none of them". Without calls in the dialog the tools can be left out instead; with them Converse
/// wants the tools.
fn tools(dialog: &Dialog) -> Result<Option<Object<'_>>, Untranslatable> {
    if dialog.tools.is_empty() {
        return Ok(None);
    }
    let one_by_one = dialog.parallel_tools == Some(false);
    refuse_if(one_by_one, "parallel_tool_calls", NAME, "it cannot be told to call one tool at a time")?;
    let choice = match &dialog.tool_choice {
        ToolChoice::Auto => None,
        ToolChoice::Required => Some(Object::of("any", Object::new())),
        ToolChoice::Named(name) => Some(Object::of("tool", Object::of("name", name))),
        ToolChoice::Never => {
            let why = "it cannot be told to call none once some were called; leave the tools out";
            refuse_if(has_calls(dialog), "tool_choice", NAME, why)?;
            return Ok(None);
        }
    };
    let tools: Vec<Json> = dialog.tools.iter().map(tool).collect();
    Ok(Some(Object::of("tools", tools).some("toolChoice", choice)))
}

fn has_calls(dialog: &Dialog) -> bool {
    let mut parts = dialog.turns.iter().flat_map(|turn| &turn.parts);
    parts.any(|part| matches!(part, Part::Call { .. } | Part::Result { .. }))
}

fn tool(tool: &Tool) -> Json<'_> {
    static NONE: LazyLock<Value> = LazyLock::new(|| json!({"type": "object", "properties": {}}));
    let schema = Object::of("json", tool.parameters.as_ref().unwrap_or(&NONE));
    let spec = Object::of("name", &tool.name)
        .some("description", tool.description.as_ref().filter(|text| !text.is_empty()))
        .put("inputSchema", schema)
        .some("strict", tool.strict);
    Object::of("toolSpec", spec).into()
}

/// The schema is a text there.
fn output(format: &Format) -> Result<Option<Object<'_>>, Untranslatable> {
    let any = *format == Format::JsonObject;
    refuse_if(any, "response_format", NAME, "it has no JSON without a schema; use `json_schema`")?;
    let Format::JsonSchema { name, schema, .. } = format else { return Ok(None) };
    let schema = Object::of("schema", schema.to_string()).put("name", name);
    let format = Object::of("type", "json_schema").put("structure", Object::of("jsonSchema", schema));
    Ok(Some(Object::of("textFormat", format)))
}
