//! Content blocks of the messages wire.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::fields::Fields;
use crate::dialog::{Media, Part, Source, Untranslatable};

/// A string or an array of blocks.
pub(super) fn content(object: &mut Fields, name: &str) -> Result<Vec<Part>, Untranslatable> {
    match object.take(name) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(vec![Part::Text(text)]),
        Some(list) => {
            object.put(name, list);
            object.objects(name)?.into_iter().map(block).collect()
        }
    }
}

fn block(mut block: Fields) -> Result<Part, Untranslatable> {
    let kind = block.needed("type")?;
    block.take("cache_control");
    let read = match kind.as_str() {
        "text" => Part::Text(block.needed("text")?),
        "image" => Part::Image { media: source(&mut block)?, detail: None },
        "document" => document(&mut block)?,
        "tool_use" => call(&mut block)?,
        "tool_result" => Part::Result {
            id: block.needed("tool_use_id")?,
            parts: content(&mut block, "content")?,
            failed: block.flag("is_error")?.unwrap_or(false),
        },
        "thinking" => Part::Thought { text: block.needed("thinking")?, seal: block.text("signature")? },
        "redacted_thinking" => {
            let data: String = block.needed("data")?;
            Part::Thought { text: String::new(), seal: Some(format!("{}{data}", Part::REDACTED)) }
        }
        other => return Err(block.refused("type", format!("`{other}` has no counterpart there"))),
    };
    block.done()?;
    Ok(read)
}

fn call(block: &mut Fields) -> Result<Part, Untranslatable> {
    let input = block.take("input").unwrap_or_else(|| json!({}));
    if !input.is_object() {
        return Err(block.wrong("input", "an object"));
    }
    Ok(Part::Call {
        id: block.needed("id")?,
        name: block.needed("name")?,
        arguments: input.to_string(),
        seal: None,
    })
}

fn document(block: &mut Fields) -> Result<Part, Untranslatable> {
    let name = block.text("title")?;
    if let Some(citations) = block.take("citations")
        && citations.get("enabled") != Some(&Value::Bool(false))
    {
        return Err(block.refused("citations", "citations have no counterpart there"));
    }
    Ok(Part::File { media: source(block)?, name })
}

fn source(block: &mut Fields) -> Result<Media, Untranslatable> {
    let mut source = block.object("source")?.ok_or_else(|| block.wrong("source", "there"))?;
    let kind = source.needed("type")?;
    let media = match kind.as_str() {
        "base64" => {
            Media { media_type: source.needed("media_type")?, source: Source::Base64(source.needed("data")?) }
        }
        "text" => Media {
            media_type: source.text("media_type")?.unwrap_or_else(|| "text/plain".to_owned()),
            source: Source::Base64(BASE64.encode(source.needed("data")?.as_bytes())),
        },
        "url" => Media { media_type: String::new(), source: Source::Url(source.needed("url")?) },
        other => return Err(source.refused("type", format!("`{other}` has no counterpart there"))),
    };
    source.done()?;
    Ok(media)
}
