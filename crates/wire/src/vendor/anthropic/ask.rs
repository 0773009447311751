//! A dialog as a body of Messages.
//!
//! Sources: Anthropic API reference, "Create a Message"; "Extended thinking" (a budget of at least 1024 tokens and below
//! `max_tokens`); "Structured outputs" (`output_config.format`, `strict` of a tool).

use bytes::Bytes;
use serde_json::{Value, json};
use std::sync::LazyLock;

use crate::dialog::{Dialog, Effort, Format, Tool, ToolChoice, Untranslatable};
use crate::vendor::anthropic::{NAME, content};
use crate::vendor::json::{Json, Object, texts};
use crate::vendor::refusal::{no_logprobs, no_seed_or_penalties, one_choice, refuse_if};

/// Most tokens of an answer where the caller set no limit: Anthropic requires one, and every model it offers allows this many.
const MAX_TOKENS: u64 = 8192;

/// The same with thoughts: the smallest of the limits of models that think (Claude Opus 4, 32,000).
const MAX_TOKENS_THINKING: u64 = 32_000;

/// Fewest tokens of thought.
const BUDGET_LEAST: u64 = 1024;

pub(crate) fn body(dialog: &Dialog, model: &str) -> Result<Bytes, Untranslatable> {
    no_logprobs(dialog, NAME)?;
    one_choice(dialog, NAME)?;
    no_seed_or_penalties(dialog, NAME)?;
    let (max_tokens, thinking) = thinking(dialog)?;
    let body = Object::of("model", model)
        .put("max_tokens", max_tokens)
        .list("system", dialog.system.iter().filter(|text| !text.is_empty()).map(|of| text(of)).collect())
        .put("messages", content::messages(dialog)?)
        .some("thinking", thinking)
        .some("output_config", output(&dialog.format)?);
    let body = with_sampling(with_tools(body, dialog), dialog)?;
    let user = dialog.user.as_ref().map(|user| Object::of("user_id", user));
    Ok(body.some("metadata", user).some("stream", dialog.stream.then_some(true)).to_bytes())
}

pub(crate) fn text(text: &str) -> Json<'_> {
    Object::of("type", "text").put("text", text).into()
}

fn with_sampling<'a>(body: Object<'a>, dialog: &'a Dialog) -> Result<Object<'a>, Untranslatable> {
    let sampling = &dialog.sampling;
    let hot = sampling.temperature.is_some_and(|temperature| temperature > 1.0);
    refuse_if(hot, "temperature", NAME, "it takes 0 to 1")?;
    Ok(body
        .some("temperature", sampling.temperature)
        .some("top_p", sampling.top_p)
        .some("top_k", sampling.top_k)
        .list("stop_sequences", texts(&sampling.stop)))
}

fn with_tools<'a>(body: Object<'a>, dialog: &'a Dialog) -> Object<'a> {
    if dialog.tools.is_empty() {
        return body;
    }
    let one_by_one =
        dialog.parallel_tools.filter(|_| dialog.tool_choice != ToolChoice::Never).map(|many| !many);
    let choice = match &dialog.tool_choice {
        ToolChoice::Auto if one_by_one != Some(true) => None,
        ToolChoice::Auto => Some(Object::of("type", "auto")),
        ToolChoice::Never => Some(Object::of("type", "none")),
        ToolChoice::Required => Some(Object::of("type", "any")),
        ToolChoice::Named(name) => Some(Object::of("type", "tool").put("name", name)),
    };
    let choice =
        choice.map(|choice| choice.some("disable_parallel_tool_use", one_by_one.filter(|is_said| *is_said)));
    body.put("tools", dialog.tools.iter().map(tool).collect::<Vec<Json>>()).some("tool_choice", choice)
}

fn tool(tool: &Tool) -> Json<'_> {
    static NONE: LazyLock<Value> = LazyLock::new(|| json!({"type": "object", "properties": {}}));
    Object::of("name", &tool.name)
        .some("description", tool.description.as_ref())
        .put("input_schema", tool.parameters.as_ref().unwrap_or(&NONE))
        .some("strict", tool.strict)
        .into()
}

fn output(format: &Format) -> Result<Option<Object<'_>>, Untranslatable> {
    let any = *format == Format::JsonObject;
    refuse_if(any, "response_format", NAME, "it has no JSON without a schema; use `json_schema`")?;
    let Format::JsonSchema { schema, .. } = format else { return Ok(None) };
    Ok(Some(Object::of("format", Object::of("type", "json_schema").put("schema", schema))))
}

/// The limit on tokens, and how much of it may be thought. A budget that follows from an effort gives way to the limit;
/// one that was said in tokens is sent as it is.
pub(crate) fn thinking(dialog: &Dialog) -> Result<(u64, Option<Object<'_>>), Untranslatable> {
    let limit = dialog.sampling.max_tokens;
    let without = limit.unwrap_or(MAX_TOKENS);
    let Some(reasoning) = &dialog.reasoning else { return Ok((without, None)) };
    let (max_tokens, budget) = match (reasoning.budget, reasoning.effort.map(Effort::budget), limit) {
        (None, None, _) => return Ok((without, None)),
        (Some(0), ..) | (None, Some(0), _) => return Ok((without, Some(Object::of("type", "disabled")))),
        (Some(said), _, limit) => (limit.unwrap_or(MAX_TOKENS.saturating_add(said)), said),
        (None, Some(wanted), None) => ((MAX_TOKENS + wanted).min(MAX_TOKENS_THINKING), wanted),
        (None, Some(wanted), Some(limit)) => (limit, wanted.min(limit / 2).max(BUDGET_LEAST)),
    };
    let why = "thinking takes at least 1024 tokens, and the limit on tokens leaves no room for an answer";
    refuse_if(budget >= max_tokens, "reasoning_effort", NAME, why)?;
    let display = reasoning.shown.map(|shown| if shown { "summarized" } else { "omitted" });
    let thinking = Object::of("type", "enabled").put("budget_tokens", budget).some("display", display);
    Ok((max_tokens, Some(thinking)))
}
