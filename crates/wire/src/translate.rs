//! Requests of each wire, read as no vendor writes them. A field is carried over, is set to what it means when absent,
//! or is refused by name; so is whatever is not on the lists here, since its meaning is not known.

mod chat;
mod chat_message;
mod fields;
mod messages;
mod messages_block;
mod responses;
mod responses_item;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::Wire;
use crate::dialog::{Dialog, Media, Source, Speaker, Turn, Untranslatable};
use fields::Fields;

/// What a request is carried over to, for a person.
const TO: &str = "another wire";

/// Reads the body of a request.
pub(crate) fn dialog(wire: Wire, body: &[u8]) -> Result<Dialog, Untranslatable> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|_| Untranslatable::new("", TO, "the body is not JSON that can be read as a whole"))?;
    let root = Fields::root(value)?;
    match wire {
        Wire::Chat => chat::dialog(root),
        Wire::Responses => responses::dialog(root),
        Wire::Messages | Wire::CountTokens => messages::dialog(root),
        Wire::Embeddings => Err(Untranslatable::new("input", TO, "embeddings are not a conversation")),
    }
}

/// A refusal of a field.
fn refuse(path: impl Into<String>, why: impl Into<String>) -> Untranslatable {
    Untranslatable::new(path, TO, why)
}

/// Bytes in a `data:` address in base64 (RFC 2397), or an address.
fn media(address: String) -> Media {
    let inside = address.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:"));
    let data = inside.and_then(|_| address.get(5..)?.split_once(','));
    match data.and_then(|(head, data)| Some((head.strip_suffix(";base64")?, data))) {
        Some((media_type, data)) => {
            Media { media_type: media_type.to_owned(), source: Source::Base64(data.to_owned()) }
        }
        None => Media { media_type: String::new(), source: Source::Url(address) },
    }
}

/// Adds parts to the last turn if the same speaker goes on, as results of tools and what is said with them must be
/// one turn for most vendors.
fn say(turns: &mut Vec<Turn>, speaker: Speaker, parts: Vec<crate::dialog::Part>) {
    match turns.last_mut() {
        Some(last) if last.speaker == speaker => last.parts.extend(parts),
        _ => turns.push(Turn { speaker, parts }),
    }
}
