//! The turns of a dialog as messages of Converse.
//!
//! Sources: Amazon Bedrock API reference, `ContentBlock`, `ImageBlock`, `DocumentBlock`, `ToolResultBlock`,
//! `ReasoningContentBlock`. Bytes are in base64 in JSON.

use crate::dialog::{Dialog, Media, Part, Source, Speaker, Untranslatable};
use crate::vendor::bedrock::NAME;
use crate::vendor::json::{Json, Object};
use crate::vendor::refusal::At;

/// Turns of one speaker that follow one another are one message, since they must alternate. Empty texts are left out.
pub(crate) fn messages(dialog: &Dialog) -> Result<Vec<Json<'_>>, Untranslatable> {
    let mut joined: Vec<(Speaker, Vec<Json>)> = Vec::new();
    for (at, turn) in dialog.turns.iter().enumerate() {
        if joined.last().is_none_or(|(speaker, _)| *speaker != turn.speaker) {
            joined.push((turn.speaker, Vec::new()));
        }
        let Some((_, content)) = joined.last_mut() else { continue };
        for (nth, part) in turn.parts.iter().enumerate() {
            content.extend(block(part, turn.speaker, At::new(dialog, NAME, at, nth))?.map(Json::from));
        }
    }
    let written = joined.into_iter().filter(|(_, content)| !content.is_empty()).map(|(speaker, content)| {
        let role = if speaker == Speaker::User { "user" } else { "assistant" };
        Object::of("role", role).put("content", content).into()
    });
    Ok(written.collect())
}

fn block(part: &Part, speaker: Speaker, at: At) -> Result<Option<Object<'_>>, Untranslatable> {
    Ok(match (speaker, part) {
        (_, Part::Text(text)) | (Speaker::Assistant, Part::Refusal(text)) => text_block(text),
        (Speaker::User, Part::Image { media, detail }) => Some(image(media, detail.as_deref(), at)?),
        (Speaker::User, Part::File { media, name }) => Some(document(media, name.as_deref(), at)?),
        (Speaker::User, Part::Audio(_)) => {
            return Err(at.part("input_audio", "it is not asked with recordings"));
        }
        (Speaker::User, Part::Result { id, parts, failed }) => Some(result(id, parts, *failed, at)?),
        (Speaker::Assistant, Part::Call { id, name, arguments, .. }) => {
            let call = Object::of("toolUseId", id).put("name", name).put("input", at.arguments(arguments)?);
            Some(Object::of("toolUse", call))
        }
        (Speaker::Assistant, Part::Thought { text, seal }) => thought(text, seal.as_deref()),
        _ => return Err(at.part("type", "this speaker does not say such a thing there")),
    })
}

fn text_block(text: &str) -> Option<Object<'_>> {
    (!text.is_empty()).then(|| Object::of("text", text))
}

/// Models that seal their thoughts refuse those without a seal, and the others need none back.
fn thought<'a>(text: &'a str, seal: Option<&'a str>) -> Option<Object<'a>> {
    let seal = seal?;
    let content = match seal.strip_prefix(Part::REDACTED) {
        Some(data) => Object::of("redactedContent", data),
        None => Object::of("reasoningText", Object::of("text", text).put("signature", seal)),
    };
    Some(Object::of("reasoningContent", content))
}

fn result<'a>(id: &'a str, parts: &'a [Part], failed: bool, at: At) -> Result<Object<'a>, Untranslatable> {
    let content = parts.iter().map(|part| match part {
        Part::Text(text) => Ok(text_block(text)),
        Part::Image { media, detail } => image(media, detail.as_deref(), at).map(Some),
        Part::File { media, name } => document(media, name.as_deref(), at).map(Some),
        _ => Err(at.part("type", "the result of a tool is text, images and documents")),
    });
    let content: Vec<Option<Object>> = content.collect::<Result<_, _>>()?;
    let content: Vec<Json> = content.into_iter().flatten().map(Json::from).collect();
    let result = Object::of("toolUseId", id).put("content", content);
    Ok(Object::of("toolResult", result.some("status", failed.then_some("error"))))
}

fn image<'a>(media: &'a Media, detail: Option<&str>, at: At) -> Result<Object<'a>, Untranslatable> {
    if detail.is_some_and(|detail| detail != "auto") {
        return Err(at.part("image_url.detail", "it decides itself how closely to look"));
    }
    let format = match media.media_type.as_str() {
        "image/png" => "png",
        "image/jpeg" => "jpeg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        _ => return Err(at.part("image_url", "send PNG, JPEG, GIF or WebP in base64")),
    };
    let source = bytes(media).ok_or_else(|| at.part("image_url", "send the image in base64"))?;
    Ok(Object::of("image", Object::of("format", format).put("source", source)))
}

fn document<'a>(media: &'a Media, name: Option<&str>, at: At) -> Result<Object<'a>, Untranslatable> {
    let format = match media.media_type.as_str() {
        "application/pdf" => "pdf",
        "text/csv" => "csv",
        "application/msword" => "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "text/html" => "html",
        "text/plain" => "txt",
        "text/markdown" => "md",
        _ => return Err(at.part("file", "it reads PDF, CSV, Word, Excel, HTML, text and Markdown")),
    };
    let source = bytes(media).ok_or_else(|| at.part("file", "send the document in base64"))?;
    let document = Object::of("format", format).put("name", document_name(name)).put("source", source);
    Ok(Object::of("document", document))
}

fn bytes(media: &Media) -> Option<Object<'_>> {
    match &media.source {
        Source::Base64(data) => Some(Object::of("bytes", data)),
        Source::Url(_) => None,
    }
}

/// Letters, digits, single spaces, hyphens, parentheses and square brackets may be in a name (`DocumentBlock`, `name`).
fn document_name(name: Option<&str>) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || "-()[]".contains(c) { c } else { ' ' };
    let plain: String = name.unwrap_or_default().chars().map(allowed).take(200).collect();
    let words: Vec<&str> = plain.split_ascii_whitespace().collect();
    if words.is_empty() { "document".to_owned() } else { words.join(" ") }
}
