//! The turns of a dialog as messages of Chat Completions.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::dialog::{Dialog, Media, Part, Source, Speaker, Turn, Untranslatable};
use crate::vendor::Flavor;
use crate::vendor::json::{Json, Object};
use crate::vendor::openai::name;
use crate::vendor::refusal::At;

pub(crate) fn all(dialog: &Dialog, flavor: Flavor) -> Result<Vec<Json<'_>>, Untranslatable> {
    let mut out: Vec<Json> =
        dialog.system.iter().map(|text| Object::of("role", "system").put("content", text).into()).collect();
    for (at, turn) in dialog.turns.iter().enumerate() {
        let place = |part| At::new(dialog, name(flavor), at, part);
        match turn.speaker {
            Speaker::User => user(turn, flavor, place, &mut out)?,
            Speaker::Assistant => out.push(assistant(turn, flavor, place)?.into()),
        }
    }
    Ok(out)
}

/// Results of tools are messages of their own; what stands between them is one of the user's.
fn user<'a>(
    turn: &'a Turn,
    flavor: Flavor,
    place: impl Fn(usize) -> At,
    out: &mut Vec<Json<'a>>,
) -> Result<(), Untranslatable> {
    let mut said: Vec<&'a Part> = Vec::new();
    let mut from = 0;
    for (at, part) in turn.parts.iter().enumerate() {
        let Part::Result { id, parts, failed } = part else {
            if said.is_empty() {
                from = at;
            }
            said.push(part);
            continue;
        };
        out.extend(message(&std::mem::take(&mut said), flavor, |at| place(from + at))?);
        let content = result(parts, *failed, place(at))?;
        let id = call_id(id, flavor);
        out.push(
            Object::of("role", "tool").put("tool_call_id", Json::Text(id)).put("content", content).into(),
        );
    }
    out.extend(message(&said, flavor, |at| place(from + at))?);
    Ok(())
}

fn message<'a>(
    parts: &[&'a Part],
    flavor: Flavor,
    place: impl Fn(usize) -> At,
) -> Result<Option<Json<'a>>, Untranslatable> {
    let content: Json = match parts {
        [] => return Ok(None),
        [Part::Text(text)] => text.into(),
        parts => {
            let parts = parts.iter().enumerate().map(|(at, part)| said(part, flavor, place(at)));
            parts.collect::<Result<Vec<_>, _>>()?.into()
        }
    };
    Ok(Some(Object::of("role", "user").put("content", content).into()))
}

fn said<'a>(part: &'a Part, flavor: Flavor, at: At) -> Result<Json<'a>, Untranslatable> {
    let object = match part {
        Part::Text(text) => Object::of("type", "text").put("text", text),
        Part::Image { media, detail } => image(media, detail.as_deref(), flavor, at)?,
        Part::File { media, name } => file(media, name.as_deref(), flavor, at)?,
        Part::Audio(media) => audio(media, flavor, at)?,
        _ => return Err(at.part("type", "only the model calls, thinks and refuses")),
    };
    Ok(object.into())
}

fn image<'a>(
    media: &'a Media,
    detail: Option<&'a str>,
    flavor: Flavor,
    at: At,
) -> Result<Object<'a>, Untranslatable> {
    let detail = detail.filter(|detail| flavor != Flavor::Ollama || *detail != "auto");
    if flavor == Flavor::Ollama && (matches!(media.source, Source::Url(_)) || detail.is_some()) {
        return Err(at.part("image_url", "it takes images in base64 only, and no detail"));
    }
    let image = Object::of("url", address(media)).some("detail", detail);
    Ok(Object::of("type", "image_url").put("image_url", image))
}

fn file<'a>(
    media: &'a Media,
    name: Option<&'a str>,
    flavor: Flavor,
    at: At,
) -> Result<Object<'a>, Untranslatable> {
    match (flavor, &media.source) {
        (Flavor::OpenAi | Flavor::Azure, Source::Base64(_)) => {
            let file = Object::new().some("filename", name).put("file_data", address(media));
            Ok(Object::of("type", "file").put("file", file))
        }
        (Flavor::Mistral, _) => {
            let file = Object::of("type", "document_url").put("document_url", address(media));
            Ok(file.some("document_name", name))
        }
        (Flavor::OpenAi | Flavor::Azure, _) => Err(at.part("file", "send the bytes in base64")),
        _ => Err(at.part("file", "it reads no documents; send their text")),
    }
}

