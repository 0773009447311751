//! Input items of the responses wire.

use serde_json::Value;

use super::chat_message::audio;
use super::fields::Fields;
use super::{media, say};
use crate::dialog::{Dialog, Media, Part, Source, Speaker, Untranslatable};

/// Adds `input` to the dialog.
pub(super) fn input(root: &mut Fields, dialog: &mut Dialog) -> Result<(), Untranslatable> {
    match root.take("input") {
        Some(Value::String(text)) => say(&mut dialog.turns, Speaker::User, vec![Part::Text(text)]),
        Some(list) => {
            root.put("input", list);
            for item in root.objects("input")? {
                read(item, dialog)?;
            }
        }
        None => {}
    }
    Ok(())
}

fn read(mut item: Fields, dialog: &mut Dialog) -> Result<(), Untranslatable> {
    let kind = item.text("type")?;
    // The vendor's names for what was said are of no use elsewhere, and neither is that it was complete.
    item.take("id");
    item.take("status");
    match kind.as_deref().unwrap_or("message") {
        "message" => message(&mut item, dialog)?,
        "function_call" => {
            let call = Part::Call {
                id: item.needed("call_id")?,
                name: item.needed("name")?,
                arguments: item.text("arguments")?.unwrap_or_default(),
                seal: None,
            };
            say(&mut dialog.turns, Speaker::Assistant, vec![call]);
        }
        "function_call_output" => {
            let id = item.needed("call_id")?;
            let parts = content(&mut item, "output")?;
            say(&mut dialog.turns, Speaker::User, vec![Part::Result { id, parts, failed: false }]);
        }
        "reasoning" => {
            let thought = thought(&mut item)?;
            say(&mut dialog.turns, Speaker::Assistant, vec![thought]);
        }
        other => return Err(item.refused("type", format!("`{other}` has no counterpart there"))),
    }
    item.done()
}

fn message(item: &mut Fields, dialog: &mut Dialog) -> Result<(), Untranslatable> {
    item.take("phase");
    let role = item.needed("role")?;
    let parts = content(item, "content")?;
    match role.as_str() {
        "user" => say(&mut dialog.turns, Speaker::User, parts),
        "assistant" => say(&mut dialog.turns, Speaker::Assistant, parts),
        "system" | "developer" if dialog.turns.is_empty() => {
            for part in parts {
                match part {
                    Part::Text(text) => dialog.system.push(text),
                    _ => return Err(item.refused("content", "what the system says can only be text")),
                }
            }
        }
        "system" | "developer" => {
            return Err(item.refused("role", "what the system says can only stand at the beginning"));
        }
        other => return Err(item.refused("role", format!("`{other}` has no counterpart there"))),
    }
    Ok(())
}

fn thought(item: &mut Fields) -> Result<Part, Untranslatable> {
    let mut texts = Vec::new();
    for name in ["summary", "content"] {
        for mut part in item.objects(name)? {
            part.take("type");
            texts.push(part.needed("text")?);
            part.done()?;
        }
    }
    Ok(Part::Thought { text: texts.join("\n\n"), seal: item.text("encrypted_content")? })
}

fn content(item: &mut Fields, name: &str) -> Result<Vec<Part>, Untranslatable> {
    match item.take(name) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(vec![Part::Text(text)]),
        Some(list) => {
            item.put(name, list);
            item.objects(name)?.into_iter().map(part).collect()
        }
    }
}

fn part(mut part: Fields) -> Result<Part, Untranslatable> {
    let kind = part.needed("type")?;
    let read = match kind.as_str() {
        "input_text" | "output_text" => text(&mut part)?,
        "refusal" => Part::Refusal(part.needed("refusal")?),
        "input_image" => image(&mut part)?,
        "input_file" => file(&mut part)?,
        "input_audio" => {
            let inner = part.object("input_audio")?;
            audio(inner.ok_or_else(|| part.wrong("input_audio", "there"))?)?
        }
        other => return Err(part.refused("type", format!("`{other}` has no counterpart there"))),
    };
    part.done()?;
    Ok(read)
}

/// The probabilities of a past answer are no part of what was said.
fn text(part: &mut Fields) -> Result<Part, Untranslatable> {
    part.take("logprobs");
    part.needed("text").map(Part::Text)
}

fn image(part: &mut Fields) -> Result<Part, Untranslatable> {
    kept_by_vendor(part)?;
    Ok(Part::Image { media: media(part.needed("image_url")?), detail: part.text("detail")? })
}

fn file(part: &mut Fields) -> Result<Part, Untranslatable> {
    kept_by_vendor(part)?;
    let name = part.text("filename")?;
    if let Some(url) = part.text("file_url")? {
        return Ok(Part::File { media: Media { media_type: String::new(), source: Source::Url(url) }, name });
    }
    let media = media(part.needed("file_data")?);
    match media.source {
        Source::Base64(_) => Ok(Part::File { media, name }),
        Source::Url(_) => Err(part.wrong("file_data", "a `data:` address in base64, with its media type")),
    }
}

fn kept_by_vendor(part: &Fields) -> Result<(), Untranslatable> {
    if part.has("file_id") {
        return Err(part.refused("file_id", "the file is with one vendor; send its bytes"));
    }
    Ok(())
}
