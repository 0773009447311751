//! A finished span, as plain data.

use std::sync::Arc;
use std::time::Duration;

/// The id of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId(pub [u8; 16]);

/// The id of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId(pub [u8; 8]);

/// Which side of a call a span is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// A request that was answered here.
    Server,
    /// A request that was made from here.
    Client,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// A text.
    Text(Arc<str>),
    /// Several.
    Texts(Vec<Arc<str>>),
    /// A whole number.
    Whole(i64),
    /// Yes or no.
    Flag(bool),
    /// A number, in hundredths.
    Hundredths(i64),
    /// A time, in seconds.
    Seconds(Duration),
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text.into())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Value {
        Value::Whole(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Flag(flag)
    }
}

/// A name, from the conventions or of our own, and a value.
pub type Attribute = (&'static str, Value);

/// Something that took time.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Whose it is, which decides whether it may leave.
    pub subject: Arc<str>,
    /// Its trace.
    pub trace: TraceId,
    /// Its id.
    pub id: SpanId,
    /// The span within which it happened.
    pub parent: Option<SpanId>,
    /// Which side of the call it is about.
    pub kind: SpanKind,
    /// Its name: few different ones.
    pub name: String,
    /// When it began, in nanoseconds since 1970.
    pub begun_ns: u64,
    /// When it ended, likewise.
    pub ended_ns: u64,
    /// What is known of it.
    pub attributes: Vec<Attribute>,
    /// Whether it ended in an error.
    pub failed: bool,
}
