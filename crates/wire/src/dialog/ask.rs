//! What is asked: the conversation so far, the tools on offer, and how to answer.

use serde_json::Value;

/// A request for the next turn of a conversation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dialog {
    /// The model, under the caller's name for it.
    pub model: String,
    /// What the system says, in order: texts only.
    pub system: Vec<String>,
    /// The turns so far, oldest first.
    pub turns: Vec<Turn>,
    /// The tools on offer.
    pub tools: Vec<Tool>,
    /// Which of them is to be used.
    pub tool_choice: ToolChoice,
    /// Whether several tools may be called in one turn; the vendor's default if not said.
    pub parallel_tools: Option<bool>,
    /// How to pick words.
    pub sampling: Sampling,
    /// The form of the answer.
    pub format: Format,
    /// How much to think before answering, if that was said.
    pub reasoning: Option<Reasoning>,
    /// How many answers; 1 if not said.
    pub choices: Option<u64>,
    /// Whether the log probabilities of tokens are asked for, and of how many alternatives.
    pub logprobs: Option<u64>,
    /// The caller's name for the person behind the request.
    pub user: Option<String>,
    /// Whether the answer is wanted piece by piece.
    pub stream: bool,
}

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Who speaks.
    pub speaker: Speaker,
    /// What is said, in order. Results of tools are parts of a [`Speaker::User`] turn.
    pub parts: Vec<Part>,
}

/// Who speaks in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The person, or the program that answers for its tools.
    User,
    /// The model.
    Assistant,
}

/// A part of a turn, or of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Text.
    Text(String),
    /// An image.
    Image {
        /// The image.
        media: Media,
        /// How closely to look (`low`, `high`, `auto`), as OpenAI says it.
        detail: Option<String>,
    },
    /// A document, such as a PDF.
    File {
        /// The document.
        media: Media,
        /// Its name.
        name: Option<String>,
    },
    /// A recording.
    Audio(Media),
    /// The model's thoughts.
    Thought {
        /// In words; empty where the vendor shows none.
        text: String,
        /// The vendor's seal on them, handed back unchanged in the next turn.
        seal: Option<String>,
    },
    /// The model calls a tool.
    Call {
        /// The id of the call.
        id: String,
        /// The tool.
        name: String,
        /// The arguments, as the JSON text of an object.
        arguments: String,
        /// The vendor's seal on the call (Gemini `thoughtSignature`), handed back unchanged.
        seal: Option<String>,
    },
    /// What a tool gave back.
    Result {
        /// The id of the call.
        id: String,
        /// Text and images.
        parts: Vec<Part>,
        /// The tool failed.
        failed: bool,
    },
    /// The model declined to answer, in words.
    Refusal(String),
}

/// Bytes that are not text, or where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// The media type, such as `image/png`; empty where the wire does not say, as for most addresses.
    pub media_type: String,
    /// The bytes or their address.
    pub source: Source,
}

/// Where the bytes of a medium are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Here, in base64 (RFC 4648, section 4).
    Base64(String),
    /// At an address that the vendor would fetch.
    Url(String),
}

/// A tool that the model may call.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// JSON Schema of its arguments.
    pub parameters: Option<Value>,
    /// Whether the arguments must follow the schema to the letter, if that was said.
    pub strict: Option<bool>,
}

/// Which tool is to be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ToolChoice {
    /// As the model likes.
    #[default]
    Auto,
    /// None.
    Never,
    /// At least one.
    Required,
    /// This one.
    Named(String),
}

/// How to pick words. What is absent is left to the vendor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sampling {
    /// Most tokens of the answer.
    pub max_tokens: Option<u64>,
    /// 0 is greedy.
    pub temperature: Option<f64>,
    /// Nucleus.
    pub top_p: Option<f64>,
    /// Only so many most likely tokens.
    pub top_k: Option<u64>,
    /// For repeatable sampling.
    pub seed: Option<i64>,
    /// Texts that end the answer.
    pub stop: Vec<String>,
    /// Against tokens that are frequent already.
    pub frequency_penalty: Option<f64>,
    /// Against tokens that occurred already.
    pub presence_penalty: Option<f64>,
}

/// The form of the answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Format {
    /// Text.
    #[default]
    Text,
    /// Any JSON object.
    JsonObject,
    /// JSON by this schema.
    JsonSchema {
        /// The schema's name.
        name: String,
        /// The schema.
        schema: Value,
        /// To the letter, if that was said.
        strict: Option<bool>,
    },
}

/// How much to think before answering.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reasoning {
    /// How hard.
    pub effort: Option<Effort>,
    /// Most tokens of thought; 0 forbids it.
    pub budget: Option<u64>,
    /// Whether the thoughts are to be shown.
    pub shown: Option<bool>,
}

impl Reasoning {
    /// The effort that was said, or else the one whose budget is not smaller than the one that was.
    pub fn nearest_effort(&self) -> Option<Effort> {
        let of = |budget| match budget {
            0 => Effort::None,
            1..=1024 => Effort::Low,
            1025..=8192 => Effort::Medium,
            _ => Effort::High,
        };
        self.effort.or(self.budget.map(of))
    }
}

impl Effort {
    /// Most tokens of thought for this effort, where a vendor counts. Google gives these figures for its own models (Gemini
    /// API, "OpenAI compatibility", table of `reasoning_effort`).
    pub fn budget(self) -> u64 {
        match self {
            Effort::None => 0,
            Effort::Minimal | Effort::Low => 1024,
            Effort::Medium => 8192,
            Effort::High => 24_576,
        }
    }
}

impl Part {
    /// How the seal of thoughts begins that a vendor shows nothing of and hands out encrypted: Anthropic's
    /// `redacted_thinking.data`, Bedrock's `redactedContent`. It tells them from thoughts whose words were only left out.
    pub const REDACTED: &'static str = "redacted:";
}

/// How hard to think.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Not at all.
    None,
    /// As little as there is.
    Minimal,
    /// A little.
    Low,
    /// Somewhat.
    Medium,
    /// A lot.
    High,
}
