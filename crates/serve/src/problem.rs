//! Problem documents (RFC 9457), for endpoints of our own.

use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::body::Body;

/// A problem, for a program and a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    /// A URI that names the kind of problem; `about:blank` if the status says it all (section 4.2.1).
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a few words, the same each time.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// A URI of this occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Further members (section 3.2).
    #[serde(flatten)]
    pub extensions: Map<String, Value>,
}

impl Problem {
    /// A problem of which the status says it all.
    pub fn new(status: StatusCode) -> Problem {
        Problem {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or("Unknown").to_owned(),
            status: status.as_u16(),
            detail: None,
            instance: None,
            extensions: Map::new(),
        }
    }

    /// Names the kind of problem.
    #[must_use]
    pub fn of_kind(mut self, kind: impl Into<String>, title: impl Into<String>) -> Problem {
        self.kind = kind.into();
        self.title = title.into();
        self
    }

    /// Says what happened.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Problem {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Problem {
        self.extensions.insert(name.to_owned(), value.into());
        self
    }

    /// The response that carries it.
    pub fn into_response(self) -> Response<Body> {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        typed_response(status, "application/problem+json", serde_json::to_vec(&self).unwrap_or_default())
    }
}

/// A response with one piece of text of the given type.
pub(crate) fn typed_response(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Body>,
) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use http_body_util::BodyExt;

    use super::Problem;

    #[tokio::test]
    async fn a_problem_is_a_document() {
        let problem = Problem::new(StatusCode::NOT_FOUND).with_detail("no entry 7").with("index", 7);
        let (parts, body) = problem.into_response().into_parts();
        assert_eq!(
            (parts.status.as_u16(), &parts.headers["content-type"]),
            (404, &"application/problem+json".parse().unwrap())
        );
        let bytes = body.collect().await.unwrap().to_bytes();
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"no entry 7","index":7}"#
        );
    }
}
