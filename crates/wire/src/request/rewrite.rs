//! The two changes a request may undergo on its way: another model name, and a wish for usage numbers.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

use crate::request::ChatRequest;

impl ChatRequest {
    /// The body with the model's name replaced and every other byte as it came.
    pub fn with_model(&self, upstream_model: &str) -> Bytes {
        if upstream_model == self.model() {
            return self.body.clone();
        }
        splice(&self.body, vec![self.model_edit(upstream_model)])
    }

    /// The body with the model's name replaced and `stream_options.include_usage` set, so that a stream tells its
    /// usage. The chunk that this adds must be kept from a caller who did not ask for it
    /// ([`crate::StreamWatch::hiding_usage`]). Without `stream` nothing is added, since usage then always comes.
    pub fn with_model_and_usage(&self, upstream_model: &str) -> Bytes {
        if !self.stream() || self.include_usage() {
            return self.with_model(upstream_model);
        }
        let mut edits = vec![self.model_edit(upstream_model), self.usage_edit()];
        edits.sort_by_key(|(at, _)| at.start);
        splice(&self.body, edits)
    }

    fn model_edit(&self, model: &str) -> (Range<usize>, String) {
        (self.model_at.clone(), serde_json::Value::from(model).to_string())
    }

    fn usage_edit(&self) -> (Range<usize>, String) {
        let options = &self.stream_options;
        if let Some(at) = &options.include_usage_at {
            return (at.clone(), "true".to_owned());
        }
        let Some(at) = &options.at else {
            let end = memchr::memrchr(b'}', &self.body).unwrap_or(self.body.len());
            return (end..end, r#","stream_options":{"include_usage":true}"#.to_owned());
        };
        let inner = self.body.get(at.start + 1..at.end.saturating_sub(1)).unwrap_or_default();
        match self.body.get(at.start) {
            Some(b'{') if inner.trim_ascii().is_empty() => {
                (at.clone(), r#"{"include_usage":true}"#.to_owned())
            }
            Some(b'{') => (at.start + 1..at.start + 1, r#""include_usage":true,"#.to_owned()),
            _ => (at.clone(), r#"{"include_usage":true}"#.to_owned()),
        }
    }
}

/// Applies edits that are in order and do not overlap.
pub(crate) fn splice(body: &Bytes, edits: Vec<(Range<usize>, String)>) -> Bytes {
    let grown: usize = edits.iter().map(|(_, text)| text.len()).sum();
    let mut out = BytesMut::with_capacity(body.len() + grown);
    let mut from = 0;
    for (at, text) in edits {
        out.extend_from_slice(body.get(from..at.start).unwrap_or_default());
        out.extend_from_slice(text.as_bytes());
        from = at.end;
    }
    out.extend_from_slice(body.get(from..).unwrap_or_default());
    out.freeze()
}
