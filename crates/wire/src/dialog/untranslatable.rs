//! What one wire says and another has no word for.

/// A field that cannot be carried over: the request is refused with its name, never sent without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` cannot be carried over to {to}: {why}")]
pub struct Untranslatable {
    /// The field, as a path in the caller's request, such as `messages[2].content[0].input_audio`.
    pub field: String,
    /// What it was to be carried over to, for a person: `Anthropic Messages`, `the embedded engine`.
    pub to: &'static str,
    /// Why not, and what would help.
    pub why: String,
}

impl Untranslatable {
    /// The field, the wire it does not fit, and why.
    pub fn new(field: impl Into<String>, to: &'static str, why: impl Into<String>) -> Untranslatable {
        Untranslatable { field: field.into(), to, why: why.into() }
    }
}
