//! What of a request makes the vendor reach out, run something or use what it keeps, and what only wishes for caching.

use std::ops::Range;

use crate::places::Place;
use crate::walk::{self, Visit};

/// The paths of fields that act on the vendor's side. The address of an image is not one: it says no more than its text, which
/// is read, and what the vendor fetches there comes from elsewhere.
pub(super) fn fields(body: &[u8], root: Place) -> Vec<String> {
    let mut found = Acting { body, at: Vec::new() };
    walk::walk(body, root, &mut found);
    found.at.into_iter().map(|at| walk::path(body, at)).collect()
}

/// The paths of wishes for caching.
pub(super) fn cache_hints(body: &[u8], root: Place) -> Vec<String> {
    let mut found = Hints(Vec::new());
    walk::walk(body, root, &mut found);
    found.0.into_iter().map(|at| walk::path(body, at)).collect()
}

/// The path of the first reference to an item that the vendor keeps.
pub(super) fn item_reference(body: &[u8], root: Place) -> Option<String> {
    memchr::memmem::find(body, b"item_reference")?;
    let mut found = References { body, at: None };
    walk::walk(body, root, &mut found);
    found.at.map(|at| walk::path(body, at))
}

struct Acting<'a> {
    body: &'a [u8],
    at: Vec<usize>,
}

impl Visit for Acting<'_> {
    fn string(&mut self, place: Place, token: Range<usize>) {
        let string = walk::inner(self.body, &token);
        let acts = match place {
            Place::FileId | Place::Connector => !string.is_empty(),
            Place::ToolKind => !runs_at_the_caller(string),
            _ => false,
        };
        if acts {
            self.at.push(token.start);
        }
    }

    fn open(&mut self, place: Place, at: usize) {
        if place == Place::Connector && self.body.get(at) == Some(&b'{') {
            self.at.push(at);
        }
    }
}

/// Tools that the model only asks for: the caller runs them and hands back what they gave. Every other kind is taken for
/// one that the vendor runs. OpenAI API reference, `tools`; Anthropic, "Tool use: client tools".
fn runs_at_the_caller(kind: &[u8]) -> bool {
    const OPENAI: [&[u8]; 5] = [b"function", b"custom", b"local_shell", b"apply_patch", b"allowed_tools"];
    const ANTHROPIC: [&[u8]; 3] = [b"bash_20", b"text_editor_20", b"memory_20"];
    OPENAI.contains(&kind) || ANTHROPIC.iter().any(|start| kind.starts_with(start))
}

struct Hints(Vec<usize>);

impl Visit for Hints {
    fn string(&mut self, _: Place, _: Range<usize>) {}

    fn open(&mut self, place: Place, at: usize) {
        if place == Place::CacheHint {
            self.0.push(at);
        }
    }
}

struct References<'a> {
    body: &'a [u8],
    at: Option<usize>,
}

impl Visit for References<'_> {
    fn string(&mut self, place: Place, token: Range<usize>) {
        if place == Place::Word && walk::inner(self.body, &token) == b"item_reference" {
            self.at = self.at.or(Some(token.start));
        }
    }
}
