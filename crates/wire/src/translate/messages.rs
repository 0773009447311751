//! Anthropic messages (API reference, "Create a Message").

use serde_json::{Value, json};

use super::fields::Fields;
use super::messages_block as block;
use super::say;
use crate::dialog::{
    Dialog, Effort, Format, Part, Reasoning, Sampling, Speaker, Tool, ToolChoice, Untranslatable,
};

pub(super) fn dialog(mut root: Fields) -> Result<Dialog, Untranslatable> {
    let (tool_choice, parallel_tools) = tool_choice(&mut root)?;
    let mut config = root.object("output_config")?;
    let mut dialog = Dialog {
        model: root.needed("model")?,
        system: system(&mut root)?,
        tools: root.objects("tools")?.into_iter().map(tool).collect::<Result<_, _>>()?,
        tool_choice,
        parallel_tools,
        sampling: sampling(&mut root)?,
        format: format(&mut root, config.as_mut())?,
        reasoning: reasoning(&mut root, config.as_mut())?,
        user: user(&mut root)?,
        stream: root.flag("stream")?.unwrap_or(false),
        ..Dialog::default()
    };
    for message in root.objects("messages")? {
        turn(message, &mut dialog)?;
    }
    root.take("cache_control");
    config.map_or(Ok(()), Fields::done)?;
    root.neutral(&[("service_tier", json!("auto"))])?;
    root.done()?;
    Ok(dialog)
}

fn turn(mut message: Fields, dialog: &mut Dialog) -> Result<(), Untranslatable> {
    let speaker = match message.needed("role")?.as_str() {
        "user" => Speaker::User,
        "assistant" => Speaker::Assistant,
        other => return Err(message.refused("role", format!("`{other}` is not `user` or `assistant`"))),
    };
    let parts = block::content(&mut message, "content")?;
    message.done()?;
    say(&mut dialog.turns, speaker, parts);
    Ok(())
}

fn system(root: &mut Fields) -> Result<Vec<String>, Untranslatable> {
    let parts = block::content(root, "system")?;
    let text = |part| match part {
        Part::Text(text) => Ok(text),
        _ => Err(root.refused("system", "what the system says can only be text")),
    };
    parts.into_iter().map(text).collect()
}

fn sampling(root: &mut Fields) -> Result<Sampling, Untranslatable> {
    Ok(Sampling {
        max_tokens: root.count("max_tokens")?,
        temperature: root.number("temperature")?,
        top_p: root.number("top_p")?,
        top_k: root.count("top_k")?,
        stop: root.texts("stop_sequences")?,
        ..Sampling::default()
    })
}

fn user(root: &mut Fields) -> Result<Option<String>, Untranslatable> {
    let Some(mut metadata) = root.object("metadata")? else { return Ok(None) };
    let user = metadata.text("user_id")?;
    metadata.done()?;
    Ok(user)
}

fn tool(mut tool: Fields) -> Result<Tool, Untranslatable> {
    match tool.text("type")?.as_deref() {
        None | Some("custom") => {}
        Some(other) => return Err(tool.refused("type", super::chat::not_a_function(other))),
    }
    tool.take("cache_control");
    let read = Tool {
        name: tool.needed("name")?,
        description: tool.text("description")?,
        parameters: tool.take("input_schema"),
        strict: tool.flag("strict")?,
    };
    tool.done()?;
    Ok(read)
}

fn tool_choice(root: &mut Fields) -> Result<(ToolChoice, Option<bool>), Untranslatable> {
    let Some(mut choice) = root.object("tool_choice")? else { return Ok((ToolChoice::Auto, None)) };
    let kind = choice.needed("type")?;
    let one_at_a_time = choice.flag("disable_parallel_tool_use")?;
    let read = match kind.as_str() {
        "auto" => ToolChoice::Auto,
        "any" => ToolChoice::Required,
        "none" => ToolChoice::Never,
        "tool" => ToolChoice::Named(choice.needed("name")?),
        other => return Err(choice.refused("type", format!("`{other}` has no counterpart there"))),
    };
    choice.done()?;
    Ok((read, one_at_a_time.map(|one| !one)))
}

/// `thinking` and `output_config.effort`. An adaptive budget is the vendor's own choice, as where nothing is said.
fn reasoning(root: &mut Fields, config: Option<&mut Fields>) -> Result<Option<Reasoning>, Untranslatable> {
    let effort = config.map_or(Ok(None), effort)?;
    let Some(mut thinking) = root.object("thinking")? else {
        return Ok(effort.map(|effort| Reasoning { effort: Some(effort), ..Reasoning::default() }));
    };
    let kind = thinking.needed("type")?;
    let budget = match kind.as_str() {
        "enabled" => thinking.count("budget_tokens")?,
        "disabled" => Some(0),
        "adaptive" => None,
        other => return Err(thinking.refused("type", format!("`{other}` has no counterpart there"))),
    };
    let shown = match thinking.text("display")?.as_deref() {
        Some("omitted") => Some(false),
        Some("summarized") => Some(true),
        None => (kind != "disabled").then_some(true),
        Some(other) => return Err(thinking.refused("display", format!("`{other}` is not known"))),
    };
    thinking.done()?;
    Ok(Some(Reasoning { effort, budget, shown }))
}

fn effort(config: &mut Fields) -> Result<Option<Effort>, Untranslatable> {
    let Some(word) = config.text("effort")? else { return Ok(None) };
    super::chat::effort(&word)
        .map(Some)
        .ok_or_else(|| config.refused("effort", format!("`{word}` has no counterpart there")))
}

/// `output_config.format`, or `output_format` as the first version called it.
fn format(root: &mut Fields, config: Option<&mut Fields>) -> Result<Format, Untranslatable> {
    let older = root.object("output_format")?;
    let newer = config.map_or(Ok(None), |config| config.object("format"))?;
    let Some(mut format) = newer.or(older) else { return Ok(Format::Text) };
    if format.needed("type")? != "json_schema" {
        return Err(format.refused("type", "only `json_schema` can be carried over"));
    }
    let schema = format.take("schema").unwrap_or(Value::Object(serde_json::Map::new()));
    format.done()?;
    Ok(Format::JsonSchema { name: "answer".to_owned(), schema, strict: Some(true) })
}
