//! OpenAI responses (API reference, "Create a model response").

use serde_json::json;

use super::chat::{choice_object, choice_word, effort, json_schema, not_a_function, read_function};
use super::fields::Fields;
use super::responses_item as item;
use crate::dialog::{Dialog, Format, Reasoning, Sampling, Tool, ToolChoice, Untranslatable};

pub(super) fn dialog(mut root: Fields) -> Result<Dialog, Untranslatable> {
    let mut dialog = Dialog {
        model: root.needed("model")?,
        system: root.text("instructions")?.into_iter().collect(),
        tools: root.objects("tools")?.into_iter().map(tool).collect::<Result<_, _>>()?,
        tool_choice: tool_choice(&mut root)?,
        parallel_tools: root.flag("parallel_tool_calls")?,
        sampling: Sampling {
            max_tokens: root.count("max_output_tokens")?,
            temperature: root.number("temperature")?,
            top_p: root.number("top_p")?,
            ..Sampling::default()
        },
        format: format(&mut root)?,
        reasoning: reasoning(&mut root)?,
        logprobs: logprobs(&mut root)?,
        user: root.text("user")?,
        stream: root.flag("stream")?.unwrap_or(false),
        ..Dialog::default()
    };
    item::input(&mut root, &mut dialog)?;
    neutral(&mut root)?;
    root.done()?;
    Ok(dialog)
}

fn neutral(root: &mut Fields) -> Result<(), Untranslatable> {
    if let Some(mut options) = root.object("stream_options")? {
        options.flag("include_obfuscation")?;
        options.done()?;
    }
    let tier = root.take("service_tier");
    if tier.is_some_and(|tier| tier != "auto" && tier != "default") {
        return Err(root.refused("service_tier", "a tier is a matter of one vendor; leave it out"));
    }
    root.neutral(&[("store", json!(false)), ("background", json!(false)), ("truncation", json!("disabled"))])
}

/// What is to be included: seals on thoughts always are.
fn logprobs(root: &mut Fields) -> Result<Option<u64>, Untranslatable> {
    let mut wanted = root.count("top_logprobs")?.filter(|top| *top > 0);
    for what in root.texts("include")? {
        match what.as_str() {
            "reasoning.encrypted_content" => {}
            "message.output_text.logprobs" => wanted = wanted.or(Some(0)),
            other => return Err(root.refused("include", format!("`{other}` has no counterpart there"))),
        }
    }
    Ok(wanted)
}

fn tool(mut tool: Fields) -> Result<Tool, Untranslatable> {
    let kind = tool.needed("type")?;
    if kind != "function" {
        return Err(tool.refused("type", not_a_function(&kind)));
    }
    let read = read_function(&mut tool)?;
    tool.done()?;
    Ok(read)
}

fn tool_choice(root: &mut Fields) -> Result<ToolChoice, Untranslatable> {
    let Some(mut choice) = choice_object(root)? else { return choice_word(root) };
    if choice.needed("type")? != "function" {
        return Err(choice.refused("type", "only one function can be named"));
    }
    let name = choice.needed("name")?;
    choice.done()?;
    Ok(ToolChoice::Named(name))
}

fn reasoning(root: &mut Fields) -> Result<Option<Reasoning>, Untranslatable> {
    let Some(mut reasoning) = root.object("reasoning")? else { return Ok(None) };
    let word = reasoning.text("effort")?;
    let known = word.as_deref().map(effort);
    let effort = match (known, word) {
        (None, _) => None,
        (Some(Some(effort)), _) => Some(effort),
        (Some(None), word) => {
            let word = word.unwrap_or_default();
            return Err(reasoning.refused("effort", format!("`{word}` has no counterpart there")));
        }
    };
    let summary = reasoning.text("summary")?.or(reasoning.text("generate_summary")?);
    reasoning.done()?;
    Ok(Some(Reasoning { effort, budget: None, shown: summary.map(|_| true) }))
}

fn format(root: &mut Fields) -> Result<Format, Untranslatable> {
    let Some(mut text) = root.object("text")? else { return Ok(Format::Text) };
    text.neutral(&[("verbosity", json!("medium"))])?;
    let format = text.object("format")?;
    text.done()?;
    let Some(mut format) = format else { return Ok(Format::Text) };
    match format.needed("type")?.as_str() {
        "json_schema" => json_schema(format),
        "json_object" => format.done().map(|()| Format::JsonObject),
        "text" => format.done().map(|()| Format::Text),
        other => Err(format.refused("type", format!("`{other}` has no counterpart there"))),
    }
}
