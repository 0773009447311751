//! Messages, parsed one by one and only when someone asks.

use std::borrow::Cow;
use std::ops::Range;

use crate::object::{Picker, Slot};
use crate::request::ReadError;

/// One message of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Message<'a> {
    /// `system`, `user`, `assistant`, `tool` or another word the caller uses.
    pub role: Cow<'a, str>,
    /// The content in order; empty if it is absent or null.
    pub parts: Vec<Part<'a>>,
    /// Raw JSON of `tool_calls`, if there are any.
    pub tool_calls: Option<&'a str>,
}

/// One part of a message's content.
#[derive(Debug, Clone, PartialEq)]
pub enum Part<'a> {
    /// Text, from a plain string or from a part of type `text`.
    Text(Cow<'a, str>),
    /// A part that is not text, such as `image_url`.
    Other {
        /// Its type.
        kind: Cow<'a, str>,
    },
}

impl Message<'_> {
    /// All text of the message, its parts joined by a newline.
    pub fn text(&self) -> Cow<'_, str> {
        let mut texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_ref()),
            Part::Other { .. } => None,
        });
        match (texts.next(), texts.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some(only), None) => Cow::Borrowed(only),
            (Some(first), Some(second)) => {
                Cow::Owned([first, second].into_iter().chain(texts).collect::<Vec<_>>().join("\n"))
            }
        }
    }
}

/// Iterates over the messages of a request.
#[derive(Debug, Clone)]
pub struct Messages<'a> {
    body: &'a [u8],
    spans: std::iter::Enumerate<std::slice::Iter<'a, Range<usize>>>,
}

impl<'a> Messages<'a> {
    pub(super) fn new(body: &'a [u8], spans: &'a [Range<usize>]) -> Messages<'a> {
        Messages { body, spans: spans.iter().enumerate() }
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (index, span) = self.spans.next()?;
        let text = self.body.get(span.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok());
        Some(read_message(text.unwrap_or_default(), index))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.spans.size_hint()
    }
}

fn read_message(text: &str, index: usize) -> Result<Message<'_>, ReadError> {
    const FIELDS: Picker = Picker { names: &["role", "content", "tool_calls"], list: "" };
    let path = || format!("messages[{index}]");
    let picked = FIELDS.pick(text).map_err(|_| ReadError::wrong_type(path(), "an object"))?;
    if let Some(fault) = picked.fault {
        return Err(ReadError::from_fault(fault, &format!("{}.", path())));
    }
    let [role, content, tool_calls] = picked.into_slots();
    Ok(Message {
        role: word(&role, || format!("{}.role", path()))?,
        parts: content.text().map_or(Ok(Vec::new()), |raw| read_content(raw, &path()))?,
        tool_calls: tool_calls.text(),
    })
}

fn read_content<'a>(raw: &'a str, path: &str) -> Result<Vec<Part<'a>>, ReadError> {
    const EXPECTED: &str = "a string, an array of parts or null";
    let wrong = || ReadError::wrong_type(format!("{path}.content"), EXPECTED);
    if raw.starts_with('"') {
        return Ok(vec![Part::Text(string(raw).ok_or_else(wrong)?)]);
    }
    let parts: Vec<&serde_json::value::RawValue> = serde_json::from_str(raw).map_err(|_| wrong())?;
    parts
        .iter()
        .enumerate()
        .map(|(at, part)| read_part(part.get(), &format!("{path}.content[{at}]")))
        .collect()
}

fn read_part<'a>(raw: &'a str, path: &str) -> Result<Part<'a>, ReadError> {
    const FIELDS: Picker = Picker::of(&["type", "text"]);
    let picked = FIELDS.pick(raw).map_err(|_| ReadError::wrong_type(path.to_owned(), "an object"))?;
    if let Some(fault) = picked.fault {
        return Err(ReadError::from_fault(fault, &format!("{path}.")));
    }
    let [kind, text] = picked.into_slots();
    match word(&kind, || format!("{path}.type"))? {
        kind if kind == "text" => Ok(Part::Text(word(&text, || format!("{path}.text"))?)),
        kind => Ok(Part::Other { kind }),
    }
}

fn word<'a>(slot: &Slot<'a>, path: impl Fn() -> String) -> Result<Cow<'a, str>, ReadError> {
    let raw = slot.text().ok_or_else(|| ReadError::missing(path()))?;
    string(raw).ok_or_else(|| ReadError::wrong_type(path(), "a string"))
}

/// Decodes a JSON string; borrows if it holds no escapes.
fn string(raw: &str) -> Option<Cow<'_, str>> {
    match serde_json::from_str::<&str>(raw) {
        Ok(plain) => Some(Cow::Borrowed(plain)),
        Err(_) => serde_json::from_str::<String>(raw).ok().map(Cow::Owned),
    }
}
