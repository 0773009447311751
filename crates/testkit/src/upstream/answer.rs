//! What a test has a fake upstream answer, in no vendor's words.

use serde_json::Value;

/// Wherever this stands in a text, a thought or a string of a tool's arguments, the text of the request's last message of
/// the user (or of a tool) is put in its place.
pub const ECHO: &str = "<<echo>>";

/// One answer: what the model says, how a stream of it is split, and how it ends.
#[derive(Debug, Clone)]
pub struct Answer {
    pub(super) parts: Vec<Part>,
    pub(super) split: Split,
    pub(super) usage: Usage,
    pub(super) end: End,
    pub(super) place: Option<String>,
    pub(super) packet: Option<usize>,
    after_tool: Option<Box<Answer>>,
}

/// A part of an answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Thought(String),
    Text(String),
    Refusal(String),
    Call { name: String, arguments: Value },
}

/// How texts and arguments are split over the events of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Split {
    /// All in one event.
    Whole,
    /// A word each.
    Words,
    /// So many characters each.
    Every(usize),
    /// At these places, counted in characters.
    At(Vec<usize>),
}

/// Why an answer ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It is complete, or waits for its tools.
    Natural,
    /// The limit of tokens is reached.
    Length,
    /// A stop sequence came up.
    Stop(String),
    /// The vendor's filter cut the answer off.
    Filtered,
    /// The vendor's filter stopped the question: no answer at all where the wire can say so.
    Blocked,
}

/// Tokens that the vendor counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Read from the request, beside those of a cache.
    pub input: u64,
    /// Written, thoughts included.
    pub output: u64,
    /// Read from a cache.
    pub cached: u64,
    /// Written to a cache.
    pub stored: u64,
    /// Written as thoughts.
    pub thought: u64,
}

impl Answer {
    /// An answer without any part yet, split by words.
    pub fn new() -> Answer {
        Answer {
            parts: Vec::new(),
            split: Split::Words,
            usage: Usage { input: 7, output: 8, cached: 0, stored: 0, thought: 0 },
            end: End::Natural,
            place: None,
            packet: None,
            after_tool: None,
        }
    }

    /// An answer of one text.
    pub fn text(text: impl Into<String>) -> Answer {
        Answer::new().saying(text)
    }

    /// An answer that repeats the text of the last message.
    pub fn echo() -> Answer {
        Answer::text(ECHO)
    }

    /// An answer that calls one tool; see [`ECHO`] for arguments taken from the request.
    pub fn call(name: &str, arguments: Value) -> Answer {
        Answer::new().calling(name, arguments)
    }

    /// An answer that declines.
    pub fn refusal(text: impl Into<String>) -> Answer {
        let mut answer = Answer::new().ending(End::Filtered);
        answer.parts.push(Part::Refusal(text.into()));
        answer
    }

    /// Adds a text.
    #[must_use]
    pub fn saying(mut self, text: impl Into<String>) -> Answer {
        self.parts.push(Part::Text(text.into()));
        self
    }

    /// Adds a thought.
    #[must_use]
    pub fn thinking(mut self, text: impl Into<String>) -> Answer {
        self.parts.push(Part::Thought(text.into()));
        self
    }

    /// Adds a call of a tool.
    #[must_use]
    pub fn calling(mut self, name: &str, arguments: Value) -> Answer {
        self.parts.push(Part::Call { name: name.to_owned(), arguments });
        self
    }

    /// Splits streams so.
    #[must_use]
    pub fn split(mut self, split: Split) -> Answer {
        self.split = split;
        self
    }

    /// Sends the bytes of a stream in packets of so many, wherever its events end.
    #[must_use]
    pub fn packets(mut self, bytes: usize) -> Answer {
        self.packet = Some(bytes.max(1));
        self
    }

    /// Counts these tokens.
    #[must_use]
    pub fn using(mut self, usage: Usage) -> Answer {
        self.usage = usage;
        self
    }

    /// Ends so.
    #[must_use]
    pub fn ending(mut self, end: End) -> Answer {
        self.end = end;
        self
    }

    /// Says that the model ran in this place (`inference_geo` of Anthropic), instead of where the request asked for.
    #[must_use]
    pub fn from_place(mut self, place: &str) -> Answer {
        self.place = Some(place.to_owned());
        self
    }

    /// Answers so once the request holds a tool's result.
    #[must_use]
    pub fn after_tool(mut self, answer: Answer) -> Answer {
        self.after_tool = Some(Box::new(answer));
        self
    }

    /// The answer for a request that holds a tool's result or does not.
    pub(super) fn chosen(self, has_result: bool) -> Answer {
        match self.after_tool {
            Some(after) if has_result => *after,
            after_tool => Answer { after_tool, ..self },
        }
    }

    /// The answer with the text of the request in place of [`ECHO`].
    pub(super) fn filled(&self, echo: &str) -> Answer {
        let mut answer = self.clone();
        for part in &mut answer.parts {
            match part {
                Part::Thought(text) | Part::Text(text) | Part::Refusal(text) => {
                    *text = text.replace(ECHO, echo)
                }
                Part::Call { arguments, .. } => fill(arguments, echo),
            }
        }
        answer
    }

    /// A text in the pieces of a stream. An empty one has one piece.
    pub(super) fn pieces(&self, text: &str) -> Vec<String> {
        let pieces = match &self.split {
            Split::Whole => Vec::new(),
            Split::Words => text.split_inclusive(' ').map(str::to_owned).collect(),
            Split::Every(count) => every(text, *count),
            Split::At(places) => at(text, places),
        };
        if pieces.is_empty() { vec![text.to_owned()] } else { pieces }
    }

    /// Whether it waits for a tool.
    pub(super) fn calls(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Call { .. }))
    }
}

impl Default for Answer {
    fn default() -> Answer {
        Answer::new()
    }
}

impl Usage {
    /// Everything that was read, from the cache or not.
    pub(super) fn all_input(&self) -> u64 {
        self.input + self.cached + self.stored
    }
}

fn fill(value: &mut Value, echo: &str) {
    match value {
        Value::String(text) => *text = text.replace(ECHO, echo),
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, echo)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill(field, echo)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn every(text: &str, count: usize) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(count.max(1)).map(|chunk| chunk.iter().collect()).collect()
}

fn at(text: &str, places: &[usize]) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for (place, character) in text.chars().enumerate() {
        if place > 0 && places.contains(&place) {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(character);
        }
    }
    pieces
}
