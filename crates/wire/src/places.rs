//! What stands where in the bodies of each wire: a closed list of places that hold structure, so that every other
//! string is text. A field that nobody knows yet is therefore read, never skipped.
//!
//! Arrays are transparent: an element stands at the same place as its array. Sources: OpenAI API reference (chat
//! completions, responses, embeddings) and Anthropic API reference (messages, count tokens).

mod chat;
mod messages;
mod responses;
mod schema;

use crate::Wire;

/// A place in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Anything: strings are text, keys are text.
    Free,
    /// One of the words of the wire.
    Word,
    /// An id or a tool's name.
    Id,
    /// The model's name.
    Model,
    /// A number that sets something.
    Number,
    /// JSON written as a string: the arguments of a call.
    Arguments,
    /// Thoughts under a seal.
    Thought,
    /// A seal, or what only its vendor can read.
    Sealed,
    /// Bytes of this kind in base64.
    Blob(Kind),
    /// The address of something, or a `data:` address that holds it.
    Address(Kind),
    /// The id of a file that the vendor keeps.
    FileId,
    /// Numbers that stand for pieces of text.
    Tokens,
    /// Probabilities of tokens, and so their text.
    Logprobs,
    /// Padding against guesses by size.
    Padding,
    /// A wish for caching.
    CacheHint,
    /// The `type` of a tool, which says who runs it.
    ToolKind,
    /// A list that makes the vendor connect elsewhere or keep something.
    Connector,
    /// JSON Schema, and the map of its properties.
    Schema,
    /// See [`Place::Schema`].
    Properties,
    Chat(chat::At),
    Messages(messages::At),
    Responses(responses::At),
}

/// What cannot be read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An image.
    Image,
    /// A recording.
    Audio,
    /// A document, here or kept by the vendor.
    File,
    /// Text as numbers.
    Tokens,
    /// Sealed by the vendor for the vendor.
    Sealed,
}

impl Kind {
    /// The kind in words, for people.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Image => "an image",
            Kind::Audio => "a recording",
            Kind::File => "a document",
            Kind::Tokens => "text as numbers",
            Kind::Sealed => "sealed text",
        }
    }
}

/// What a string is by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Text,
    Json,
    Thought,
    /// Structure; not to be read or changed.
    Keep,
    Unreadable(Kind),
    /// Text, and what it points to cannot be read.
    Address(Kind),
}

impl Place {
    /// The outermost object of a request.
    pub(crate) fn request(wire: Wire) -> Place {
        match wire {
            Wire::Chat => Place::Chat(chat::At::Root),
            Wire::Responses => Place::Responses(responses::At::Root),
            Wire::Messages | Wire::CountTokens => Place::Messages(messages::At::Root),
            Wire::Embeddings => Place::Responses(responses::At::Embeddings),
        }
    }

    /// The outermost object of an answer or of an event's data.
    pub(crate) fn answer(wire: Wire) -> Place {
        match wire {
            Wire::Chat => Place::Chat(chat::At::Answer),
            Wire::Responses => Place::Responses(responses::At::Event),
            Wire::Messages | Wire::CountTokens => Place::Messages(messages::At::Event),
            Wire::Embeddings => Place::Responses(responses::At::Vectors),
        }
    }

    /// The place of a member's value; none if the key is not on the list.
    pub(crate) fn child(self, key: &[u8]) -> Option<Place> {
        match self {
            Place::Chat(at) => chat::child(at, key),
            Place::Messages(at) => messages::child(at, key),
            Place::Responses(at) => responses::child(at, key),
            Place::Schema => schema::child(key),
            Place::Sealed => Some(Place::Sealed),
            Place::CacheHint => matches!(key, b"type" | b"ttl").then_some(Place::Word),
            _ => None,
        }
    }

    /// The place of whatever stands below an unknown key of this one.
    pub(crate) fn stranger(self) -> Place {
        if self == Place::Properties { Place::Schema } else { Place::Free }
    }

    /// What a string is at this place. A word or an id that does not look like one is text.
    pub(crate) fn role(self, string: &[u8]) -> Role {
        match self {
            Place::Model | Place::Padding => Role::Keep,
            Place::Word | Place::ToolKind if is_word(string) => Role::Keep,
            Place::Id if is_id(string) => Role::Keep,
            Place::Arguments => Role::Json,
            Place::Thought => Role::Thought,
            Place::Sealed => Role::Unreadable(Kind::Sealed),
            Place::FileId => Role::Unreadable(Kind::File),
            Place::Blob(kind) => Role::Unreadable(kind),
            Place::Address(kind) => address(kind, string),
            Place::Chat(chat::At::ImageUrl) => address(Kind::Image, string),
            _ => Role::Text,
        }
    }

    /// Narrows the place of an object by what it says of itself; `said` gives a member's string if it is there once.
    pub(crate) fn narrowed<'a>(self, said: impl Fn(&[u8]) -> Option<&'a [u8]>) -> Place {
        match self {
            Place::Messages(messages::At::Source) => Place::Messages(messages::source(said)),
            other => other,
        }
    }
}

/// Lower-case ASCII as in `input_text`, `image/png`, `web_search_20250305`.
fn is_word(string: &[u8]) -> bool {
    string.len() <= 64
        && string.first().is_some_and(u8::is_ascii_lowercase)
        && string.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-./+".contains(b))
}

/// ASCII without blanks and signs, with a letter in it, as in `call_a1B2` or `get_weather`.
fn is_id(string: &[u8]) -> bool {
    string.len() <= 128
        && string.iter().any(u8::is_ascii_alphabetic)
        && string.iter().all(|b| b.is_ascii_alphanumeric() || b"_-.:".contains(b))
}

fn address(kind: Kind, string: &[u8]) -> Role {
    if is_data_address(string) { Role::Unreadable(kind) } else { Role::Address(kind) }
}

/// RFC 2397; schemes are case-insensitive (RFC 3986, section 3.1).
fn is_data_address(string: &[u8]) -> bool {
    string.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"data:"))
}