fn audio<'a>(media: &'a Media, flavor: Flavor, at: At) -> Result<Object<'a>, Untranslatable> {
    let format = match media.media_type.as_str() {
        "audio/wav" | "audio/x-wav" | "audio/wave" => Some("wav"),
        "audio/mpeg" | "audio/mp3" => Some("mp3"),
        _ => None,
    };
    match (flavor, &media.source, format) {
        (Flavor::OpenAi | Flavor::Azure | Flavor::Vllm, Source::Base64(data), Some(format)) => {
            let audio = Object::of("data", data).put("format", format);
            Ok(Object::of("type", "input_audio").put("input_audio", audio))
        }
        (Flavor::Mistral | Flavor::Ollama, ..) => {
            Err(at.part("input_audio", "it is not asked with recordings"))
        }
        _ => Err(at.part("input_audio", "send WAV or MP3 in base64")),
    }
}

/// An address, or the bytes as one (RFC 2397).
fn address(media: &Media) -> Json<'_> {
    match &media.source {
        Source::Url(url) => url.into(),
        Source::Base64(data) => format!("data:{};base64,{data}", media.media_type).into(),
    }
}

/// The content of a tool's message is text.
fn result(parts: &[Part], failed: bool, at: At) -> Result<String, Untranslatable> {
    let mut out = String::from(if failed { "Error: " } else { "" });
    for (nth, part) in parts.iter().enumerate() {
        let Part::Text(text) = part else {
            return Err(at.part("type", "the result of a tool is text; send images in a message of the user"));
        };
        out.push_str(if nth > 0 { "\n" } else { "" });
        out.push_str(text);
    }
    Ok(out)
}

/// Thoughts are left out: Chat Completions have no place for those of earlier turns.
fn assistant<'a>(
    turn: &'a Turn,
    flavor: Flavor,
    place: impl Fn(usize) -> At,
) -> Result<Object<'a>, Untranslatable> {
    let (mut texts, mut calls, mut refusal) = (Vec::new(), Vec::new(), None);
    for (at, part) in turn.parts.iter().enumerate() {
        match part {
            Part::Text(text) => texts.push(text),
            Part::Refusal(text) if matches!(flavor, Flavor::OpenAi | Flavor::Azure) => refusal = Some(text),
            Part::Refusal(text) => texts.push(text),
            Part::Call { id, name, arguments, .. } => calls.push(call(id, name, arguments, flavor)),
            Part::Thought { .. } => {}
            _ => return Err(place(at).part("type", "the model answers in text and calls")),
        }
    }
    let content: Option<Json> = match texts.as_slice() {
        [] => None,
        [text] => Some((*text).into()),
        texts => Some(texts.iter().map(|text| text_part(text)).collect::<Vec<Json>>().into()),
    };
    let needs_content = calls.is_empty() && refusal.is_none();
    let content = content.or_else(|| needs_content.then(|| "".into()));
    Ok(Object::of("role", "assistant")
        .some("content", content)
        .some("refusal", refusal)
        .list("tool_calls", calls))
}

fn text_part(text: &str) -> Json<'_> {
    Object::of("type", "text").put("text", text).into()
}

fn call<'a>(id: &'a str, name: &'a str, arguments: &'a str, flavor: Flavor) -> Json<'a> {
    let function = Object::of("name", name).put("arguments", arguments);
    let call = Object::of("id", Json::Text(call_id(id, flavor))).put("type", "function");
    call.put("function", function).into()
}

/// Mistral wants ids of nine letters and digits (mistral-common, `InvalidToolCallException`); those of other vendors become
/// such, the same one for a call and its result.
fn call_id(id: &str, flavor: Flavor) -> Cow<'_, str> {
    let fits = id.len() == 9 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if flavor != Flavor::Mistral || fits {
        return Cow::Borrowed(id);
    }
    let digest = Sha256::digest(id.as_bytes());
    let letters = digest.iter().take(9).map(|byte| char::from(b'a' + byte % 26));
    Cow::Owned(letters.collect())
}
