//! Errors as OpenAI clients expect them: a status, an `error` object and a word on whether to try again.

#[cfg(test)]
mod tests;
mod wires;

pub use wires::error_event_for;
pub(crate) use wires::named;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::answer::json;
use crate::dialog::Untranslatable;
use crate::{ReadError, sse};

/// An error for a client. Clients retry 408, 409, 429 and 5xx on their own unless `should_retry` says otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorBody {
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do, for a person.
    pub message: String,
    /// The kind of error, such as `invalid_request_error`.
    pub kind: &'static str,
    /// The field at fault.
    pub param: Option<String>,
    /// A stable code for programs.
    pub code: Option<String>,
    /// Whether the client should try again; sent as `x-should-retry`.
    pub should_retry: Option<bool>,
    /// Seconds to wait before trying again; sent as `retry-after`. Clients ignore more than 120.
    pub retry_after: Option<u64>,
    /// Our own extension, sent as `error.comity`.
    pub extra: Option<Value>,
}

impl ErrorBody {
    /// An error with the given status, code and message, of the kind that OpenAI uses for that status.
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> ErrorBody {
        ErrorBody {
            status,
            message: message.into(),
            kind: kind_of(status),
            param: None,
            code: Some(code.to_owned()),
            should_retry: None,
            retry_after: None,
            extra: None,
        }
    }

    /// Names the field at fault.
    #[must_use]
    pub fn with_param(mut self, param: impl Into<String>) -> ErrorBody {
        self.param = Some(param.into());
        self
    }

    /// Tells the client whether to try again.
    #[must_use]
    pub fn with_retry(mut self, should_retry: bool) -> ErrorBody {
        self.should_retry = Some(should_retry);
        self
    }

    /// Tells the client to try again after so many seconds.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u64) -> ErrorBody {
        self.retry_after = Some(seconds);
        self.with_retry(true)
    }

    /// Adds our extension.
    #[must_use]
    pub fn with_extra(mut self, extra: Value) -> ErrorBody {
        self.extra = Some(extra);
        self
    }

    /// The JSON body.
    pub fn to_json(&self) -> Bytes {
        sse::escape_line_ends(json(&Outer { error: self.inner() }))
    }

    /// The headers that go with the body, besides its content type.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, String)> {
        let retry = self.should_retry.map(|yes| ("x-should-retry", yes.to_string()));
        let after = self.retry_after.map(|seconds| ("retry-after", seconds.to_string()));
        retry.into_iter().chain(after)
    }
}

/// The error as an event, for a stream that has begun: clients raise it, where a stream that just ends would pass
/// for complete.
pub(crate) fn error_event(error: &ErrorBody) -> Bytes {
    sse::frame(&error.to_json())
}

impl From<&ReadError> for ErrorBody {
    fn from(error: &ReadError) -> ErrorBody {
        let body = ErrorBody::new(error.status(), error.code(), error.to_string()).with_retry(false);
        match error.param() {
            Some(param) => body.with_param(param),
            None => body,
        }
    }
}

impl From<&Untranslatable> for ErrorBody {
    fn from(refusal: &Untranslatable) -> ErrorBody {
        ErrorBody::new(400, "cannot_be_carried_over", refusal.to_string())
            .with_param(refusal.field.as_str())
            .with_retry(false)
    }
}

fn kind_of(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    }
}

#[derive(Serialize)]
struct Outer<'a> {
    error: Inner<'a>,
}

#[derive(Serialize)]
struct Inner<'a> {
    message: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    param: Option<&'a str>,
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comity: Option<&'a Value>,
}
