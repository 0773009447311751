//! A conversation and its ChatML form.
//! It adds no turn of its own, and content stays content.

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Instructions of the application.
    System,
    /// The person or program that asks.
    User,
    /// The model.
    Assistant,
    /// The answer of a tool.
    Tool,
}

impl Role {
    /// The role's name in the chat template.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
        }
    }
}

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Who speaks.
    pub role: Role,
    /// What is said, as plain text.
    pub content: String,
}

impl Turn {
    /// A turn of the user.
    pub fn user(content: impl Into<String>) -> Self {
        Self { role: Role::User, content: content.into() }
    }

    /// A system turn. The small model this engine is made for answers worse with one.
    pub fn system(content: impl Into<String>) -> Self {
        Self { role: Role::System, content: content.into() }
    }

    /// An earlier answer of the model.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self { role: Role::Assistant, content: content.into() }
    }
}

/// Marks the start of a turn in the vocabulary of a ChatML model.
pub(crate) const TURN_START: &str = "<|im_start|>";
/// Marks the end of a turn.
pub(crate) const TURN_END: &str = "<|im_end|>";

/// A part of a rendered conversation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    TurnStart,
    TurnEnd,
    /// Text between two markers; a marker spelled out in it means nothing.
    Text(String),
}

/// Renders `turns` and the opening of the answer.
pub(crate) fn render(turns: &[Turn]) -> Vec<Part> {
    let mut parts = Vec::with_capacity(turns.len() * 4 + 2);
    for turn in turns {
        parts.push(Part::TurnStart);
        parts.push(Part::Text(format!("{}\n{}", turn.role.as_str(), turn.content)));
        parts.push(Part::TurnEnd);
        parts.push(Part::Text("\n".into()));
    }
    parts.push(Part::TurnStart);
    parts.push(Part::Text("assistant\n".into()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_opens_the_answer_and_adds_no_system_turn() {
        let parts = render(&[Turn::user("Hello")]);
        let text = |text: &str| Part::Text(text.into());
        let expected = [
            Part::TurnStart,
            text("user\nHello"),
            Part::TurnEnd,
            text("\n"),
            Part::TurnStart,
            text("assistant\n"),
        ];
        assert_eq!(parts, expected);
    }
}
