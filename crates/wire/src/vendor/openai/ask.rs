//! A dialog as a body of Chat Completions.
//!
//! Sources: OpenAI API reference, "Create chat completion"; Mistral API, `ChatCompletionRequest` (`random_seed`, `tool_choice`
//! of `any`, `reasoning_effort` of `none` and `high`, neither `user` nor `stream_options`; unknown fields are refused there);
//! Ollama `docs/openai.md` (no `n`, `tool_choice` or `logprobs`); vLLM "OpenAI-compatible server" (`top_k` as an extra).

use bytes::Bytes;

use crate::dialog::{Dialog, Effort, Format, Reasoning, Tool, ToolChoice, Untranslatable};
use crate::vendor::Flavor;
use crate::vendor::json::{Json, Object, texts};
use crate::vendor::openai::{messages, name};
use crate::vendor::refusal::{no_logprobs, refuse_if};

pub(crate) fn body(dialog: &Dialog, model: &str, flavor: Flavor) -> Result<Bytes, Untranslatable> {
    no_logprobs(dialog, name(flavor))?;
    check_choices(dialog, flavor)?;
    let body = Object::new().put("model", model).put("messages", messages::all(dialog, flavor)?);
    let body = with_tools(body, dialog, flavor)?;
    let body = with_sampling(body, dialog, flavor)?
        .some("response_format", format(&dialog.format))
        .some("reasoning_effort", effort(dialog.reasoning.as_ref(), flavor)?)
        .some("n", dialog.choices)
        .some("user", dialog.user.as_ref().filter(|_| flavor != Flavor::Mistral));
    Ok(with_stream(body, dialog.stream, flavor).to_bytes())
}

fn check_choices(dialog: &Dialog, flavor: Flavor) -> Result<(), Untranslatable> {
    let many = dialog.choices.is_some_and(|n| n > 1);
    refuse_if(flavor == Flavor::Ollama && many, "n", name(flavor), "it gives one answer; ask several times")
}

fn with_stream(body: Object<'_>, stream: bool, flavor: Flavor) -> Object<'_> {
    if !stream {
        return body;
    }
    let options = (flavor != Flavor::Mistral).then(|| Object::of("include_usage", true));
    body.put("stream", true).some("stream_options", options)
}

fn with_sampling<'a>(
    body: Object<'a>,
    dialog: &'a Dialog,
    flavor: Flavor,
) -> Result<Object<'a>, Untranslatable> {
    let sampling = &dialog.sampling;
    let no_top_k = sampling.top_k.is_some() && flavor != Flavor::Vllm;
    refuse_if(no_top_k, "top_k", name(flavor), "it has no such parameter; use top_p")?;
    let limit = match flavor {
        Flavor::OpenAi | Flavor::Azure => "max_completion_tokens",
        Flavor::Mistral | Flavor::Vllm | Flavor::Ollama => "max_tokens",
    };
    let seed = if flavor == Flavor::Mistral { "random_seed" } else { "seed" };
    Ok(body
        .some(limit, sampling.max_tokens)
        .some("temperature", sampling.temperature)
        .some("top_p", sampling.top_p)
        .some("top_k", sampling.top_k)
        .some(seed, sampling.seed)
        .list("stop", texts(&sampling.stop))
        .some("frequency_penalty", sampling.frequency_penalty)
        .some("presence_penalty", sampling.presence_penalty))
}

fn with_tools<'a>(
    body: Object<'a>,
    dialog: &'a Dialog,
    flavor: Flavor,
) -> Result<Object<'a>, Untranslatable> {
    if dialog.tools.is_empty() {
        return Ok(body);
    }
    let (chosen, to) = (dialog.tool_choice != ToolChoice::Auto, name(flavor));
    let why = "it has no such parameter";
    refuse_if(flavor == Flavor::Ollama && chosen, "tool_choice", to, why)?;
    let one_by_one = dialog.parallel_tools == Some(false);
    refuse_if(flavor == Flavor::Ollama && one_by_one, "parallel_tool_calls", to, why)?;
    let parallel = dialog.parallel_tools.filter(|_| flavor != Flavor::Ollama);
    Ok(body
        .put("tools", dialog.tools.iter().map(|of| tool(of).into()).collect::<Vec<Json>>())
        .some("tool_choice", choice(&dialog.tool_choice, flavor))
        .some("parallel_tool_calls", parallel))
}

fn tool(tool: &Tool) -> Object<'_> {
    let function = Object::of("name", &tool.name)
        .some("description", tool.description.as_ref())
        .some("parameters", tool.parameters.as_ref())
        .some("strict", tool.strict);
    Object::of("type", "function").put("function", function)
}

fn choice(choice: &ToolChoice, flavor: Flavor) -> Option<Json<'_>> {
    match choice {
        ToolChoice::Auto => None,
        ToolChoice::Never => Some("none".into()),
        ToolChoice::Required if flavor == Flavor::Mistral => Some("any".into()),
        ToolChoice::Required => Some("required".into()),
        ToolChoice::Named(name) => {
            Some(Object::of("type", "function").put("function", Object::of("name", name)).into())
        }
    }
}

fn format(format: &Format) -> Option<Object<'_>> {
    match format {
        Format::Text => None,
        Format::JsonObject => Some(Object::of("type", "json_object")),
        Format::JsonSchema { name, schema, strict } => {
            let schema = Object::of("name", name).put("schema", schema).some("strict", *strict);
            Some(Object::of("type", "json_schema").put("json_schema", schema))
        }
    }
}

/// A budget has no place here but as the effort that it comes nearest to.
fn effort(reasoning: Option<&Reasoning>, flavor: Flavor) -> Result<Option<&'static str>, Untranslatable> {
    let Some(effort) = reasoning.and_then(Reasoning::nearest_effort) else { return Ok(None) };
    let known = flavor != Flavor::Mistral || matches!(effort, Effort::None | Effort::High);
    refuse_if(!known, "reasoning_effort", name(flavor), "it knows `none` and `high`")?;
    Ok(Some(match effort {
        Effort::None => "none",
        Effort::Minimal => "minimal",
        Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
    }))
}
