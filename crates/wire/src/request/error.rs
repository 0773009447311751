//! Why a request was not read.

use std::borrow::Cow;

use crate::object::Fault;

/// Why a request was not read. Messages name fields and positions, never values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The body passes the limit on bytes.
    #[error("the body has {size} bytes; at most {limit} are read")]
    TooLarge {
        /// Bytes of the body.
        size: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The body is not one JSON value, or not UTF-8.
    #[error("the body is not JSON: {cause} at line {line}, column {column}")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
        /// What is wrong there.
        cause: &'static str,
    },
    /// The body is JSON but not an object.
    #[error("the body must be a JSON object")]
    NotObject,
    /// The body passes the limit on nesting.
    #[error("the body nests deeper than {limit} levels")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// The request passes the limit on messages.
    #[error("`messages` has {count} entries; at most {limit} are read")]
    TooManyMessages {
        /// Entries found.
        count: usize,
        /// Entries allowed.
        limit: usize,
    },
    /// The request passes the limit on inputs.
    #[error("`input` has {count} entries; at most {limit} are read")]
    TooManyInputs {
        /// Entries found.
        count: usize,
        /// Entries allowed.
        limit: usize,
    },
    /// A field makes something of the request outlive it at the vendor.
    #[error(
        "`{param}` would keep something of this request at the vendor; send the whole conversation instead"
    )]
    Stateful {
        /// The field.
        param: Cow<'static, str>,
    },
    /// A required field is absent or null.
    #[error("`{param}` is missing")]
    Missing {
        /// The field.
        param: Cow<'static, str>,
    },
    /// A field has a type we cannot read.
    #[error("`{param}` must be {expected}")]
    WrongType {
        /// The field.
        param: Cow<'static, str>,
        /// What it must be.
        expected: &'static str,
    },
    /// A field that we read is given more than once.
    #[error("`{param}` is given more than once")]
    Duplicate {
        /// The field.
        param: Cow<'static, str>,
    },
    /// A key that some parsers would take for a field that we read.
    #[error("`{key}` differs from `{param}` only by case")]
    Lookalike {
        /// The key as given.
        key: String,
        /// The field it resembles.
        param: Cow<'static, str>,
    },
}

impl ReadError {
    /// The field at fault, for the `param` of an error body.
    pub fn param(&self) -> Option<&str> {
        match self {
            ReadError::Missing { param }
            | ReadError::WrongType { param, .. }
            | ReadError::Duplicate { param }
            | ReadError::Stateful { param }
            | ReadError::Lookalike { param, .. } => Some(param),
            ReadError::TooManyMessages { .. } => Some("messages"),
            ReadError::TooManyInputs { .. } => Some("input"),
            _ => None,
        }
    }

    /// A stable code, for the `code` of an error body and for metrics.
    pub fn code(&self) -> &'static str {
        match self {
            ReadError::TooLarge { .. } => "request_too_large",
            ReadError::NotJson { .. } => "invalid_json",
            ReadError::NotObject => "not_an_object",
            ReadError::TooDeep { .. } => "nested_too_deep",
            ReadError::TooManyMessages { .. } => "too_many_messages",
            ReadError::TooManyInputs { .. } => "too_many_inputs",
            ReadError::Stateful { .. } => "not_stateless",
            ReadError::Missing { .. } => "missing_field",
            ReadError::WrongType { .. } => "wrong_type",
            ReadError::Duplicate { .. } => "duplicate_field",
            ReadError::Lookalike { .. } => "ambiguous_field",
        }
    }

    /// The HTTP status that says so: 413 for a large body, 400 for everything else.
    pub fn status(&self) -> u16 {
        if matches!(self, ReadError::TooLarge { .. }) { 413 } else { 400 }
    }

    pub(crate) fn missing(param: impl Into<Cow<'static, str>>) -> ReadError {
        ReadError::Missing { param: param.into() }
    }

    pub(crate) fn wrong_type(param: impl Into<Cow<'static, str>>, expected: &'static str) -> ReadError {
        ReadError::WrongType { param: param.into(), expected }
    }

    /// Turns a fault of an object into an error; `path` is that object's, with a closing dot.
    pub(crate) fn from_fault(fault: Fault, path: &str) -> ReadError {
        let at = |name: &'static str| match path {
            "" => Cow::Borrowed(name),
            path => Cow::Owned(format!("{path}{name}")),
        };
        match fault {
            Fault::Duplicate(name) => ReadError::Duplicate { param: at(name) },
            Fault::Lookalike { key, name } => ReadError::Lookalike { key, param: at(name) },
        }
    }

    /// The parser's own words are not used, since they may quote the body.
    pub(crate) fn from_json(error: &serde_json::Error) -> ReadError {
        let cause = match error.classify() {
            serde_json::error::Category::Data => return ReadError::NotObject,
            serde_json::error::Category::Eof => "it ends too early",
            _ => "unexpected input",
        };
        ReadError::NotJson { line: error.line(), column: error.column(), cause }
    }

    pub(crate) fn not_utf8(body: &[u8], error: &std::str::Utf8Error) -> ReadError {
        let valid = body.get(..error.valid_up_to()).unwrap_or_default();
        let line_start = memchr::memrchr(b'\n', valid).map_or(0, |at| at + 1);
        ReadError::NotJson {
            line: memchr::memchr_iter(b'\n', valid).count() + 1,
            column: valid.len() - line_start + 1,
            cause: "bytes that are not UTF-8",
        }
    }
}
