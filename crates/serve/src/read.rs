//! Reading a request's body within bounds.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;

/// Why a body was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The body is compressed or otherwise encoded, so we could not see what it says.
    #[error("the body's encoding is not supported; send it without `content-encoding`")]
    Encoded,
    /// The body passes the limit. The rest of it is not read.
    #[error("the body has more than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// The body did not arrive in time.
    #[error("the body did not arrive within {} ms", timeout.as_millis())]
    Slow {
        /// Time allowed.
        timeout: Duration,
    },
    /// The connection ended or broke within the body.
    #[error("the body ended early")]
    Incomplete,
}

impl BodyError {
    /// The status that says so: 415, 413, 408 or 400.
    pub fn status(&self) -> StatusCode {
        match self {
            BodyError::Encoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            BodyError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            BodyError::Slow { .. } => StatusCode::REQUEST_TIMEOUT,
            BodyError::Incomplete => StatusCode::BAD_REQUEST,
        }
    }

    /// A stable code, for error bodies and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            BodyError::Encoded => "unsupported_encoding",
            BodyError::TooLarge { .. } => "request_too_large",
            BodyError::Slow { .. } => "request_too_slow",
            BodyError::Incomplete => "incomplete_body",
        }
    }
}

/// Reads the whole body of a request with the given headers: at most `max_bytes`, within `timeout`. A body that
/// arrives in one piece is not copied.
///
/// # Errors
/// The body is encoded, too large, too slow or incomplete.
pub async fn read_body<B>(
    headers: &HeaderMap,
    body: B,
    max_bytes: usize,
    timeout: Duration,
) -> Result<Bytes, BodyError>
where
    B: http_body::Body<Data = Bytes> + Unpin,
{
    if !is_identity(headers) {
        return Err(BodyError::Encoded);
    }
    let declared = body.size_hint().lower();
    if declared > max_bytes as u64 {
        return Err(BodyError::TooLarge { limit: max_bytes });
    }
    match tokio::time::timeout(timeout, collect(body, max_bytes)).await {
        Ok(read) => read,
        Err(_) => Err(BodyError::Slow { timeout }),
    }
}

fn is_identity(headers: &HeaderMap) -> bool {
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    encodings.all(|value| value.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity"))
}

async fn collect<B>(mut body: B, limit: usize) -> Result<Bytes, BodyError>
where
    B: http_body::Body<Data = Bytes> + Unpin,
{
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame.map_err(|_| BodyError::Incomplete)?.into_data() else { continue };
        if first.len().max(joined.len()) + piece.len() > limit {
            return Err(BodyError::TooLarge { limit });
        }
        if first.is_empty() && joined.is_empty() {
            first = piece;
            continue;
        }
        if joined.is_empty() {
            let rest = usize::try_from(body.size_hint().lower()).unwrap_or(limit).min(limit);
            joined.reserve(first.len() + piece.len() + rest);
            joined.extend_from_slice(&std::mem::take(&mut first));
        }
        joined.extend_from_slice(&piece);
    }
    Ok(if joined.is_empty() { first } else { joined.freeze() })
}
