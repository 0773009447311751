//! The turns of a dialog as messages of Anthropic's: turns alternate, and results of tools come first.

use crate::dialog::{Dialog, Media, Part, Source, Speaker, Untranslatable};
use crate::vendor::anthropic::{NAME, ask};
use crate::vendor::json::{Json, Object};
use crate::vendor::refusal::At;

/// Turns of one speaker that follow one another are one message. Empty texts are refused there and left out.
pub(crate) fn messages(dialog: &Dialog) -> Result<Vec<Json<'_>>, Untranslatable> {
    let mut joined: Vec<(Speaker, Vec<Json>, Vec<Json>)> = Vec::new();
    for (at, turn) in dialog.turns.iter().enumerate() {
        if joined.last().is_none_or(|(speaker, ..)| *speaker != turn.speaker) {
            joined.push((turn.speaker, Vec::new(), Vec::new()));
        }
        let Some((_, results, rest)) = joined.last_mut() else { continue };
        for (nth, part) in turn.parts.iter().enumerate() {
            let place = At::new(dialog, NAME, at, nth);
            let block = block(part, turn.speaker, place)?;
            if matches!(part, Part::Result { .. }) { results.extend(block) } else { rest.extend(block) }
        }
    }
    let written = joined.into_iter().filter_map(|(speaker, mut content, rest)| {
        content.extend(rest);
        let role = if speaker == Speaker::User { "user" } else { "assistant" };
        (!content.is_empty()).then(|| Object::of("role", role).put("content", content).into())
    });
    Ok(written.collect())
}

fn block(part: &Part, speaker: Speaker, at: At) -> Result<Option<Json<'_>>, Untranslatable> {
    let block = match (speaker, part) {
        (_, Part::Text(text)) | (Speaker::Assistant, Part::Refusal(text)) => {
            return Ok((!text.is_empty()).then(|| ask::text(text)));
        }
        (Speaker::User, Part::Image { media, detail }) => image(media, detail.as_deref(), at)?,
        (Speaker::User, Part::File { media, name }) => document(media, name.as_deref(), at)?,
        (Speaker::User, Part::Audio(_)) => {
            return Err(at.part("input_audio", "it is not asked with recordings"));
        }
        (Speaker::User, Part::Result { id, parts, failed }) => result(id, parts, *failed, at)?,
        (Speaker::Assistant, Part::Call { id, name, arguments, .. }) => {
            let input = at.arguments(arguments)?;
            Object::of("type", "tool_use").put("id", id).put("name", name).put("input", input)
        }
        (Speaker::Assistant, Part::Thought { text, seal }) => {
            return Ok(thought(text, seal.as_deref()).map(Json::from));
        }
        _ => return Err(at.part("type", "this speaker does not say such a thing there")),
    };
    Ok(Some(block.into()))
}

/// Without its seal a thought is refused there, so it is left out.
fn thought<'a>(text: &'a str, seal: Option<&'a str>) -> Option<Object<'a>> {
    let seal = seal?;
    Some(match seal.strip_prefix(Part::REDACTED) {
        Some(data) => Object::of("type", "redacted_thinking").put("data", data),
        None => Object::of("type", "thinking").put("thinking", text).put("signature", seal),
    })
}

fn result<'a>(id: &'a str, parts: &'a [Part], failed: bool, at: At) -> Result<Object<'a>, Untranslatable> {
    let content = parts.iter().map(|part| match part {
        Part::Text(text) => Ok((!text.is_empty()).then(|| ask::text(text))),
        Part::Image { media, detail } => Ok(Some(image(media, detail.as_deref(), at)?.into())),
        Part::File { media, name } => Ok(Some(document(media, name.as_deref(), at)?.into())),
        _ => Err(at.part("type", "the result of a tool is text, images and documents")),
    });
    let content: Vec<Option<Json>> = content.collect::<Result<_, _>>()?;
    Ok(Object::of("type", "tool_result")
        .put("tool_use_id", id)
        .list("content", content.into_iter().flatten().collect())
        .some("is_error", failed.then_some(true)))
}

fn image<'a>(media: &'a Media, detail: Option<&str>, at: At) -> Result<Object<'a>, Untranslatable> {
    if detail.is_some_and(|detail| detail != "auto") {
        return Err(at.part("image_url.detail", "it decides itself how closely to look"));
    }
    Ok(Object::of("type", "image").put("source", source(media)))
}

fn document<'a>(media: &'a Media, name: Option<&'a str>, at: At) -> Result<Object<'a>, Untranslatable> {
    let fits = match media.source {
        Source::Url(_) => ["application/pdf", ""].contains(&media.media_type.as_str()),
        Source::Base64(_) => media.media_type == "application/pdf",
    };
    if !fits {
        return Err(at.part("file", "it reads PDF; send other documents as text"));
    }
    Ok(Object::of("type", "document").put("source", source(media)).some("title", name))
}

fn source(media: &Media) -> Object<'_> {
    match &media.source {
        Source::Url(url) => Object::of("type", "url").put("url", url),
        Source::Base64(data) => {
            Object::of("type", "base64").put("media_type", &media.media_type).put("data", data)
        }
    }
}
