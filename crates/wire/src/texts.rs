//! Every place of a request where text can hide, and what of it cannot be read.
//!
//! Every string is text unless its place is on the closed list of structure, so a field that nobody knows yet is
//! read. Keys that are not on the list are texts too, and so are long numbers: both may identify a person, and neither
//! can be replaced without changing what the request means.

#[cfg(test)]
mod coverage;

use std::borrow::Cow;
use std::ops::Range;

use crate::places::{Kind, Place, Role};
use crate::request::ReadError;
use crate::walk::{self, Visit};

/// A number with fewer digits is a number; one with as many may be an identifier.
const DIGITS_OF_AN_IDENTIFIER: usize = 7;

/// A text of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextAt<'a> {
    /// The token in the body, quotes included; [`crate::Inbound::path_at`] its start tells the path.
    pub span: Range<usize>,
    /// The text, its escapes undone.
    pub text: Cow<'a, str>,
    /// What the text is.
    pub inside: InsideText,
    /// Whether the text may be replaced. Keys and numbers may not.
    pub replaceable: bool,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InsideText {
    /// Text.
    Plain,
    /// JSON, such as the arguments of a call: what is put in must be escaped once more.
    Json,
    /// Thoughts that their vendor sealed: the vendor takes back the text that it sealed and no other. A mask that gives the same
    /// pseudonyms turn after turn gives that text.
    Sealed,
}

/// A part of a request that cannot be read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unreadable {
    /// Where its token begins in the body; [`crate::Inbound::path_at`] tells the path.
    pub at: usize,
    /// What it is.
    pub kind: Kind,
}

/// All texts, in the order of the body.
pub(crate) fn texts(body: &[u8], root: Place) -> Result<Vec<TextAt<'_>>, ReadError> {
    let mut found = Texts { body, list: Vec::with_capacity(32), broken: None };
    walk::walk(body, root, &mut found);
    match found.broken {
        None => Ok(found.list),
        Some(at) => Err(ReadError::wrong_type(walk::path(body, at), "text of whole Unicode characters")),
    }
}

/// All parts that cannot be read, in the order of the body.
pub(crate) fn unreadable(body: &[u8], root: Place) -> Vec<Unreadable> {
    let mut found = Blind { body, list: Vec::new() };
    walk::walk(body, root, &mut found);
    found.list
}

struct Texts<'a> {
    body: &'a [u8],
    list: Vec<TextAt<'a>>,
    broken: Option<usize>,
}

impl<'a> Texts<'a> {
    fn add(&mut self, token: Range<usize>, inside: InsideText, replaceable: bool) {
        let body = self.body;
        match decoded(body.get(token.clone()).unwrap_or_default()) {
            Some(text) if text.is_empty() => {}
            Some(text) => self.list.push(TextAt { span: token, text, inside, replaceable }),
            None => self.broken = self.broken.or(Some(token.start)),
        }
    }
}

impl Visit for Texts<'_> {
    fn string(&mut self, place: Place, token: Range<usize>) {
        match place.role(walk::inner(self.body, &token)) {
            Role::Text | Role::Address(_) => self.add(token, InsideText::Plain, true),
            Role::Json => self.add(token, InsideText::Json, true),
            Role::Thought => self.add(token, InsideText::Sealed, true),
            Role::Keep | Role::Unreadable(_) => {}
        }
    }

    fn strange_key(&mut self, token: Range<usize>) {
        self.add(token, InsideText::Plain, false);
    }

    fn number(&mut self, place: Place, token: Range<usize>) {
        if matches!(place, Place::Number | Place::Tokens) {
            return;
        }
        let digits = self.body.get(token.clone()).unwrap_or_default();
        if digits.iter().filter(|b| b.is_ascii_digit()).count() < DIGITS_OF_AN_IDENTIFIER {
            return;
        }
        if let Ok(text) = std::str::from_utf8(digits) {
            let text = Cow::Borrowed(text);
            self.list.push(TextAt { span: token, text, inside: InsideText::Plain, replaceable: false });
        }
    }
}

struct Blind<'a> {
    body: &'a [u8],
    list: Vec<Unreadable>,
}

impl Visit for Blind<'_> {
    fn string(&mut self, place: Place, token: Range<usize>) {
        let string = walk::inner(self.body, &token);
        if let Role::Unreadable(kind) | Role::Address(kind) = place.role(string)
            && !string.is_empty()
        {
            self.list.push(Unreadable { at: token.start, kind });
        }
    }

    fn number(&mut self, place: Place, token: Range<usize>) {
        let again = self.list.last().is_some_and(|last| last.kind == Kind::Tokens);
        if place == Place::Tokens && !again {
            self.list.push(Unreadable { at: token.start, kind: Kind::Tokens });
        }
    }

    fn open(&mut self, place: Place, at: usize) {
        let list = self.body.get(at..).unwrap_or_default().strip_prefix(b"[");
        let full = list.is_some_and(|list| !list.trim_ascii_start().starts_with(b"]"));
        if place == Place::Logprobs && full {
            self.list.push(Unreadable { at, kind: Kind::Tokens });
        }
    }
}

/// Undoes the escapes of a string token; none if it holds half a surrogate pair.
fn decoded(token: &[u8]) -> Option<Cow<'_, str>> {
    let inner = token.get(1..token.len().saturating_sub(1))?;
    if memchr::memchr(b'\\', inner).is_none() {
        return std::str::from_utf8(inner).ok().map(Cow::Borrowed);
    }
    serde_json::from_slice::<String>(token).ok().map(Cow::Owned)
}
