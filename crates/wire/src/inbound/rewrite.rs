//! The changes a request may undergo on its way: another model name, a wish for usage numbers, and other texts.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;

use super::{Inbound, Inner, Wire};
use crate::request::{Limits, ReadError, splice};
use crate::texts::TextAt;

impl Inbound {
    /// The body with the model's name replaced and every other byte as it came; on the responses wire also
    /// `"store":false` where that is not said, since a vendor would else keep the answer.
    pub fn with_model(&self, upstream_model: &str) -> Bytes {
        let head = match &self.inner {
            Inner::Chat(chat) => return chat.with_model(upstream_model),
            Inner::Other(head) => head,
        };
        let mut edits = Vec::new();
        if upstream_model != head.model {
            edits.push((head.model_at.clone(), quoted(upstream_model)));
        }
        if self.wire == Wire::Responses {
            edits.extend(self.store_edit(head.store_at.clone()));
        }
        edits.sort_by_key(|(at, _)| at.start);
        if edits.is_empty() { head.body.clone() } else { splice(&head.body, edits) }
    }

    /// [`Inbound::with_model`], and on the chat wire also a wish for the usage of a stream. The chunk that this adds
    /// must be kept from a caller who did not ask for it ([`crate::StreamWatch::hiding_usage`]).
    pub fn with_model_and_usage(&self, upstream_model: &str) -> Bytes {
        match &self.inner {
            Inner::Chat(chat) => chat.with_model_and_usage(upstream_model),
            Inner::Other(_) => self.with_model(upstream_model),
        }
    }

    /// A request with these texts replaced and every other byte as it came. Texts that cannot be replaced stay as
    /// they are; whoever finds something in them has to refuse the request.
    ///
    /// # Errors
    /// The new request could not be read; never the old one is given in its place.
    pub fn replaced(&self, texts: &[(&TextAt<'_>, Cow<'_, str>)]) -> Result<Inbound, ReadError> {
        let mut edits: Vec<(Range<usize>, String)> = texts
            .iter()
            .filter(|(at, _)| at.replaceable)
            .map(|(at, text)| (at.span.clone(), quoted(text)))
            .collect();
        edits.sort_by_key(|(at, _)| at.start);
        let roomy = Limits { max_bytes: usize::MAX, max_depth: usize::MAX, max_messages: usize::MAX };
        Inbound::read(self.wire, splice(self.body(), edits), &roomy)
    }

    fn store_edit(&self, store_at: Option<Range<usize>>) -> Option<(Range<usize>, String)> {
        let body = self.body();
        match store_at {
            None => {
                let end = memchr::memrchr(b'}', body).unwrap_or(body.len());
                Some((end..end, r#","store":false"#.to_owned()))
            }
            Some(at) if body.get(at.clone()) == Some(b"null") => Some((at, "false".to_owned())),
            Some(_) => None,
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
