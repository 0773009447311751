//! What a screen is to look at, and from when on it speaks.

use crate::Origin;

/// Which screens look, and from when on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether hidden text is sought.
    pub hidden_text: bool,
    /// Whether injections are sought, and what they must score; none: they are not.
    pub injection: Option<Thresholds>,
    /// Sizes that a request may have; none: any.
    pub bounds: Option<Bounds>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy { hidden_text: true, injection: Some(Thresholds::default()), bounds: Some(Bounds::default()) }
    }
}

/// The score from which a text is an injection, by where it comes from; none: texts of that origin are not searched.
///
/// A pattern that ordinary text hardly ever has weighs 60, one that it seldom has 40, and one that only adds to
/// others 25; each family counts once, by its heaviest pattern, and families add up. What a user or the model
/// speaks *of*, in quotation marks or after words such as "the phrase", weighs half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// The operator writes rules about injections here, so by default nothing is sought.
    pub instructions: Option<u16>,
    /// One strong pattern, or two.
    pub user: Option<u16>,
    /// The model repeats what it was told, so more is needed.
    pub assistant: Option<u16>,
    /// Nobody has orders for a model in the result of a tool: one pattern that is seldom is enough.
    pub tool_result: Option<u16>,
    /// The same.
    pub document: Option<u16>,
    /// Any other text.
    pub other: Option<u16>,
}

impl Default for Thresholds {
    fn default() -> Thresholds {
        Thresholds {
            instructions: None,
            user: Some(60),
            assistant: Some(90),
            tool_result: Some(40),
            document: Some(40),
            other: Some(60),
        }
    }
}

impl Thresholds {
    /// The threshold of an origin.
    pub fn of(&self, origin: Origin) -> Option<u16> {
        match origin {
            Origin::Instructions => self.instructions,
            Origin::User => self.user,
            Origin::Assistant => self.assistant,
            Origin::ToolResult => self.tool_result,
            Origin::Document => self.document,
            Origin::Other => self.other,
        }
    }
}

/// Sizes that a request may have. How deep it nests and how long it is in all are bounded where it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Messages, as the caller counts them.
    pub messages: u32,
    /// Bytes of one text.
    pub text: u32,
    /// Bytes without a blank between them.
    pub unbroken: u32,
    /// The share that one token may have of a text with at least [`Bounds::REPEATS_LEAST`] tokens, in percent.
    pub repeated: u8,
    /// Turns of a dialog inside one text.
    pub turns: u32,
}

impl Bounds {
    /// A text of fewer tokens may be one word over and over.
    pub const REPEATS_LEAST: usize = 64;
}

impl Default for Bounds {
    /// Wide enough that ordinary requests, with documents and minified code in them, stay inside.
    fn default() -> Bounds {
        Bounds { messages: 2000, text: 8 << 20, unbroken: 1 << 20, repeated: 60, turns: 32 }
    }
}
