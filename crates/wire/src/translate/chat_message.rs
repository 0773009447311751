//! Messages of the chat wire.

use serde_json::Value;

use super::fields::Fields;
use super::{media, say};
use crate::dialog::{Dialog, Media, Part, Source, Speaker, Untranslatable};

/// Adds a message to the dialog.
pub(super) fn read(mut message: Fields, dialog: &mut Dialog) -> Result<(), Untranslatable> {
    let role = message.needed("role")?;
    match role.as_str() {
        "system" | "developer" => system(&mut message, dialog)?,
        "user" => {
            let parts = content(&mut message)?;
            say(&mut dialog.turns, Speaker::User, parts);
        }
        "tool" => {
            let id = message.needed("tool_call_id")?;
            let parts = content(&mut message)?;
            say(&mut dialog.turns, Speaker::User, vec![Part::Result { id, parts, failed: false }]);
        }
        "assistant" => {
            let parts = assistant(&mut message)?;
            say(&mut dialog.turns, Speaker::Assistant, parts);
        }
        other => return Err(message.refused("role", format!("`{other}` has no counterpart there"))),
    }
    message.done()
}

/// What the system says later than at the beginning would say something else at the beginning.
fn system(message: &mut Fields, dialog: &mut Dialog) -> Result<(), Untranslatable> {
    if !dialog.turns.is_empty() {
        return Err(message.refused("role", "what the system says can only stand at the beginning"));
    }
    for part in content(message)? {
        match part {
            Part::Text(text) => dialog.system.push(text),
            _ => return Err(message.refused("content", "what the system says can only be text")),
        }
    }
    Ok(())
}

fn assistant(message: &mut Fields) -> Result<Vec<Part>, Untranslatable> {
    let mut parts = Vec::new();
    if let Some(text) = message.text("reasoning_content")?.filter(|text| !text.is_empty()) {
        parts.push(Part::Thought { text, seal: None });
    }
    parts.extend(content(message)?);
    if let Some(refusal) = message.text("refusal")? {
        parts.push(Part::Refusal(refusal));
    }
    for call in message.objects("tool_calls")? {
        parts.push(read_call(call)?);
    }
    Ok(parts)
}

fn read_call(mut call: Fields) -> Result<Part, Untranslatable> {
    match call.text("type")?.as_deref() {
        None | Some("function") => {}
        Some(other) => return Err(call.refused("type", super::chat::not_a_function(other))),
    }
    let id = call.needed("id")?;
    call.take("index");
    let seal = seal(&mut call)?;
    let mut function = call.object("function")?.ok_or_else(|| call.wrong("function", "there"))?;
    call.done()?;
    let name = function.needed("name")?;
    let arguments = function.text("arguments")?.unwrap_or_default();
    function.done()?;
    Ok(Part::Call { id, name, arguments, seal })
}

/// Google's extension for the seal on a call (Gemini API, "OpenAI compatibility", `extra_content`).
fn seal(call: &mut Fields) -> Result<Option<String>, Untranslatable> {
    let Some(mut extra) = call.object("extra_content")? else { return Ok(None) };
    let Some(mut google) = extra.object("google")? else { return extra.done().map(|()| None) };
    let seal = google.text("thought_signature")?;
    google.done()?;
    extra.done()?;
    Ok(seal)
}

fn content(message: &mut Fields) -> Result<Vec<Part>, Untranslatable> {
    match message.take("content") {
        None => Ok(Vec::new()),
        Some(Value::String(text)) if text.is_empty() => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(vec![Part::Text(text)]),
        Some(list) => {
            message.put("content", list);
            message.objects("content")?.into_iter().map(part).collect()
        }
    }
}

fn part(mut part: Fields) -> Result<Part, Untranslatable> {
    let kind = part.needed("type")?;
    part.take("cache_control");
    let read = match kind.as_str() {
        "text" => Part::Text(part.needed("text")?),
        "refusal" => Part::Refusal(part.needed("refusal")?),
        "image_url" => image(needed(&mut part, "image_url")?)?,
        "input_audio" => audio(needed(&mut part, "input_audio")?)?,
        "file" => file(needed(&mut part, "file")?)?,
        other => return Err(part.refused("type", format!("`{other}` has no counterpart there"))),
    };
    part.done()?;
    Ok(read)
}

fn needed(part: &mut Fields, name: &str) -> Result<Fields, Untranslatable> {
    part.object(name)?.ok_or_else(|| part.wrong(name, "there"))
}

fn image(mut image: Fields) -> Result<Part, Untranslatable> {
    let read = Part::Image { media: media(image.needed("url")?), detail: image.text("detail")? };
    image.done()?;
    Ok(read)
}

/// OpenAI names `wav` and `mp3`; the media type of the latter is RFC 3003's.
pub(super) fn audio(mut audio: Fields) -> Result<Part, Untranslatable> {
    let format = audio.needed("format")?;
    let media_type = match format.as_str() {
        "wav" => "audio/wav".to_owned(),
        "mp3" => "audio/mpeg".to_owned(),
        other => return Err(audio.refused("format", format!("`{other}` is not `wav` or `mp3`"))),
    };
    let read = Part::Audio(Media { media_type, source: Source::Base64(audio.needed("data")?) });
    audio.done()?;
    Ok(read)
}

fn file(mut file: Fields) -> Result<Part, Untranslatable> {
    if file.has("file_id") {
        return Err(file.refused("file_id", "the file is with one vendor; send its bytes in `file_data`"));
    }
    let name = file.text("filename")?;
    let media = media(file.needed("file_data")?);
    if matches!(media.source, Source::Url(_)) {
        return Err(file.wrong("file_data", "a `data:` address in base64, with its media type"));
    }
    file.done()?;
    Ok(Part::File { media, name })
}
