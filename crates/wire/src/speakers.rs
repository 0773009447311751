//! Who says what in a request: whose words stand between which bytes of its body.
//!
//! By the structure of each wire alone: what a text claims of itself, such as a role in its words, says nothing. Where the structure
//! does not tell, nobody in particular speaks.

#[cfg(test)]
mod tests;

use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::inbound::Wire;

/// Who a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Speaker {
    /// The operator's or developer's own: system and developer messages, `instructions`, descriptions of tools.
    Instructions,
    /// The person who asks.
    User,
    /// The model, in an earlier turn.
    Assistant,
    /// A tool that was called.
    Tool,
    /// A text that was attached.
    Document,
    /// None of these, or not known.
    Other,
}

/// The speakers of a request, by the bytes of its body.
#[derive(Debug, Clone, Default)]
pub struct Speakers {
    /// A part within another comes after it.
    parts: Vec<(Range<usize>, Speaker)>,
    messages: usize,
}

impl Speakers {
    /// Whose words begin at this byte of the body.
    pub fn at(&self, at: usize) -> Speaker {
        let innermost = self.parts.iter().rev().find(|(span, _)| span.contains(&at));
        innermost.map_or(Speaker::Other, |(_, speaker)| *speaker)
    }

    /// How many messages the request has.
    pub fn messages(&self) -> usize {
        self.messages
    }

    fn add(&mut self, body: &[u8], raw: &RawValue, speaker: Speaker) {
        let start = raw.get().as_ptr().addr().wrapping_sub(body.as_ptr().addr());
        self.parts.push((start..start.saturating_add(raw.get().len()), speaker));
    }
}

/// The members that tell who speaks.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    messages: Option<&'a RawValue>,
    #[serde(borrow, default)]
    input: Option<&'a RawValue>,
    #[serde(borrow, default)]
    system: Option<&'a RawValue>,
    #[serde(borrow, default)]
    instructions: Option<&'a RawValue>,
    #[serde(borrow, default)]
    tools: Option<&'a RawValue>,
    #[serde(borrow, default)]
    functions: Option<&'a RawValue>,
}

/// A message, an item of `input`, or a part of either.
#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow, default)]
    role: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default)]
    content: Option<&'a RawValue>,
}

/// Who speaks where in a body that was read on this wire.
pub(crate) fn speakers(wire: Wire, body: &[u8]) -> Speakers {
    let mut found = Speakers::default();
    // What the wire's own reader accepted and this one does not has a shape in which nobody in particular speaks.
    let Ok(parts) = serde_json::from_slice::<Body<'_>>(body) else { return found };
    for own in [parts.system, parts.instructions, parts.tools, parts.functions].into_iter().flatten() {
        found.add(body, own, Speaker::Instructions);
    }
    match wire {
        Wire::Embeddings => {
            parts.input.into_iter().for_each(|input| found.add(body, input, Speaker::Document))
        }
        Wire::Responses => parts.input.into_iter().for_each(|input| items(&mut found, body, input)),
        Wire::Chat | Wire::Messages | Wire::CountTokens => {
            parts.messages.into_iter().for_each(|messages| items(&mut found, body, messages));
        }
    }
    found
}

/// Messages or items in a list; a text alone is the user's.
fn items(found: &mut Speakers, body: &[u8], list: &RawValue) {
    let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(list.get()) else {
        found.messages += 1;
        return found.add(body, list, Speaker::User);
    };
    found.messages += items.len();
    for raw in items {
        let Ok(item) = serde_json::from_str::<Part<'_>>(raw.get()) else {
            found.add(body, raw, Speaker::User);
            continue;
        };
        found.add(body, raw, speaker_of(&item));
        item.content.into_iter().for_each(|content| blocks(found, body, content));
    }
}

fn speaker_of(item: &Part<'_>) -> Speaker {
    match (word(item.role), word(item.kind)) {
        ("system" | "developer", _) => Speaker::Instructions,
        ("user", _) => Speaker::User,
        ("assistant", _) => Speaker::Assistant,
        ("tool" | "function", _) => Speaker::Tool,
        (_, kind) if kind.ends_with("_output") || kind == "tool_result" => Speaker::Tool,
        (_, kind) if kind.ends_with("_call") || kind == "reasoning" => Speaker::Assistant,
        _ => Speaker::Other,
    }
}

/// Parts of a message that are not its author's words.
fn blocks(found: &mut Speakers, body: &[u8], content: &RawValue) {
    for raw in serde_json::from_str::<Vec<&RawValue>>(content.get()).into_iter().flatten() {
        let Ok(block) = serde_json::from_str::<Part<'_>>(raw.get()) else { continue };
        match word(block.kind) {
            kind if kind.ends_with("tool_result") => found.add(body, raw, Speaker::Tool),
            "document" | "search_result" | "file" | "input_file" => found.add(body, raw, Speaker::Document),
            _ => {}
        }
    }
}

/// A string without escapes, and nothing else.
fn word(raw: Option<&RawValue>) -> &str {
    raw.and_then(|raw| raw.get().strip_prefix('"')?.strip_suffix('"')).unwrap_or_default()
}
