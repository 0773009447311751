//! A dialog as a body of `generateContent`.
//!
//! Sources: Gemini API reference, `GenerateContentRequest`, `GenerationConfig`, `ThinkingConfig`, `Tool`, `FunctionDeclaration`
//! (`parametersJsonSchema`), `FunctionCallingConfig` (`VALIDATED` keeps to the schemas; so does `ANY`).

use bytes::Bytes;

use crate::dialog::{Dialog, Effort, Format, Reasoning, Tool, ToolChoice, Untranslatable};
use crate::vendor::gemini::{NAME, content};
use crate::vendor::json::{Json, Object, texts};
use crate::vendor::refusal::{no_logprobs, refuse_if};

pub(crate) fn body(dialog: &Dialog, model: &str) -> Result<Bytes, Untranslatable> {
    no_logprobs(dialog, NAME)?;
    let system: Vec<Json> = dialog.system.iter().map(|text| Object::of("text", text).into()).collect();
    let system = Object::new().list("parts", system).filled();
    let body =
        Object::new().some("systemInstruction", system).put("contents", content::contents(dialog, model)?);
    Ok(with_tools(body, dialog)?.some("generationConfig", generation(dialog)?).to_bytes())
}

fn with_tools<'a>(body: Object<'a>, dialog: &'a Dialog) -> Result<Object<'a>, Untranslatable> {
    if dialog.tools.is_empty() {
        return Ok(body);
    }
    let one_by_one = dialog.parallel_tools == Some(false);
    refuse_if(one_by_one, "parallel_tool_calls", NAME, "it cannot be told to call one tool at a time")?;
    let strict = dialog.tools.iter().any(|tool| tool.strict == Some(true));
    let mode = |mode: &'static str| Object::of("mode", mode);
    let calling = match &dialog.tool_choice {
        ToolChoice::Auto => strict.then(|| mode("VALIDATED")),
        ToolChoice::Never => Some(mode("NONE")),
        ToolChoice::Required => Some(mode("ANY")),
        ToolChoice::Named(name) => Some(mode("ANY").put("allowedFunctionNames", vec![Json::from(name)])),
    };
    let tools: Vec<Json> = dialog.tools.iter().map(tool).collect();
    let tools: Vec<Json> = vec![Object::of("functionDeclarations", tools).into()];
    let config = calling.map(|calling| Object::of("functionCallingConfig", calling));
    Ok(body.put("tools", tools).some("toolConfig", config))
}

fn tool(tool: &Tool) -> Json<'_> {
    Object::of("name", &tool.name)
        .some("description", tool.description.as_ref())
        .some("parametersJsonSchema", tool.parameters.as_ref())
        .into()
}

fn generation(dialog: &Dialog) -> Result<Option<Object<'_>>, Untranslatable> {
    let sampling = &dialog.sampling;
    let wide = sampling.seed.is_some_and(|seed| i32::try_from(seed).is_err());
    refuse_if(wide, "seed", NAME, "its seed has 32 bits")?;
    let (mime, schema) = match &dialog.format {
        Format::Text => (None, None),
        Format::JsonObject => (Some("application/json"), None),
        Format::JsonSchema { schema, .. } => (Some("application/json"), Some(schema)),
    };
    Ok(Object::new()
        .some("candidateCount", dialog.choices)
        .some("maxOutputTokens", sampling.max_tokens)
        .some("temperature", sampling.temperature)
        .some("topP", sampling.top_p)
        .some("topK", sampling.top_k)
        .some("seed", sampling.seed)
        .list("stopSequences", texts(&sampling.stop))
        .some("frequencyPenalty", sampling.frequency_penalty)
        .some("presencePenalty", sampling.presence_penalty)
        .some("responseMimeType", mime)
        .some("responseJsonSchema", schema)
        .some("thinkingConfig", dialog.reasoning.as_ref().and_then(thinking))
        .filled())
}

/// Efforts become budgets: `thinkingLevel` is known to newer models only, and budgets to all that think.
fn thinking(reasoning: &Reasoning) -> Option<Object<'_>> {
    let budget = reasoning.budget.or(reasoning.effort.map(Effort::budget));
    Object::new().some("includeThoughts", reasoning.shown).some("thinkingBudget", budget).filled()
}
