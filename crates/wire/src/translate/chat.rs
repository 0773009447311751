//! OpenAI chat completions (API reference, "Create chat completion").

use serde_json::{Value, json};

use super::chat_message;
use super::fields::Fields;
use crate::dialog::{Dialog, Effort, Format, Reasoning, Sampling, Tool, ToolChoice, Untranslatable};

pub(super) fn dialog(mut root: Fields) -> Result<Dialog, Untranslatable> {
    let mut dialog = Dialog {
        model: root.needed("model")?,
        tools: root.objects("tools")?.into_iter().map(tool).collect::<Result<_, _>>()?,
        tool_choice: tool_choice(&mut root)?,
        parallel_tools: root.flag("parallel_tool_calls")?,
        sampling: sampling(&mut root)?,
        format: format(&mut root)?,
        reasoning: reasoning(&mut root)?,
        choices: root.count("n")?,
        logprobs: logprobs(&mut root)?,
        user: root.text("user")?,
        stream: root.flag("stream")?.unwrap_or(false),
        ..Dialog::default()
    };
    for message in root.objects("messages")? {
        chat_message::read(message, &mut dialog)?;
    }
    neutral(&mut root)?;
    root.done()?;
    Ok(dialog)
}

fn neutral(root: &mut Fields) -> Result<(), Untranslatable> {
    if let Some(mut options) = root.object("stream_options")? {
        options.flag("include_usage")?;
        options.flag("include_obfuscation")?;
        options.done()?;
    }
    if root.has("functions") || root.has("function_call") {
        return Err(root.refused("functions", "use `tools` and `tool_choice`"));
    }
    let tier = root.take("service_tier");
    if tier.is_some_and(|tier| tier != "auto" && tier != "default") {
        return Err(root.refused("service_tier", "a tier is a matter of one vendor; leave it out"));
    }
    root.neutral(&[
        ("store", json!(false)),
        ("modalities", json!(["text"])),
        ("verbosity", json!("medium")),
        ("logit_bias", json!({})),
    ])
}

fn sampling(root: &mut Fields) -> Result<Sampling, Untranslatable> {
    let (new, old) = (root.count("max_completion_tokens")?, root.count("max_tokens")?);
    Ok(Sampling {
        max_tokens: new.zip(old).map(|(new, old)| new.min(old)).or(new).or(old),
        temperature: root.number("temperature")?,
        top_p: root.number("top_p")?,
        top_k: root.count("top_k")?,
        seed: root.seed("seed")?,
        stop: root.texts("stop")?,
        frequency_penalty: root.number("frequency_penalty")?,
        presence_penalty: root.number("presence_penalty")?,
    })
}

fn logprobs(root: &mut Fields) -> Result<Option<u64>, Untranslatable> {
    let (wanted, top) = (root.flag("logprobs")?, root.count("top_logprobs")?.filter(|top| *top > 0));
    Ok(if wanted == Some(true) { Some(top.unwrap_or(0)) } else { top })
}

fn reasoning(root: &mut Fields) -> Result<Option<Reasoning>, Untranslatable> {
    let Some(word) = root.text("reasoning_effort")? else { return Ok(None) };
    let effort = effort(&word)
        .ok_or_else(|| root.refused("reasoning_effort", format!("`{word}` has no counterpart there")))?;
    Ok(Some(Reasoning { effort: Some(effort), budget: None, shown: None }))
}

/// OpenAI's words for effort.
pub(super) fn effort(word: &str) -> Option<Effort> {
    Some(match word {
        "none" => Effort::None,
        "minimal" => Effort::Minimal,
        "low" => Effort::Low,
        "medium" => Effort::Medium,
        "high" => Effort::High,
        _ => return None,
    })
}

fn tool(mut tool: Fields) -> Result<Tool, Untranslatable> {
    match tool.text("type")?.as_deref() {
        Some("function") => {}
        other => return Err(tool.refused("type", not_a_function(other.unwrap_or_default()))),
    }
    tool.take("cache_control");
    let mut function = tool.object("function")?.ok_or_else(|| tool.wrong("function", "there"))?;
    tool.done()?;
    let read = read_function(&mut function)?;
    function.done()?;
    Ok(read)
}

pub(super) fn not_a_function(kind: &str) -> String {
    format!("only functions can be carried over, and this is a `{kind}`")
}

/// The members that describe a function, the same in chat and responses.
pub(super) fn read_function(function: &mut Fields) -> Result<Tool, Untranslatable> {
    Ok(Tool {
        name: function.needed("name")?,
        description: function.text("description")?,
        parameters: function.take("parameters"),
        strict: function.flag("strict")?,
    })
}

fn tool_choice(root: &mut Fields) -> Result<ToolChoice, Untranslatable> {
    let Some(mut choice) = choice_object(root)? else { return choice_word(root) };
    let kind = choice.text("type")?;
    let mut function = match (kind.as_deref(), choice.object("function")?) {
        (Some("function"), Some(function)) => function,
        _ => return Err(choice.refused("type", "only one function can be named")),
    };
    let name = function.needed("name")?;
    function.done()?;
    choice.done()?;
    Ok(ToolChoice::Named(name))
}

/// `tool_choice` if it is an object.
pub(super) fn choice_object(root: &mut Fields) -> Result<Option<Fields>, Untranslatable> {
    match root.take("tool_choice") {
        Some(word @ Value::String(_)) => {
            root.put("tool_choice", word);
            Ok(None)
        }
        Some(value) => Fields::of(value, root.path("tool_choice")).map(Some),
        None => Ok(None),
    }
}

/// `tool_choice` if it is a word.
pub(super) fn choice_word(root: &mut Fields) -> Result<ToolChoice, Untranslatable> {
    match root.text("tool_choice")?.as_deref() {
        None | Some("auto") => Ok(ToolChoice::Auto),
        Some("none") => Ok(ToolChoice::Never),
        Some("required") => Ok(ToolChoice::Required),
        Some(other) => Err(root.refused("tool_choice", format!("`{other}` has no counterpart there"))),
    }
}

fn format(root: &mut Fields) -> Result<Format, Untranslatable> {
    let Some(mut format) = root.object("response_format")? else { return Ok(Format::Text) };
    let kind = format.needed("type")?;
    let schema = format.object("json_schema")?;
    let read = match (kind.as_str(), schema) {
        ("text", None) => Format::Text,
        ("json_object", None) => Format::JsonObject,
        ("json_schema", Some(schema)) => json_schema(schema)?,
        _ => return Err(format.refused("type", format!("`{kind}` has no counterpart there"))),
    };
    format.done()?;
    Ok(read)
}

/// A named schema. Its description has no place elsewhere.
pub(super) fn json_schema(mut schema: Fields) -> Result<Format, Untranslatable> {
    let read = Format::JsonSchema {
        name: schema.needed("name")?,
        schema: schema.take("schema").unwrap_or_else(|| json!({})),
        strict: schema.flag("strict")?,
    };
    schema.done()?;
    Ok(read)
}
