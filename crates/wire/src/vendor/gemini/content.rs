//! The turns of a dialog as contents of Gemini's.
//!
//! Sources: Gemini API reference, `Content`, `Part`, `FunctionCall`, `FunctionResponse` (`output` and `error` of a response);
//! "Thought signatures" (handed back where they stood; a signature may stand on an empty text).

use std::collections::HashMap;

use crate::dialog::{Dialog, Media, Part, Source, Speaker, Untranslatable};
use crate::vendor::gemini::{MADE_ID, NAME};
use crate::vendor::json::{Json, Object};
use crate::vendor::refusal::At;

/// Names of the tools that were called so far, by the id of the call: a response is matched by name.
type Names<'a> = HashMap<&'a str, &'a str>;

/// The seal for calls that Gemini did not make, or whose seal the caller did not keep: models since Gemini 3 refuse a turn
/// whose first call has none, and know this word for it ("Thought signatures", on histories from other models).
const UNSEALED: &str = "skip_thought_signature_validator";

/// Turns of one speaker that follow one another are one content.
pub(crate) fn contents<'a>(dialog: &'a Dialog, model: &str) -> Result<Vec<Json<'a>>, Untranslatable> {
    let wants_seals = !["gemini-1", "gemini-2"].iter().any(|older| model.contains(older));
    let mut names = Names::new();
    let mut joined: Vec<(Speaker, Vec<Json>)> = Vec::new();
    for (at, turn) in dialog.turns.iter().enumerate() {
        if joined.last().is_none_or(|(speaker, _)| *speaker != turn.speaker) {
            joined.push((turn.speaker, Vec::new()));
        }
        let Some((_, parts)) = joined.last_mut() else { continue };
        let unsealed = if wants_seals { first_unsealed(&turn.parts) } else { None };
        for (nth, part) in turn.parts.iter().enumerate() {
            if let Part::Call { id, name, .. } = part {
                names.insert(id, name);
            }
            let written = one(part, turn.speaker, &names, At::new(dialog, NAME, at, nth))?;
            let seal = (unsealed == Some(nth)).then_some(UNSEALED);
            parts.extend(written.map(|part| part.some("thoughtSignature", seal).into()));
        }
    }
    let written = joined.into_iter().filter(|(_, parts)| !parts.is_empty()).map(|(speaker, parts)| {
        let role = if speaker == Speaker::User { "user" } else { "model" };
        Object::of("role", role).put("parts", parts).into()
    });
    Ok(written.collect())
}

/// The first call of a turn, if it has no seal.
fn first_unsealed(parts: &[Part]) -> Option<usize> {
    let is_call = |part: &Part| matches!(part, Part::Call { .. });
    parts.iter().position(is_call).filter(|at| matches!(parts.get(*at), Some(Part::Call { seal: None, .. })))
}

fn one<'a>(
    part: &'a Part,
    speaker: Speaker,
    names: &Names<'a>,
    at: At,
) -> Result<Option<Object<'a>>, Untranslatable> {
    Ok(match (speaker, part) {
        (_, Part::Text(text)) | (Speaker::Assistant, Part::Refusal(text)) => {
            (!text.is_empty()).then(|| Object::of("text", text))
        }
        (Speaker::User, Part::Image { media, detail }) => {
            if detail.as_ref().is_some_and(|detail| detail != "auto") {
                return Err(at.part("image_url.detail", "it is set for the whole request there"));
            }
            Some(blob(media, at)?)
        }
        (Speaker::User, Part::File { media, .. } | Part::Audio(media)) => Some(blob(media, at)?),
        (Speaker::User, Part::Result { id, parts, failed }) => Some(response(id, parts, *failed, names, at)?),
        (Speaker::Assistant, Part::Call { id, name, arguments, seal }) => {
            let call =
                Object::new().some("id", given(id)).put("name", name).put("args", at.arguments(arguments)?);
            Some(Object::of("functionCall", call).some("thoughtSignature", seal.as_ref()))
        }
        (Speaker::Assistant, Part::Thought { text, seal }) => thought(text, seal.as_deref()),
        _ => return Err(at.part("type", "this speaker does not say such a thing there")),
    })
}

/// Without its seal a thought is of no use to the model, and left out; so is what another vendor encrypted.
fn thought<'a>(text: &'a str, seal: Option<&'a str>) -> Option<Object<'a>> {
    let seal = seal.filter(|seal| !seal.starts_with(Part::REDACTED))?;
    let is_thought = (!text.is_empty()).then_some(true);
    Some(Object::of("text", text).some("thought", is_thought).put("thoughtSignature", seal))
}

fn given(id: &str) -> Option<&str> {
    (!id.starts_with(MADE_ID)).then_some(id)
}

fn response<'a>(
    id: &'a str,
    parts: &'a [Part],
    failed: bool,
    names: &Names<'a>,
    at: At,
) -> Result<Object<'a>, Untranslatable> {
    let name = names.get(id).copied().ok_or_else(|| {
        at.message("tool_call_id", "it wants the name of the tool, and no call before has this id")
    })?;
    let mut texts = Vec::new();
    for part in parts {
        let Part::Text(text) = part else {
            return Err(at.part("type", "the result of a tool is text; send images in a message of the user"));
        };
        texts.push(text.as_str());
    }
    let response = Object::of(if failed { "error" } else { "output" }, texts.join("\n"));
    let response = Object::new().some("id", given(id)).put("name", name).put("response", response);
    Ok(Object::of("functionResponse", response))
}

fn blob(media: &Media, at: At) -> Result<Object<'_>, Untranslatable> {
    let mime = Some(&media.media_type).filter(|mime| !mime.is_empty());
    match &media.source {
        Source::Url(url) => {
            Ok(Object::of("fileData", Object::new().some("mimeType", mime).put("fileUri", url)))
        }
        Source::Base64(data) => {
            let mime = mime.ok_or_else(|| at.part("type", "it wants the media type of the bytes"))?;
            Ok(Object::of("inlineData", Object::of("mimeType", mime).put("data", data)))
        }
    }
}
