//! Undoing a mask in a stream of pieces.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::mem;
use std::sync::Arc;

use crate::table::Table;

/// What the text is that originals are put back into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Inside {
    /// Plain text: an original is put back as it was.
    Text,
    /// JSON in which pseudonyms stand in strings, such as the arguments of a tool call: an original is escaped as
    /// JSON wants it (RFC 8259, section 7), and U+2028 and U+2029 too, which end a line in older JavaScript.
    JsonString,
}

/// Puts originals back into a text that comes in pieces. What it gives for the pieces, joined, is what the whole text
/// would have given.
///
/// An end of a piece is held back only while it could still become a pseudonym of the table, so never more than the
/// longest pseudonym, and nothing of a pseudonym that is whole.
#[derive(Clone)]
pub struct Restorer {
    table: Arc<Table>,
    inside: Inside,
    held: String,
    escaped: bool,
}

impl Restorer {
    pub(crate) fn new(table: Arc<Table>, inside: Inside) -> Restorer {
        Restorer { table, inside, held: String::new(), escaped: false }
    }

    /// Takes a piece, and gives what is settled by now. Borrowed, unless something was held or has been put back.
    pub fn push<'t>(&mut self, piece: &'t str) -> Cow<'t, str> {
        if self.table.is_empty() {
            return Cow::Borrowed(piece);
        }
        if self.held.is_empty() {
            return self.settle(piece);
        }
        let text = mem::take(&mut self.held) + piece;
        Cow::Owned(self.settle(&text).into_owned())
    }

    /// What was still held when the text ended. The restorer is then as new.
    pub fn finish(&mut self) -> String {
        self.escaped = false;
        mem::take(&mut self.held)
    }

    fn settle<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        let (settled, open) = text.split_at_checked(self.table.open_end(text)).unwrap_or((text, ""));
        self.held.push_str(open);
        let restored = self.table.restore(settled, self.inside, self.escaped);
        self.escaped = self.inside.takes_next(settled, self.escaped);
        restored
    }
}

impl fmt::Debug for Restorer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Restorer")
            .field("len", &self.table.len())
            .field("inside", &self.inside)
            .finish_non_exhaustive()
    }
}

impl Inside {
    /// Whether the end of `text` is a backslash that makes the next character an escape: a tab before `axid` is
    /// written `\taxid` and no `taxid`. `escaped` is the same of what stands before the text.
    pub(crate) fn takes_next(self, text: &str, escaped: bool) -> bool {
        let backslashes = text.bytes().rev().take_while(|byte| *byte == b'\\').count();
        let escaped = escaped && backslashes == text.len();
        self == Inside::JsonString && (backslashes % 2 == 1) != escaped
    }

    pub(crate) fn put(self, original: &str, to: &mut String) {
        match self {
            Inside::Text => to.push_str(original),
            Inside::JsonString => original.chars().for_each(|letter| escape(letter, to)),
        }
    }
}

fn escape(letter: char, to: &mut String) {
    match letter {
        '"' => to.push_str("\\\""),
        '\\' => to.push_str("\\\\"),
        '\n' => to.push_str("\\n"),
        '\r' => to.push_str("\\r"),
        '\t' => to.push_str("\\t"),
        '\0'..='\u{1f}' | '\u{2028}' | '\u{2029}' => {
            // Writing to a string does not fail.
            let _ = write!(to, "\\u{:04x}", u32::from(letter));
        }
        _ => to.push(letter),
    }
}
